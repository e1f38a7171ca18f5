"""Writing registered models to an MLflow server, their versions under the numbers that they have."""

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.exporting.export import Export
from modelyard.sdk.mlflow_import.exporting.target import ORIGIN_TAG, tags_of
from modelyard.sdk.mlflow_import.places import placed
from modelyard.sdk.mlflow_import.sources.records import SourceModel, SourceVersion


def write_model(export: Export, model: SourceModel) -> None:
    """Writes what is not there yet, and counts what is there then."""
    line = model.line
    export.report.find({"models": 1, "versions": len(model.versions), "aliases": len(model.aliases)})
    if export.report.dry_run:
        return
    export.target.model(line.name, line.description, line.tags)
    export.report.kinds["models"].written += 1
    before = export.target.versions(line.name, line.tags)
    for version in model.versions:
        present = before.get(version.line.number, {})
        if ORIGIN_TAG in tags_of(present):
            export.target.set_stage(version.line, present.get("current_stage") or "None")
            export.report.kinds["versions"].before += 1
        else:
            key = f"{line.name}/{version.line.number}"
            export.attempt("versions", key, lambda version=version: _write_version(export, version))  # type: ignore[misc]
    numbers = set(export.target.versions(line.name, line.tags))
    for alias, number in model.aliases.items():
        if number in numbers:
            export.target.set_alias(line.name, alias, number)
            export.report.kinds["aliases"].written += 1
    registered = export.target.http.get("registered-models/get", name=line.name)["registered_model"]
    export.count(
        {
            "models": 1,
            "versions": len(numbers & {version.line.number for version in model.versions}),
            "aliases": sum(each["alias"] in model.aliases for each in registered.get("aliases", [])),
        }
    )


def _write_version(export: Export, version: SourceVersion) -> None:
    line, copied = placed(version, export.runs, export.models)
    run = export.runs.get(line.run_id)
    place = line.place
    model_id = None
    if place is not None and place.model_id:
        model_id = export.models[place.model_id].key
        source = f"models:/{model_id}"
    elif place is not None and place.run_id:
        run = export.runs[place.run_id]
        source = f"{run.location}/{place.path}".rstrip("/")
    elif copied is not None:
        if run is None:
            raise ModelyardError("Its files belong to no run that was written, so they have no place there.")
        source = f"{run.location}/versions/{line.number}"
        export.copy_files(None, version.location, source, f"{line.model}/{line.number}")
    else:
        source = line.source
    export.target.create_version(line, source, run.key if run else None, model_id)
    export.report.kinds["versions"].written += 1

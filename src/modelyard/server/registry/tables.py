"""Models, versions, and what belongs to a version."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds
from modelyard.server.registry.limits import (
    MAX_ALIAS_LENGTH,
    MAX_LOGGED_MODEL_ID_LENGTH,
    MAX_MODEL_NAME_LENGTH,
    MAX_RUN_ID_LENGTH,
    MAX_TAG_KEY_LENGTH,
    MAX_USER_LENGTH,
)
from modelyard.server.tracking.types import MetricValue

_IS_COPY = text("substr(source, 1, 8) = 'models:/'")
_IS_LOGGED = text("logged_model_id IS NOT NULL")

models = Table(
    "models",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", String(MAX_MODEL_NAME_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    # Name and description in case-folded form, so that search means the same on both dialects.
    Column("search_text", Text, nullable=False),
    Column("default_metric", String(100)),
    Column("experiment_id", Id, ForeignKey("experiments.id"), nullable=False),
    # Only ever grows, so that the number of a deleted version is never given again.
    Column("last_number", Integer, nullable=False),
    Column("version_count", Integer, nullable=False),
    Column("latest_number", Integer),
    Column("default_number", Integer),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(MAX_USER_LENGTH), nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    Column("uses_semver", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("project_id", "name"),
    Index("ix_models_project_id_updated_at", "project_id", "updated_at"),
)

model_names = Table(
    "model_names",
    metadata,
    # The names that a model had before; they lead on to it as long as it exists.
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(MAX_MODEL_NAME_LENGTH), primary_key=True),
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), nullable=False, index=True),
)

deleted_versions = Table(
    "deleted_versions",
    metadata,
    # An import, which chooses numbers, must not give them again either.
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    # What it came from, so that the lineage of others is not cut off. Rows of before 0016 do not say.
    Column("parent", Integer),
    Column("dataset", String(100)),
    Column("dataset_number", Integer),
    Column("source", Text),
    Column("run_id", String(256)),
    Column("logged_model_id", String(64)),
    Column("created_at", Milliseconds),
    Column("created_by", String(200)),
    Column("deleted_at", Milliseconds),
    Column("deleted_by", String(200)),
    sqlite_with_rowid=False,
)

model_datasets = Table(
    "model_datasets",
    metadata,
    # How many versions of the model were trained on the dataset: the summary that lists of models show.
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("dataset_id", Id, ForeignKey("datasets.id"), primary_key=True, index=True),
    Column("dataset", String(100), nullable=False),
    Column("version_count", Integer, nullable=False),
)

model_contributors = Table(
    "model_contributors",
    metadata,
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(MAX_USER_LENGTH), primary_key=True),
    Column("version_count", Integer, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("model_id", Id, ForeignKey("models.id"), nullable=False),
    Column("model", String(MAX_MODEL_NAME_LENGTH), nullable=False),
    Column("number", Integer, nullable=False),
    Column("semver", String(100)),
    Column("description", Text, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("dataset_version_id", Id, ForeignKey("dataset_versions.id"), index=True),
    Column("dataset", String(100)),
    Column("dataset_number", Integer),
    Column("target", Text),
    Column("output_type", String(20)),
    Column("trainer", String(100)),
    Column("engine", String(100)),
    # While it waits for room on its engine; what the queue is made of.
    Column("waiting_since", Milliseconds),
    # The run that made it. A version that was registered may name one that is not here, none, or one of several.
    Column("run", Id, ForeignKey("runs.id", ondelete="SET NULL"), index=True),
    Column("run_id", String(MAX_RUN_ID_LENGTH), nullable=False),
    # Of registered versions: where the model was said to be, and where its files are.
    Column("source", Text),
    Column("storage_location", Text),
    Column("run_link", Text),
    Column("logged_model_id", String(MAX_LOGGED_MODEL_ID_LENGTH)),
    Column("stage", String(20), nullable=False, server_default="None"),
    Column("seed", BigInteger),
    Column("metric_name", String(100)),
    Column("metric_split", String(20)),
    Column("metric_value", MetricValue),
    Column("metric_higher_is_better", Boolean),
    Column("positive_class", Text),
    # The step at which the run of a training has the metrics of the model that was kept, after all of its curves.
    Column("results_step", BigInteger),
    # Time spent in finished steps that count; counting_since is when the present one began.
    Column("duration_ms", BigInteger),
    Column("counting_since", Milliseconds),
    Column("progress_fraction", Double),
    Column("progress_message", Text),
    Column("progress_remaining_ms", BigInteger),
    Column("error_step", String(20)),
    Column("error_code", String(60)),
    Column("error_message", Text),
    Column("best_iteration", Integer),
    Column("file_count", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("log_line_count", Integer, nullable=False),
    Column("starred", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("parent", Integer),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(MAX_USER_LENGTH), nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("model_id", "number"),
    UniqueConstraint("model_id", "semver"),
    Index("ix_versions_run_id", "run_id"),
    Index("ix_versions_model_id_stage", "model_id", "stage", "number"),
    Index("ix_versions_model_id_updated_at", "model_id", "updated_at", "number"),
    Index("ix_versions_project_id_updated_at", "project_id", "updated_at"),
    Index("ix_versions_engine_waiting_since", "engine", "waiting_since"),
    Index("ix_versions_copies", "project_id", sqlite_where=_IS_COPY, postgresql_where=_IS_COPY),
    Index("ix_versions_logged_model_id", "logged_model_id", sqlite_where=_IS_LOGGED, postgresql_where=_IS_LOGGED),
)

version_details = Table(
    "version_details",
    metadata,
    # What only the version's own page shows, kept apart so that lists read short rows.
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("given_config", Json, nullable=False),
    Column("rendered_config", Json, nullable=False),
    Column("signature", Json),
    Column("warnings", Json),
    # Of a model that was uploaded: what its files say of it.
    Column("packaging", Json),
    # Of a registered version: the flavors of its model.
    Column("algorithm", String(200)),
    # Why it has its semantic version.
    Column("semver_step", Json),
)

version_metrics = Table(
    "version_metrics",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("split", String(20), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("value", MetricValue),
    Column("higher_is_better", Boolean, nullable=False),
)

version_steps = Table(
    "version_steps",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("step", String(20), nullable=False),
    Column("started_at", Milliseconds, nullable=False),
    Column("ended_at", Milliseconds),
    Column("error_message", Text),
)

version_files = Table(
    "version_files",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("path", String(400), primary_key=True),
    Column("key", String(600), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

version_digests = Table(
    "version_digests",
    metadata,
    # Written once, when the training has ended, so that it can be proved later that nothing has changed.
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("files_digest", String(64), nullable=False),
    Column("record_digest", String(64), nullable=False),
    Column("recorded_at", Milliseconds, nullable=False),
)

version_log = Table(
    "version_log",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Milliseconds, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)

model_tags = Table(
    "model_tags",
    metadata,
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(MAX_TAG_KEY_LENGTH), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

version_tags = Table(
    "version_tags",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(MAX_TAG_KEY_LENGTH), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

aliases = Table(
    "aliases",
    metadata,
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("alias", String(MAX_ALIAS_LENGTH), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
)

alias_changes = Table(
    "alias_changes",
    metadata,
    # Every move of an alias, so that it can be asked what it named at a time; without a number it named nothing.
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
    Column("alias", String(MAX_ALIAS_LENGTH), nullable=False),
    Column("number", Integer),
    Column("at", Milliseconds, nullable=False),
    Column("actor", String(MAX_USER_LENGTH), nullable=False),
    Column("message", Text),
    Index("ix_alias_changes_model_id_alias", "model_id", "alias", "at"),
)

protected_aliases = Table(
    "protected_aliases",
    metadata,
    # Only who may administrate models moves them; an alias may be protected before it names anything.
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("alias", String(MAX_ALIAS_LENGTH), primary_key=True),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(MAX_USER_LENGTH), nullable=False),
)

version_pins = Table(
    "version_pins",
    metadata,
    # Who asks for versions by which names: counted in memory and written every few seconds.
    Column("model_id", Id, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", String(300), primary_key=True),
    Column("caller", String(MAX_USER_LENGTH), primary_key=True),
    Column("client", String(200), primary_key=True),
    Column("first_at", Milliseconds, nullable=False),
    Column("last_at", Milliseconds, nullable=False),
    Column("request_count", BigInteger, nullable=False),
)

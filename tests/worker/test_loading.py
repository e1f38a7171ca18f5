"""Which models a worker loads: what it refuses, whatever a model says of itself."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from modelyard.worker.errors import JobError
from modelyard.worker.loading.model import LoadedModel, fetch_and_load

TABLE = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [0, 1, 0, 1]})

Change = Callable[[Path, dict[str, Any]], object]


class Witness:
    """Leaves a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of scikit-learn as MLflow saves it."""
    import mlflow.sklearn  # noqa: PLC0415 - heavy: not while tests are collected
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("saved") / "model"
    model = LinearRegression().fit(TABLE, TABLE["a"] * 3)
    signature = mlflow.models.infer_signature(TABLE, model.predict(TABLE))
    requirements = ["scikit-learn", "numpy"]
    mlflow.sklearn.save_model(
        model, folder, signature=signature, serialization_format="skops", pip_requirements=requirements
    )
    return folder


@pytest.fixture
def load(saved: Path, tmp_path: Path) -> Callable[..., LoadedModel]:
    """Loads the model after a change to its folder and to what its `MLmodel` file says."""

    def run(change: Change | None = None, **settings: bool) -> LoadedModel:
        stored, fetched = tmp_path / "stored", tmp_path / "fetched"
        shutil.copytree(saved, stored)
        described = yaml.safe_load((stored / "MLmodel").read_text())
        if change is not None:
            change(stored, described)
        (stored / "MLmodel").write_text(yaml.safe_dump(described))
        files = [f"model/{path.relative_to(stored)}" for path in sorted(stored.rglob("*")) if path.is_file()]

        def fetch(path: str, target: Path) -> None:
            shutil.copy(stored / path.removeprefix("model/"), target)

        options: dict[str, bool] = {"allow_pickled_models": False, **settings}
        return fetch_and_load(files, fetched, fetch, threads=1, **options)

    return run


def refusal(load: Callable[..., LoadedModel], change: Change) -> JobError:
    with pytest.raises(JobError) as caught:
        load(change)
    return caught.value


def test_a_model_of_another_program_predicts_by_its_signature(load: Callable[..., LoadedModel]):
    model = load()
    assert model.input_columns == ["a", "b"]
    assert model.missing_inputs(TABLE[["a"]]) == ["b"]
    texts = pd.DataFrame({"b": ["1", "0"], "a": ["2", "5.5"], "other": ["x", "y"]})
    assert model.predict(texts)["prediction"].tolist() == pytest.approx([6.0, 16.5])


def put_a_pickle(folder: Path, path: str) -> Path:
    import pickle  # noqa: PLC0415

    witness = folder.parent / "was-here"
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_bytes(pickle.dumps(Witness(witness)))
    return witness


def says_pickle(folder: Path, described: dict[str, Any]) -> None:
    put_a_pickle(folder, "model.pkl")
    described["flavors"]["sklearn"]["serialization_format"] = "cloudpickle"
    described["flavors"]["python_function"]["model_path"] = "model.pkl"


def says_skops_and_has_another_description_in_a_folder(folder: Path, described: dict[str, Any]) -> None:
    """MLflow reads the description that lies beside the data."""
    inner = json.loads(json.dumps(described))
    put_a_pickle(folder, "inner/model.pkl")
    inner["flavors"]["sklearn"]["serialization_format"] = "pickle"
    inner["flavors"]["python_function"]["model_path"] = "model.pkl"
    (folder / "inner" / "MLmodel").write_text(yaml.safe_dump(inner))
    described["flavors"]["python_function"]["data"] = "inner"


def says_skops_of_a_pickle(folder: Path, described: dict[str, Any]) -> None:
    put_a_pickle(folder, "model.skops")


def brings_code(folder: Path, described: dict[str, Any]) -> None:
    (folder / "code").mkdir()
    (folder / "code" / "sklearn_extra.py").write_text("raise SystemExit")
    described["flavors"]["python_function"]["code"] = "code"


def names_a_loader_of_its_own(folder: Path, described: dict[str, Any]) -> None:
    described["flavors"]["python_function"]["loader_module"] = "os"


def reaches_out_of_its_folder(folder: Path, described: dict[str, Any]) -> None:
    described["flavors"]["python_function"]["model_path"] = "../../elsewhere.skops"


def trusts_what_it_holds(folder: Path, described: dict[str, Any]) -> None:
    import os  # noqa: PLC0415

    import skops.io  # noqa: PLC0415
    from sklearn.preprocessing import FunctionTransformer  # noqa: PLC0415

    skops.io.dump(FunctionTransformer(os.system), folder / "model.skops")
    described["flavors"]["sklearn"]["skops_trusted_types"] = ["posix.system"]


@pytest.mark.parametrize(
    "change",
    [
        says_pickle,
        says_skops_and_has_another_description_in_a_folder,
        says_skops_of_a_pickle,
        brings_code,
        names_a_loader_of_its_own,
        reaches_out_of_its_folder,
        trusts_what_it_holds,
    ],
)
def test_what_would_run_code_is_refused(load: Callable[..., LoadedModel], tmp_path: Path, change: Change):
    error = refusal(load, change)
    assert error.code == "pickled_model"
    assert "allow_pickled_models" in str(error)
    assert not (tmp_path / "was-here").exists()


def test_the_setting_allows_it(load: Callable[..., LoadedModel], tmp_path: Path):
    load(says_pickle, allow_pickled_models=True)
    assert (tmp_path / "was-here").exists()


def needs(*lines: str) -> Change:
    return lambda folder, _described: (folder / "requirements.txt").write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("lines", "named", "silent"),
    [
        (["surely-not-there==1.0", "numpy"], "surely-not-there==1.0 (not installed)", "numpy"),
        ([f"numpy=={int(np.__version__[0]) + 1}.0"], "(here is ", "scikit"),
        (["scikit-learn==0.24.2"], "scikit-learn==0.24.2 (here is ", "numpy"),
        (["numpy>=99"], "numpy>=99 (here is ", "scikit"),
    ],
)
def test_what_the_environment_lacks_is_named(
    load: Callable[..., LoadedModel], lines: list[str], named: str, silent: str
):
    error = refusal(load, needs(*lines))
    assert error.code == "unmet_requirements"
    assert named in str(error)
    assert silent not in str(error)


def test_requirements_that_are_met_are_no_trouble(load: Callable[..., LoadedModel]):
    lines = [
        "mlflow==2.9.2",
        f"numpy=={np.__version__[0]}.0.0",
        "pandas",
        "not-there==1; python_version < '3'",
        "--hash=x",
        "./own.whl",
    ]
    assert load(needs(*lines)).input_columns == ["a", "b"]


def is_unsigned(folder: Path, described: dict[str, Any]) -> None:
    del described["signature"]


def takes_tensors(folder: Path, described: dict[str, Any]) -> None:
    tensor = [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]
    described["signature"]["inputs"] = json.dumps(tensor)


def is_no_yaml(folder: Path, described: dict[str, Any]) -> None:
    described["flavors"] = ["sklearn"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(is_unsigned, "no signature"), (takes_tensors, "no signature"), (is_no_yaml, "no MLmodel file that can be read")],
)
def test_a_model_that_does_not_say_what_it_takes(load: Callable[..., LoadedModel], change: Change, complaint: str):
    error = refusal(load, change)
    assert error.code == "invalid_model"
    assert complaint in str(error)

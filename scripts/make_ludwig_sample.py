"""Makes tests/samples/ludwig/: a small model that the real Ludwig trained, without its checkpoints.

Ludwig needs Python 3.12 and an environment of its own:

    uv venv --python 3.12 .venv-ludwig
    uv pip install --python .venv-ludwig/bin/python \
        ludwig==0.17.10 torch==2.11.0 torchvision==0.26.0 torchaudio==2.11.0
    .venv-ludwig/bin/python scripts/make_ludwig_sample.py
"""

import contextlib
import csv
import logging
import random
import shutil
import tempfile
from pathlib import Path

from ludwig.api import LudwigModel

SAMPLE = Path(__file__).resolve().parent.parent / "tests" / "samples" / "ludwig"
CONFIG = {
    "model_type": "ecd",
    "input_features": [{"name": "size", "type": "number"}, {"name": "color", "type": "category"}],
    "output_features": [{"name": "bought", "type": "binary"}],
    "combiner": {"type": "concat", "num_fc_layers": 1, "output_size": 16},
    "trainer": {"epochs": 5, "batch_size": 64},
}
FILES = (
    "model/model_hyperparameters.json",
    "model/model_weights.safetensors",
    "model/training_progress.json",
    "model/training_set_metadata.json",
    "training_statistics.json",
)


def write_table(path: Path) -> None:
    """300 rows: large things are bought, and red ones somewhat sooner."""
    generator = random.Random(7)  # noqa: S311 - the same rows each time
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["size", "color", "bought"])
        for _ in range(300):
            size = generator.uniform(0, 10)
            color = generator.choice(["red", "green", "blue"])
            bought = "yes" if size + (2 if color == "red" else 0) > 6 else "no"
            writer.writerow([round(size, 2), color, bought])


def main() -> None:
    """Train in a temporary folder, and keep the files that describe the model."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_table(Path("things.csv"))
        model = LudwigModel(CONFIG, logging_level=logging.ERROR)
        model.train(
            dataset="things.csv",
            output_directory=folder,
            skip_save_processed_input=True,
            skip_save_log=True,
            random_seed=7,
        )
        trained = Path(folder) / "api_experiment_run"
        shutil.rmtree(SAMPLE, ignore_errors=True)
        for name in FILES:
            if (trained / name).exists():
                (SAMPLE / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(trained / name, SAMPLE / name)


if __name__ == "__main__":
    main()

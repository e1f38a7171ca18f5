"""What the trainer `forest` publishes about itself."""

from modelyard.wire.trainers import TrainerInfo, TrainerOption, TrainerPlugin
from modelyard.worker.trainers.options import CLASS_WEIGHTS

TRAINER = TrainerPlugin(
    implementation="modelyard.worker.trainers.forest.trainer:ForestTrainer",
    info=TrainerInfo(
        name="forest",
        title="Random forest",
        description="scikit-learn: many deep trees, each on its own sample of the rows, that vote. Hard to get wrong.",
        output_types=["binary", "category", "number"],
        input_types=["number", "category", "binary", "text", "date"],
        iteration_name="tree",
        takes_missing=True,
        options=[
            TrainerOption(
                name="n_estimators", type="integer", default=200, minimum=1, maximum=10_000, help="How many trees."
            ),
            TrainerOption(
                name="max_depth",
                type="integer",
                default=None,
                nullable=True,
                minimum=1,
                maximum=1024,
                help="The deepest a tree may grow; no limit when null.",
            ),
            CLASS_WEIGHTS,
            TrainerOption(
                name="min_samples_leaf",
                type="integer",
                default=1,
                minimum=1,
                maximum=10_000_000,
                help="The fewest training rows in a leaf.",
                group="regularization",
            ),
            TrainerOption(
                name="min_samples_split",
                type="integer",
                default=2,
                minimum=2,
                maximum=10_000_000,
                help="The fewest training rows for which a leaf is split.",
                group="regularization",
            ),
            TrainerOption(
                name="max_features",
                type="choice",
                choices=["auto", "sqrt", "log2", "third", "all"],
                default="auto",
                help="How many columns each split may choose from; `auto` is `sqrt` for classes, `all` for numbers.",
                group="regularization",
            ),
            TrainerOption(
                name="max_samples",
                type="number",
                default=None,
                nullable=True,
                minimum=0.001,
                maximum=1,
                help="The share of the rows each tree is grown on; as many as there are when null.",
                group="advanced",
            ),
            TrainerOption(
                name="bootstrap",
                type="boolean",
                default=True,
                help="Whether each tree gets its own sample of the rows.",
                group="advanced",
            ),
        ],
    ),
)

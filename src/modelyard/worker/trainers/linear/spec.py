"""What the trainer `linear` publishes about itself."""

from modelyard.wire.trainers import TrainerInfo, TrainerOption, TrainerPlugin
from modelyard.worker.trainers.options import CLASS_WEIGHTS

TRAINER = TrainerPlugin(
    implementation="modelyard.worker.trainers.linear.trainer:LinearTrainer",
    info=TrainerInfo(
        name="linear",
        title="Linear model",
        description="scikit-learn: logistic regression for classes; ridge, lasso or elastic net for numbers. "
        "Fast and easy to explain.",
        output_types=["binary", "category", "number"],
        input_types=["number", "category", "binary", "text", "date"],
        iteration_name=None,
        options=[
            TrainerOption(
                name="penalty",
                type="choice",
                choices=["none", "l1", "l2", "elasticnet"],
                default="l2",
                help="What keeps coefficients small: `l2` (ridge), `l1` (lasso, drops inputs), or both.",
            ),
            TrainerOption(
                name="regularization",
                type="number",
                default=1.0,
                minimum=1e-9,
                maximum=1e9,
                help="Strength of the penalty. 1 is mild for a standardized table; larger gives smaller coefficients.",
                group="regularization",
            ),
            TrainerOption(
                name="l1_ratio",
                type="number",
                default=0.5,
                minimum=0,
                maximum=1,
                help="The share of `l1` in the penalty `elasticnet`.",
                group="regularization",
            ),
            CLASS_WEIGHTS,
            TrainerOption(
                name="max_iter",
                type="integer",
                default=1000,
                minimum=1,
                maximum=1_000_000,
                help="The most steps of the solver.",
                group="advanced",
            ),
            TrainerOption(
                name="tolerance",
                type="number",
                default=1e-4,
                minimum=1e-12,
                maximum=1,
                help="The solver stops when a step improves less than this.",
                group="advanced",
            ),
        ],
    ),
)

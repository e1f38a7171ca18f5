"""What the trainer `gbm` publishes about itself."""

from modelyard.wire.trainers import TrainerInfo, TrainerOption, TrainerPlugin
from modelyard.worker.trainers.options import CLASS_WEIGHTS, early_stopping

TRAINER = TrainerPlugin(
    implementation="modelyard.worker.trainers.gbm.trainer:GbmTrainer",
    info=TrainerInfo(
        name="gbm",
        title="Gradient-boosted trees",
        description="LightGBM: many small trees, each correcting the ones before. A strong first choice for tables.",
        output_types=["binary", "category", "number"],
        input_types=["number", "category", "binary", "text", "date"],
        iteration_name="boosting round",
        feature_encoding="native",
        options=[
            TrainerOption(
                name="num_boost_round",
                type="integer",
                default=500,
                minimum=1,
                maximum=100_000,
                help="The most rounds of boosting, each adding one tree (one per class for a category).",
            ),
            TrainerOption(
                name="learning_rate",
                type="number",
                default=0.05,
                minimum=1e-6,
                maximum=1,
                help="How much each tree corrects. Smaller needs more rounds and often predicts better.",
            ),
            TrainerOption(
                name="num_leaves", type="integer", default=31, minimum=2, maximum=131_072, help="Leaves of each tree."
            ),
            TrainerOption(
                name="max_depth",
                type="integer",
                default=-1,
                minimum=-1,
                maximum=1024,
                help="The deepest a tree may grow; -1 for no limit.",
            ),
            CLASS_WEIGHTS,
            *early_stopping("round", patience=20),
            TrainerOption(
                name="min_data_in_leaf",
                type="integer",
                default=20,
                minimum=0,
                maximum=10_000_000,
                help="The fewest training rows in a leaf.",
                group="regularization",
            ),
            TrainerOption(
                name="min_sum_hessian_in_leaf",
                type="number",
                default=0.001,
                minimum=0,
                help="The least sum of second derivatives in a leaf.",
                group="regularization",
            ),
            TrainerOption(
                name="min_gain_to_split",
                type="number",
                default=0.0,
                minimum=0,
                help="The least gain for which a leaf is split.",
                group="regularization",
            ),
            TrainerOption(
                name="lambda_l1", type="number", default=0.0, minimum=0, help="L1 penalty.", group="regularization"
            ),
            TrainerOption(
                name="lambda_l2", type="number", default=0.0, minimum=0, help="L2 penalty.", group="regularization"
            ),
            TrainerOption(
                name="feature_fraction",
                type="number",
                default=1.0,
                minimum=0.01,
                maximum=1,
                help="The share of the features that each tree may use, drawn at random.",
                group="regularization",
            ),
            TrainerOption(
                name="bagging_fraction",
                type="number",
                default=1.0,
                minimum=0.01,
                maximum=1,
                help="The share of the rows that a tree is grown on; needs `bagging_freq`.",
                group="regularization",
            ),
            TrainerOption(
                name="bagging_freq",
                type="integer",
                default=0,
                minimum=0,
                maximum=100_000,
                help="Draw rows anew every this many rounds; 0 for never.",
                group="regularization",
            ),
            TrainerOption(
                name="boosting_type",
                type="choice",
                choices=["gbdt", "dart"],
                default="gbdt",
                help="`dart` drops trees at random while boosting; it keeps every round and never stops early.",
                group="advanced",
            ),
            TrainerOption(
                name="max_bin",
                type="integer",
                default=255,
                minimum=2,
                maximum=65_535,
                help="Into how many bins the values of a column are put.",
                group="advanced",
            ),
            TrainerOption(
                name="cat_smooth",
                type="number",
                default=10.0,
                minimum=0,
                help="Smoothing of categories that have few rows.",
                group="advanced",
            ),
            TrainerOption(
                name="objective",
                type="choice",
                choices=["mean_squared_error", "mean_absolute_error", "huber", "poisson"],
                default="mean_squared_error",
                help="The loss for targets of type number. `poisson` needs targets of at least 0.",
                group="advanced",
            ),
        ],
    ),
)

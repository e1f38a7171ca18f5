"""What the trainer `mlp` publishes about itself."""

from modelyard.wire.trainers import TrainerInfo, TrainerOption, TrainerPlugin
from modelyard.worker.trainers.options import early_stopping

TRAINER = TrainerPlugin(
    implementation="modelyard.worker.trainers.mlp.trainer:MlpTrainer",
    info=TrainerInfo(
        name="mlp",
        title="Neural network",
        description="scikit-learn: a small multi-layer perceptron, trained epoch by epoch with Adam.",
        output_types=["binary", "category", "number"],
        input_types=["number", "category", "binary", "date"],
        iteration_name="epoch",
        options=[
            TrainerOption(
                name="epochs",
                type="integer",
                default=1000,
                minimum=1,
                maximum=100_000,
                help="The most passes over the data.",
            ),
            TrainerOption(
                name="hidden_layers",
                type="integer_list",
                default=[64, 32],
                minimum=1,
                maximum=4096,
                help="Neurons of each hidden layer.",
            ),
            TrainerOption(
                name="learning_rate", type="number", default=0.001, minimum=1e-7, maximum=1, help="Step size of Adam."
            ),
            TrainerOption(
                name="batch_size",
                type="integer",
                default=None,
                nullable=True,
                minimum=1,
                maximum=65_536,
                help="Rows of each step; a twentieth of the training rows, 16 to 128, when null.",
            ),
            TrainerOption(
                name="activation",
                type="choice",
                choices=["relu", "tanh", "logistic", "identity"],
                default="relu",
                help="What each neuron does to its input.",
                group="advanced",
            ),
            TrainerOption(
                name="regularization",
                type="number",
                default=0.1,
                minimum=0,
                maximum=1000,
                help="L2 penalty on the weights.",
                group="regularization",
            ),
            *early_stopping("epoch", patience=50),
        ],
    ),
)

"""Options that several trainers have. Imported by the server, like every spec: nothing heavy here."""

from modelyard.wire.trainers import TrainerOption

CLASS_WEIGHTS = TrainerOption(
    name="class_weights",
    type="choice",
    choices=["none", "balanced"],
    default="none",
    help="`balanced` weighs rows by how rare their class is.",
)


def early_stopping(iteration: str, patience: int) -> list[TrainerOption]:
    """When to stop, for trainers that go in steps; `iteration` is the word for one of them."""
    return [
        TrainerOption(
            name="early_stop",
            type="integer",
            default=patience,
            minimum=-1,
            maximum=100_000,
            help=f"Stop after this many {iteration}s without a better validation loss; -1 for never. "
            f"The best {iteration} is kept either way.",
            group="early stopping",
        ),
        TrainerOption(
            name="early_stop_tolerance",
            type="number",
            default=0.0,
            minimum=0,
            help="How much the validation loss has to fall to count as better.",
            group="early stopping",
        ),
    ]

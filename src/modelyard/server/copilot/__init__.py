"""The Data Science Co-Pilot: the next experiments after a training, each with the evidence it rests on."""

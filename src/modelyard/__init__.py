"""Modelyard: the self-hosted home of an ML team's model versions."""

__version__ = "0.1.0"

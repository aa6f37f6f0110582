"""Training comparisons written for this project: a file like one that a lead would upload (docs/formats.md)."""

from pathlib import Path

NAME = "training.csv"


def training_file() -> bytes:
    """The file NAME of this folder."""
    return Path(__file__).with_name(NAME).read_bytes()

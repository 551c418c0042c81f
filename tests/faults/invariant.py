"""What the table of promises and their proofs is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """A promise that faults are thrown at.

    Attributes:
        promise: In a sentence.
        proofs: Tests, as `folder/file.py::name` below `tests/`.
        noticed: The mistakes of `weakened.py` that break it, by the test that notices them;
            several have a space in between.
    """

    promise: str
    proofs: tuple[str, ...]
    noticed: dict[str, str]

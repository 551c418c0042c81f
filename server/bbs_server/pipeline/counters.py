"""What the pipeline counts of its answers."""

from dataclasses import dataclass


@dataclass(slots=True)
class DispatchCounters:
    """Counts of the pipeline's answers.

    Attributes:
        answered: Calls answered with a result.
        refused: Calls answered with an error that the caller or the moment caused.
        broken: Calls that failed by a bug in the server; each has a reference in the log.
    """

    answered: int = 0
    refused: int = 0
    broken: int = 0

"""What the parts of the cache ask the mirror's file through: one place knows what to do if it is broken."""

from abc import ABC, abstractmethod
from typing import Any

from bbs.clock import Ms


class Rows(ABC):
    """Asks and changes the mirror's file. The cache is the one that does."""

    @abstractmethod
    def _rows(self, sql: str, *args: object, **named: object) -> list[Any]:
        """Return all rows a statement gives; of an empty mirror where the file was broken.

        Args:
            sql: With plain parameters (?) or named ones (:now), never both.
            args: The values of the plain ones.
            named: The values of the named ones.
        """

    @abstractmethod
    def _now(self) -> Ms:
        """Return the time: what is over by it is not shown (P10)."""

    @abstractmethod
    def _execute(self, sql: str, *args: object, **named: object) -> None:
        """Run a statement that changes something."""

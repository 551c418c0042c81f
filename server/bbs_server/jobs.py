"""Timed work as features declare it, and the permissions of each kind."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


class JobKind(StrEnum):
    """The effect of a job on what members see or may do (docs/decisions/0031)."""

    ACTS = "acts"  # changes it, by commands through the gate, as the system or for a member
    TELLS = "tells"  # only reports that something began or ended before
    # only deletes or erases things that are over and that no member sees any more
    TIDIES = "tidies"


class Job(Struct, frozen=True):
    """Timed work, done as the system in slices.

    Attributes:
        name: The name for the log.
        every_s: The seconds between two runs.
        run: Does one slice; the runner goes on while a slice has effects or asks for another.
        kind: Its permissions: only a job that acts gets `Context.execute_as`.
        at_edges: Whether to run also at each moment that a `WatchEdge` named.
    """

    name: str
    every_s: float
    run: Callable[[Tx, Context], Outcome[Any]]
    kind: JobKind
    at_edges: bool = False

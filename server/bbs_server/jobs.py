"""Timed work as features declare it, and what each kind of it may do."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


class JobKind(StrEnum):
    """What a job does to what others see or may do (docs/decisions/0031)."""

    ACTS = "acts"  # changes it: by commands, through the gate, as the system or for a member
    TELLS = "tells"  # only tells that something began or ended before
    TIDIES = "tidies"  # only erases or forgets what is over, and nobody sees any more


@dataclass(frozen=True, slots=True)
class Job:
    """Timed work, done as the system in slices.

    Attributes:
        name: For the log.
        every_s: How often to look whether there is something to do.
        run: Does one slice; the runner goes on while a slice told something or asks for another.
        kind: What it may do: only one that acts is given `Context.execute_as`.
        at_edges: Whether to look also at each moment that a `WatchEdge` named.
    """

    name: str
    every_s: float
    run: Callable[[Tx, Context], Outcome[Any]]
    kind: JobKind
    at_edges: bool = False

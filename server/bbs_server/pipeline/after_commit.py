"""What follows a commit, besides its events: whom it tells, what it closes, and what it wakes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from bbs.clock import Ms
from bbs_server.fanout.hub import Hub
from bbs_server.outcome import (
    AfterCommit,
    BeginEpoch,
    CloseSessions,
    EraseNow,
    SendEphemeral,
    TellTime,
    WakeJobs,
    WatchEdge,
)
from bbs_server.pipeline.erasing import erase_traces
from bbs_server.store.api import Store


class Serving(Protocol):
    """What a commit may change of a server: the part of the dispatcher that is needed here."""

    hub: Hub
    store: Store
    epoch: str
    next_edge: Ms | None
    edge_moved: asyncio.Event

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that outlives the answer."""


def follow(dispatcher: Serving, tell: AfterCommit) -> None:
    """Do one thing that follows a commit; rights are checked again before (`publish_commit`)."""
    match tell:
        case SendEphemeral():
            dispatcher.hub.send_to_devices(tell.member, tell.ephemeral)
        case CloseSessions():
            dispatcher.hub.end_sessions(tell.sessions)
        case WatchEdge():
            dispatcher.next_edge = tell.at
            dispatcher.edge_moved.set()
        case WakeJobs():
            dispatcher.edge_moved.set()
        case TellTime():
            dispatcher.store.time.confirm()
        case EraseNow():
            dispatcher.spawn(erase_traces(dispatcher.store))
        case BeginEpoch():
            dispatcher.epoch = tell.epoch
            dispatcher.hub.close_all("the community was handed over")

"""What follows a commit, besides its events: whom it tells, what it closes, and what it wakes."""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from bbs_server.pipeline.dispatch import Dispatcher


def follow(dispatcher: "Dispatcher", tell: AfterCommit) -> None:
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

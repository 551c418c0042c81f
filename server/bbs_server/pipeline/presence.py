"""Presence: stored in memory while connections last, sent as a whole set, at most once a second."""

import asyncio

from bbs.features.presence.messages import GetPresence, PresenceChanged, PresenceResult, SetPresence
from bbs.streams import COMMONS_STREAM
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer

TELL_EVERY_S = 1.0  # a wave of arrivals gives a single message


async def set_presence(
    dispatcher: Dispatcher, caller: Peer, command: SetPresence
) -> PresenceResult:
    """Show or hide the member while this connection lasts. Not stored: repeating it is harmless.

    A token cannot send it (`SetPresence.needs`): a running script does not mean that the member is
    here.
    """
    assert caller.member is not None
    present = dispatcher.present
    if not command.dry_run and present.set(caller, caller.member, command.visible):
        _tell_soon(dispatcher)
    return PresenceResult(members=present.members())


async def get_presence(dispatcher: Dispatcher, caller: Peer, query: GetPresence) -> PresenceResult:
    """Return the members who are here and chose to be seen."""
    return PresenceResult(members=dispatcher.present.members())


def gone(dispatcher: Dispatcher, caller: Peer) -> None:
    """Note that a connection ended."""
    if dispatcher.present.remove(caller):
        _tell_soon(dispatcher)


def _tell_soon(dispatcher: Dispatcher) -> None:
    if not dispatcher.presence_due:
        dispatcher.presence_due = True
        asyncio.get_running_loop().call_later(TELL_EVERY_S, _tell, dispatcher)


def _tell(dispatcher: Dispatcher) -> None:
    dispatcher.presence_due = False
    # Only listeners of the commons may see who is here, so waiting members and narrow tokens get
    # nothing.
    dispatcher.hub.send_to_stream(
        COMMONS_STREAM, PresenceChanged(members=dispatcher.present.members())
    )

"""How what is told of the community as a whole changes the mirror. Pure."""

from datetime import datetime

from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled, ClosingResult
from bbs.features.members.views import Author
from bbs.messages import Event, Result
from bbs.wire.messages import Welcome
from bbs_client.mirror.changes import Change, NoteClosing


def fold(event: Event, stream: str, seq: int, at: datetime, author: Author) -> tuple[Change, ...]:
    """Return what an event of this feature changes; nothing for any other event."""
    match event:
        case ClosingAnnounced(closing=closing):
            return (NoteClosing(closing),)
        case ClosingCancelled():
            return (NoteClosing(None),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case Welcome(closing=closing) | ClosingResult(closing=closing):
            return (NoteClosing(closing),)
        case _:
            return ()

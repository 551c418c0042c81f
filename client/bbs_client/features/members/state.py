"""How member events and results change the mirror. Pure."""

from datetime import datetime

from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import Author, MemberPage, MemberResult, SignInResult
from bbs.messages import Event, Result
from bbs_client.mirror.changes import Change, PutMember


def fold(event: Event, stream: str, seq: int, at: datetime, author: Author) -> tuple[Change, ...]:
    """Return what an event of this feature changes; nothing for any other event.

    Args:
        event: What happened.
        stream: The stream that told it.
        seq: Its place in that stream.
        at: When it happened.
        author: Who did it.
    """
    match event:
        case MemberJoined(member=member) | MemberUpdated(member=member):
            return (PutMember(member),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case MemberPage(members=members):
            return tuple(PutMember(member) for member in members)
        case MemberResult(member=member) | SignInResult(member=member):
            return (PutMember(member),)
        case _:
            return ()

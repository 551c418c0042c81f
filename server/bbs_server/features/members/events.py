"""The events of members, ready to be appended."""

from collections.abc import Sequence

from bbs.features.members.messages import MemberJoined, MemberUpdated, SessionEnded, SessionStarted
from bbs.features.members.views import Author
from bbs.ids import MemberId, SessionId
from bbs.streams import COMMONS_STREAM, member_stream
from bbs_server.features.members import records
from bbs_server.handler_api import AppendEvent, CloseSessions, Effect
from bbs_server.store.api import Tx


def joined(tx: Tx, member: MemberId) -> AppendEvent:
    """Somebody became a member: told by themselves, to everybody."""
    shown = records.get_member_with_texts(tx, member)
    event = MemberJoined(member=shown.member)
    return AppendEvent(COMMONS_STREAM, event, member, shown.texts, author=records.author(member))


def changed(tx: Tx, member: MemberId, *, author: Author | None = None) -> AppendEvent:
    """A member has another name, or a seat: told to everybody.

    Args:
        author: None for the actor.
    """
    shown = records.get_member_with_texts(tx, member)
    event = MemberUpdated(member=shown.member)
    return AppendEvent(COMMONS_STREAM, event, member, shown.texts, author=author)


def started(member: MemberId, session: SessionId, *, token: bool = False) -> AppendEvent:
    """A way in was opened: told to its owner only."""
    event = SessionStarted(session=session, token=token)
    return AppendEvent(member_stream(member), event, session, author=records.author(member))


def ended(
    member: MemberId, sessions: Sequence[SessionId], *, author: Author | None = None
) -> tuple[Effect, ...]:
    """Ways in were closed: told to their owner only, and their connections are cut off.

    Args:
        author: None for the actor.
    """
    if not sessions:
        return ()
    event = SessionEnded(sessions=tuple(sessions))
    return (
        AppendEvent(member_stream(member), event, member, author=author),
        CloseSessions(tuple(sessions)),
    )

"""The events of members, ready to be appended."""

from collections.abc import Sequence

from bbs.features.members.messages import MemberJoined, MemberUpdated, SessionEnded, SessionStarted
from bbs.features.members.views import Author, MemberAuthor
from bbs.ids import MemberId, SessionId
from bbs.streams import COMMONS_STREAM, member_stream
from bbs_server.features.members import records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, CloseSessions, Effect
from bbs_server.store.api import Tx


def joined(tx: Tx, ctx: Context, member: MemberId) -> AppendEvent:
    """Return the event of a new member, for everybody; its author is the new member."""
    return _about_member(tx, ctx, MemberJoined, member, MemberAuthor(id=member))


def changed(tx: Tx, ctx: Context, member: MemberId, *, author: Author | None = None) -> AppendEvent:
    """Return the event of a member's new name or state, for everybody.

    Args:
        author: None for the actor.
    """
    return _about_member(tx, ctx, MemberUpdated, member, author)


def _about_member(
    tx: Tx,
    ctx: Context,
    kind: type[MemberJoined | MemberUpdated],
    member: MemberId,
    author: Author | None,
) -> AppendEvent:
    event = kind(member=records.get_member(tx, ctx, member))
    ids = records.get_member_texts(tx, ctx.now, member)
    return AppendEvent(COMMONS_STREAM, event, member, ids, author=author)


def started(member: MemberId, session: SessionId, *, token: bool = False) -> AppendEvent:
    """Return the event of a new session or token, for its member alone."""
    event = SessionStarted(session=session, token=token)
    return AppendEvent(member_stream(member), event, session, author=MemberAuthor(id=member))


def ended(
    member: MemberId, sessions: Sequence[SessionId], *, author: Author | None = None
) -> tuple[Effect, ...]:
    """Return the effects of ended sessions: an event for their member, and closed connections.

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

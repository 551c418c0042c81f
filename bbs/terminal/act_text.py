"""Describe uses of power in sentences, for the log of a board (P8)."""

from collections.abc import Callable

from bbs.features.boards.messages import (
    BoardConfigured,
    BoardOpened,
    BoardUnlisted,
    SeatChanged,
    SeatState,
)
from bbs.features.community.messages import (
    ClockConfirmed,
    ClosingAnnounced,
    ClosingCancelled,
    CommunityRestored,
    QuotaSet,
)
from bbs.features.community.rules import describe_move
from bbs.features.members.author_text import author_name
from bbs.features.members.messages import InvitationCreated, InvitationRevoked, RecoveryCodeIssued
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.threads.messages import TextPurged
from bbs.messages import Event
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.terminal.output import local_time
from bbs.text import sanitize

_MIB = 1_048_576


def describe_act(
    event: Event | None, author: Author, members: lookup.Members, slug: Callable[[str], str]
) -> str | None:
    """Return who did what and why, in a line of clean text; None if the event is no use of power.

    Args:
        event: None for a kind that this version does not know.
        author: Who did it.
        members: By id.
        slug: Names a board by its id.
    """
    who = sanitize(author_name(author, members))
    told = _told(event, author, members, slug)
    return None if told is None else f"{who} {told}"


def _told(
    event: Event | None, author: Author, members: lookup.Members, slug: Callable[[str], str]
) -> str | None:
    match event:
        case BoardOpened(board=board):
            return f"opened the board {board.slug or 'without a name'}"
        case BoardConfigured(board=board):
            return f"changed the settings of {board.label}"
        case BoardUnlisted():
            return "took a board out of view"
        case SeatChanged():
            return _seat_changed(event, author, members)
        case InvitationCreated(uses=uses, expires_at=until):
            return f"made an invitation for {counted(uses, 'person', 'people')}, until {local_time(until)}"
        case InvitationRevoked():
            return "revoked an invitation"
        case RecoveryCodeIssued(member=member):
            return f"gave {_name(member, members)} a recovery code"
        case ClockConfirmed(moved_s=moved_s):
            return f"confirmed the server's clock, which {describe_move(moved_s)} by itself"
        case QuotaSet(board=board, quota_bytes=quota):
            bound = f"{quota / _MIB:.1f} MiB" if quota else "no bound"
            return f"set the quota of {slug(board)}: {bound}"
        case TextPurged(thread=str(), upto=None):
            return None  # the event of the whole thread came before
        case TextPurged():
            return _purged(event)
        case ClosingAnnounced(closing=closing, reason=reason):
            return f"announced the end for {local_time(closing.read_only_at)}{_why(reason)}"
        case ClosingCancelled(reason=reason):
            return f"called the end off{_why(reason)}"
        case CommunityRestored(taken_at=taken_at, returning=returning):
            words = "; words withdrawn before may be back" if returning else ""
            return f"restored everything as of {local_time(taken_at)}{words}"
    return None


def _seat_changed(event: SeatChanged, author: Author, members: lookup.Members) -> str | None:
    own = author == MemberAuthor(id=event.seat.member)
    sitter = _name(event.seat.member, members)
    match event.appointed:
        case True:
            return "took up moderation" if own else f"made {sitter} a moderator"
        case False:
            return "gave up moderation" if own else f"ended the moderation of {sitter}"
    # To take or leave a seat, or to move up, needs no power.
    return f"offered {sitter} a seat" if event.seat.state is SeatState.OFFERED else None


def _purged(event: TextPurged) -> str:
    counts = [
        counted(len(things), noun)
        for things, noun in ((event.posts, "post"), (event.lines, "line"))
        if things
    ]
    what = " and ".join(counts) or "what was held"
    if event.upto is not None:
        what = f"a thread of {counted(event.upto, 'post')}"
    cited = f"norm {event.norm}" if event.norm else sanitize(event.law or "a law")
    return f"purged {what} by {cited}{_why(event.reason)}"


def _why(reason: str | None) -> str:
    return "" if reason is None else f": {sanitize(reason)}"


def _name(member: str, members: lookup.Members) -> str:
    return sanitize(author_name(MemberAuthor(id=member), members))

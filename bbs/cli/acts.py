"""Uses of power, told in a sentence: what the log of a board shows of them (P8)."""

from collections.abc import Callable

from bbs.cli import look
from bbs.cli.output import local_time
from bbs.features.boards.messages import Configured, Opened, SeatChanged, SeatState, Unlisted
from bbs.features.community.messages import (
    Allotted,
    BroughtBack,
    ClockConfirmed,
    Ending,
    Staying,
)
from bbs.features.community.rules import describe_move
from bbs.features.members.messages import InvitationRevoked, Invited, Reset
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.threads.messages import Purged
from bbs.messages import Event
from bbs.text import clean
from bbs.wording import counted

_MIB = 1_048_576


def sentence(
    event: Event | None, author: Author, members: look.Members, slug: Callable[[str], str]
) -> str | None:
    """Return what was done, by whom and why, in a line of clean text; None for what is no such act.

    Args:
        event: None for a kind this version does not know.
        members: By id.
        slug: Names a board by its id.
    """
    who = clean(look.author_name(author, members))
    told = _told(event, author, members, slug)
    return None if told is None else f"{who} {told}"


def _told(
    event: Event | None, author: Author, members: look.Members, slug: Callable[[str], str]
) -> str | None:
    match event:
        case Opened(board=board):
            return f"opened the board {board.slug or 'without a name'}"
        case Configured(board=board):
            return f"changed the settings of {board.label}"
        case Unlisted():
            return "took a board out of view"
        case SeatChanged():
            return _seat_changed(event, author, members)
        case Invited(uses=uses, expires_at=until):
            return f"made an invitation for {counted(uses, 'person', 'people')}, until {local_time(until)}"
        case InvitationRevoked():
            return "revoked an invitation"
        case Reset(member=member):
            return f"gave {_name(member, members)} a recovery code"
        case ClockConfirmed(moved_s=moved_s):
            return f"confirmed the server's clock, which {describe_move(moved_s)} by itself"
        case Allotted(board=board, quota_bytes=quota):
            bound = f"{quota / _MIB:.1f} MiB" if quota else "no bound"
            return f"set the quota of {slug(board)}: {bound}"
        case Purged(thread=str(), upto=None):
            return None  # told before, of the thread as a whole
        case Purged():
            return _purged(event)
        case Ending(closing=closing, reason=reason):
            return f"announced the end for {local_time(closing.read_only_at)}{_why(reason)}"
        case Staying(reason=reason):
            return f"called the end off{_why(reason)}"
        case BroughtBack(taken_at=taken_at, returning=returning):
            words = "; words withdrawn before may be back" if returning else ""
            return f"restored everything as of {local_time(taken_at)}{words}"
    return None


def _seat_changed(event: SeatChanged, author: Author, members: look.Members) -> str | None:
    own = author == MemberAuthor(id=event.seat.member)
    sitter = _name(event.seat.member, members)
    match event.appointed:
        case True:
            return "took up moderation" if own else f"made {sitter} a moderator"
        case False:
            return "gave up moderation" if own else f"ended the moderation of {sitter}"
    # Of the others, taking, leaving and moving up, none takes a power.
    return f"offered {sitter} a seat" if event.seat.state is SeatState.OFFERED else None


def _purged(event: Purged) -> str:
    counts = [
        counted(len(things), noun)
        for things, noun in ((event.posts, "post"), (event.lines, "line"))
        if things
    ]
    what = " and ".join(counts) or "what was held"
    if event.upto is not None:
        what = f"a thread of {counted(event.upto, 'post')}"
    cited = f"norm {event.norm}" if event.norm else clean(event.law or "a law")
    return f"purged {what} by {cited}{_why(event.reason)}"


def _why(reason: str | None) -> str:
    return "" if reason is None else f": {clean(reason)}"


def _name(member: str, members: look.Members) -> str:
    return clean(look.author_name(MemberAuthor(id=member), members))

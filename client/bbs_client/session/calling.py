"""What calls for a reader's attention as it happens: a mention, an answer, a board they chose."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bbs.clock import Ms, instant
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.rounds import is_muted_by
from bbs.features.reading.views import BoardChoice, NotificationLevel
from bbs.features.threads.messages import LineSaid, PostPublished, ThreadPublished
from bbs.features.threads.views import Line, Post
from bbs.ids import MemberId
from bbs.messages import Event
from bbs_client.mirror.file import Mirror
from bbs_client.session.events import AttentionNeeded, AttentionReason

if TYPE_CHECKING:
    from bbs.sdk.updates import EventHappened

FRESH = timedelta(minutes=2)  # what is older is news of the round, not a call


def attention_for(happened: "EventHappened", cache: Mirror, now_ms: Ms) -> AttentionNeeded | None:
    """Return the call that an event is for the reader, or None.

    Nothing calls from what the reader muted: a thread, a board, a member (P1: set by hand alone).

    Args:
        happened: An event, already in the mirror.
        cache: The mirror; it knows who the reader is, and what the reader chose.
        now_ms: What replays from before a while calls nobody.
    """
    said = _said(happened.event)
    me = cache.me()
    if said is None or me is None or not isinstance(said.author, MemberAuthor):
        return None
    if said.author.id == me.id or happened.at < instant(now_ms) - FRESH:
        return None
    thread = said.thread if isinstance(said, Post) else ""
    if is_muted_by(cache.wishes(), said.board, thread, said.author.id):
        return None
    board = cache.choices().get(("board", said.board))
    level = board.level if isinstance(board, BoardChoice) else NotificationLevel.MENTIONS
    why = _why(said, me.id)
    if level is NotificationLevel.NONE or (
        why is AttentionReason.NEW and level is not NotificationLevel.ALL
    ):
        return None
    return AttentionNeeded(said.author.id, said.board, why)


def _said(event: Event | None) -> Post | Line | None:
    match event:
        case ThreadPublished(post=post) | PostPublished(post=post):
            return post
        case LineSaid(line=line):
            return line
        case _:
            return None


def _why(said: Post | Line, me: MemberId) -> AttentionReason:
    """Return why the reader may be called; the server says whom a post answers (protocol 11.3)."""
    if me in said.mentions:
        return AttentionReason.MENTION
    answers = isinstance(said, Post) and said.answers == me
    return AttentionReason.ANSWER if answers else AttentionReason.NEW

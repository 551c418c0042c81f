"""What calls for a reader's attention as it happens: a mention, an answer, a board they chose."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bbs.clock import Ms, instant
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.views import BoardChoice, Level, Stance
from bbs.features.threads.messages import Posted, Said, Started
from bbs.features.threads.views import Line, Post
from bbs.messages import Event
from bbs_client.mirror.cache import Cache
from bbs_client.news import Called, Why

if TYPE_CHECKING:
    from bbs.sdk.happened import EventHappened

FRESH = timedelta(minutes=2)  # what is older is news of the round, not a call


def called(happened: "EventHappened", cache: Cache, now_ms: Ms) -> Called | None:
    """Return the call that an event is for the reader, or None.

    Nothing calls from what one muted: a thread, a board, a member (P1: set by hand alone).

    Args:
        happened: An event, already in the mirror.
        cache: The mirror; it knows who one is, and what one chose.
        now_ms: What replays from before a while calls nobody.
    """
    said = _said(happened.event)
    me = cache.me()
    if said is None or me is None or not isinstance(said.author, MemberAuthor):
        return None
    if said.author.id == me.id or happened.at < instant(now_ms) - FRESH:
        return None
    choices = cache.choices()
    thread = said.thread if isinstance(said, Post) else ""
    subjects = (("thread", thread), ("board", said.board), ("member", said.author.id))
    if any(getattr(choices.get(one), "stance", None) is Stance.MUTE for one in subjects):
        return None
    board = choices.get(("board", said.board))
    level = board.level if isinstance(board, BoardChoice) else Level.MENTIONS
    why = _why(said, me.id, cache)
    if level is Level.NONE or (why is Why.NEW and level is not Level.ALL):
        return None
    return Called(said.author.id, said.board, why)


def _said(event: Event | None) -> Post | Line | None:
    match event:
        case Started(post=post) | Posted(post=post):
            return post
        case Said(line=line):
            return line
        case _:
            return None


def _why(said: Post | Line, me: str, cache: Cache) -> Why:
    if me in said.mentions:
        return Why.MENTION
    parent = cache.post(said.parent) if isinstance(said, Post) and said.parent else None
    answers = parent is not None and getattr(parent.author, "id", None) == me
    return Why.ANSWER if answers else Why.NEW

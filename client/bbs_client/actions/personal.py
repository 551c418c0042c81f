"""What the reader chooses for themselves alone: follow, mute, save, notices, thanks (P1, P2)."""

from dataclasses import dataclass

from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import (
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import (
    BoardChoice,
    MemberChoice,
    NotificationLevel,
    Stance,
    ThreadChoice,
)
from bbs.features.threads.messages import Thank
from bbs.ids import MemberId, new_id
from bbs_client.actions.surface import Question, Surface
from bbs_client.mirror.changes import Choosing
from bbs_client.safe_text import handle_of, safe_line

_TOLD = {
    Stance.FOLLOW: "You follow {}: what is new there comes early in your rounds.",
    Stance.MUTE: "{} is muted, for you alone: it is in no round and no count.",
    Stance.NONE: "{} is as before: neither followed nor muted.",
}


@dataclass(frozen=True)
class LevelQuestion(Question[NotificationLevel]):
    """Which news of a board call for attention.

    Attributes:
        board: Its title; cleaned.
        now: The level in force.
    """

    board: str
    now: NotificationLevel


async def follow(surface: Surface, _: str) -> None:
    """Follow the thread or board that is here, or no longer."""
    _stand(surface, Stance.FOLLOW)


async def mute(surface: Surface, _: str) -> None:
    """Mute the thread or board that is here, or no longer."""
    if _stand(surface, Stance.MUTE):
        await surface.read_past_muted()


async def save(surface: Surface, _: str) -> None:
    """Save the post that is here, or remove it from the saved ones."""
    post = surface.post_here()
    if post is None:
        return
    session = surface.session
    saved = not session.is_saved(post)
    choose(surface, SavePost(post=post.id, saved=saved))
    where = session.address(post)
    surface.notify(f"{where} is saved, for you alone." if saved else f"{where} is let go.")


async def thanks(surface: Surface, _: str) -> None:
    """Thank the author of the post that is here; only they ever know (P2)."""
    post = surface.post_here()
    if post is None:
        return
    session = surface.session
    if not isinstance(post.author, MemberAuthor) or session.is_mine(post):
        surface.notify("This post has no other member as its author, so nobody can be thanked.")
        return
    session.connection.submit(Thank(post=post.id, op=new_id()), f"thanks:{post.id}")
    surface.refresh()
    surface.notify(f"Thanked. Only {handle_of(post.author, session.members)} will ever see it.")


async def level(surface: Surface, _: str) -> None:
    """Choose which news of the board that is here call for attention."""
    row = surface.board_here()
    if row is None:
        return
    board = row.board.id
    known = surface.session.cache.choices().get(("board", board))
    now = known.level if isinstance(known, BoardChoice) else BoardChoice(board=board).level
    chosen = await surface.ask(LevelQuestion(safe_line(row.board.title), now))
    if chosen is not None:
        choose(surface, SetBoardChoice(board=board, level=chosen))
        surface.notify(f"Notices of this board: {chosen.value}.")


def stand_to(surface: Surface, member: MemberId, wanted: Stance) -> None:
    """Follow or mute a member, or no longer. They are never told.

    Args:
        surface: Where that is said.
        member: Who.
        wanted: Follow or mute; where it stands so already, neither.

    Raises:
        MirrorUnwritable: If this device's disk refuses.
    """
    session = surface.session
    stance = _turned(session.cache.choices().get(("member", member)), wanted)
    choose(surface, SetMemberChoice(member=member, stance=stance))
    known = session.members.get(member)
    handle = safe_line(known.handle if known else None, "member")
    surface.notify(_TOLD[stance].format(f"@{handle}"))


def choose(surface: Surface, command: Choosing) -> None:
    """Make a choice of the reader's own, and show it. Raises `MirrorUnwritable`."""
    surface.session.connection.choose(command)
    surface.refresh()


def _stand(surface: Surface, wanted: Stance) -> bool:
    """Follow or mute what is here; return whether anything is."""
    cache = surface.session.cache
    if surface.at_board:
        row = surface.board_here()
        if row is None:
            return False
        stance = _turned(cache.choices().get(("board", row.board.id)), wanted)
        name = safe_line(row.board.title, "This board")
        command: Choosing = SetBoardChoice(board=row.board.id, stance=stance)
    else:
        found = cache.thread(surface.thread_here() or "")
        if found is None:
            return False
        stance = _turned(cache.choices().get(("thread", found.thread.id)), wanted)
        name = safe_line(found.thread.title, "This thread")
        command = SetThreadChoice(thread=found.thread.id, stance=stance)
    choose(surface, command)
    surface.notify(_TOLD[stance].format(name))
    return True


def _turned(known: object, wanted: Stance) -> Stance:
    """Return what an action makes of a stance: what it asks for, or neither where that stands."""
    now = known.stance if isinstance(known, ThreadChoice | BoardChoice | MemberChoice) else None
    return Stance.NONE if now is wanted else wanted

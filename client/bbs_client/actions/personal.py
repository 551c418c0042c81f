"""The reader's own choices, seen by no one else: follow, mute, save, notices, thanks (P1, P2)."""

from collections.abc import Sequence

from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import (
    ArrangeBoards,
    Choosing,
    SavePost,
    SetBoardChoice,
)
from bbs.features.reading.rules import stance_command
from bbs.features.reading.views import (
    BoardChoice,
    Folder,
    Layout,
    MemberChoice,
    NotificationLevel,
    SavedChoice,
    Stance,
    ThreadChoice,
)
from bbs.features.threads.messages import Thank
from bbs.ids import new_id
from bbs_client.actions.surface import NothingHere, Question, Surface
from bbs_client.safe_text import board_title, handle_of, safe_line
from bbs_client.session.addresses import (
    Place,
    PlaceKind,
    locate,
    place_of_board,
    place_of_letter,
    place_of_thread,
)
from bbs_client.session.arrangement import moved, put_into, shelves
from bbs_client.session.letters import title_of
from bbs_client.session.session import Session
from bbs_client.session.undoing import UndoStep, command_for

_TOLD = {
    Stance.FOLLOW: "You follow {}: what is new there comes early in your rounds.",
    Stance.MUTE: "{} is muted, for you alone: it is in no round and no count.",
    Stance.NONE: "{} is neither followed nor muted.",
}

LEVELS = {
    NotificationLevel.ALL: "every post",
    NotificationLevel.MENTIONS: "posts that mention or answer you",
    NotificationLevel.NONE: "nothing",
}
"""The posts of a board that notify the reader, in words."""


class LevelQuestion(Question[NotificationLevel], frozen=True):
    """Asks for the notification level of a board.

    Attributes:
        board: Its title; cleaned.
        now: The current level.
    """

    board: str
    now: NotificationLevel


class FolderQuestion(Question[str], frozen=True):
    """Asks for the folder of a board; empty for none.

    Attributes:
        board: Its title; cleaned.
        names: The existing folders.
    """

    board: str
    names: Sequence[str]


async def follow(surface: Surface, about: str) -> None:
    """Follow the named board, thread or member, or the thing here; or stop following."""
    await _stand(surface, about, Stance.FOLLOW)


async def mute(surface: Surface, about: str) -> None:
    """Mute the named board, thread or member, or the thing here; or stop muting."""
    await _stand(surface, about, Stance.MUTE)
    if not about:
        await surface.read_past_muted()


async def unfollow(surface: Surface, about: str) -> None:
    """Stop following the named thing, or the thing here; harmless if it was not followed."""
    await _stand(surface, about, Stance.FOLLOW, ends=True)


async def unmute(surface: Surface, about: str) -> None:
    """Stop muting the named thing, or the thing here; harmless if it was not muted."""
    await _stand(surface, about, Stance.MUTE, ends=True)


async def save(surface: Surface, _: str) -> None:
    """Save the post that is here, or remove it from the saved ones."""
    post = surface.post_here()
    session = surface.session
    saved = not session.is_saved(post)
    where = session.address(post)
    choose(surface, SavePost(post=post.id, saved=saved), where)
    surface.notify(_saved(where, saved=saved))


async def unsave(surface: Surface, _: str) -> None:
    """Remove the post that is here from the saved ones; harmless if it was not saved."""
    post = surface.post_here()
    if surface.session.is_saved(post):
        await save(surface, "")
    else:
        surface.notify("You did not save this.")


async def thanks(surface: Surface, _: str) -> None:
    """Thank the author of the post here; only the author ever sees it (P2)."""
    post = surface.post_here()
    session = surface.session
    if not isinstance(post.author, MemberAuthor) or session.is_mine(post):
        surface.notify("This post has no other member as its author, so nobody can be thanked.")
        return
    session.connection.submit(Thank(post=post.id, op=new_id()), f"thanks:{post.id}")
    surface.refresh()
    surface.notify(f"Thanked. Only {handle_of(post.author, session.members)} will ever see it.")


async def level(surface: Surface, _: str) -> None:
    """Choose the notification level of the board here."""
    row = surface.board_here()
    board = row.board.id
    known = surface.session.cache.choices().get(("board", board))
    now = known.level if isinstance(known, BoardChoice) else BoardChoice(board=board).level
    name = title_of(surface.session, row.board)
    chosen = await surface.ask(LevelQuestion(name, now))
    if chosen is not None:
        choose(surface, SetBoardChoice(board=board, level=chosen), name)
        surface.notify(f"Notices of {name}: {LEVELS[chosen]}.")


async def board_up(surface: Surface, _: str) -> None:
    """Move the board that is here up in the reader's own order."""
    _move(surface, down=False)


async def board_down(surface: Surface, _: str) -> None:
    """Move the board that is here down in the reader's own order."""
    _move(surface, down=True)


async def folder(surface: Surface, _: str) -> None:
    """Put the board that is here into a folder, or take it out."""
    row = surface.board_here()
    names = [one.name for one in _order(surface.session) if one.name is not None]
    label = title_of(surface.session, row.board)
    name = await surface.ask(FolderQuestion(label, names))
    if name is not None:
        order = put_into(_order(surface.session), row.board.id, name or None)
        choose(surface, ArrangeBoards(folders=order), label)
        where = f"in your folder {safe_line(name)}" if name else "in no folder"
        surface.notify(f"{label} is {where}; {surface.key_of('undo')} takes that back.")


async def undo(surface: Surface, _: str) -> None:
    """Undo the newest choice of this visit that was not undone yet, and say which it was."""
    session = surface.session
    step = session.undo_steps.take()
    if step is None:
        surface.notify("No change of your order or choices is left to undo.")
    elif not session.undo_steps.is_current(step):
        surface.notify(f"{step.label} was changed since, perhaps elsewhere; it stays as it is.")
    else:
        session.connection.choose(command_for(step.before))
        surface.refresh()
        surface.notify(f"Undone. {_describe(step)}")


def _describe(step: UndoStep) -> str:
    """Return a sentence about what is in force again after an undo."""
    match step.before:
        case SavedChoice(saved=saved):
            return _saved(step.label, saved=saved)
        case BoardChoice(stance=stance, level=news) if stance is getattr(step.made, "stance", None):
            return f"Notices of {step.label}: {LEVELS[news]}."
        case BoardChoice(stance=stance) | ThreadChoice(stance=stance) | MemberChoice(stance=stance):
            return _TOLD[stance].format(step.label)
        case Layout():
            return f"{step.label} is back at its place in your order."


def stand_to(surface: Surface, place: Place, wanted: Stance) -> None:
    """Follow or mute a board, thread or member, or stop that. No other member learns of it.

    Args:
        surface: The surface that reports it.
        place: The thing; for a lounge, its board.
        wanted: Follow or mute; a second time ends it.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written.
    """
    kind, known = _stance_to(surface.session, place)
    stance = Stance.NONE if known is wanted else wanted
    choose(surface, stance_command(kind, place.id, stance), place.label)
    surface.notify(_TOLD[stance].format(place.label))


def choose(surface: Surface, command: Choosing, label: str) -> None:
    """Make a choice of the reader's own, show it, and note how to undo it.

    Args:
        surface: The surface that shows it.
        command: The choice.
        label: The name of its subject; cleaned.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written.
    """
    surface.session.undo_steps.note(command, label)
    surface.session.connection.choose(command)
    surface.refresh()


def _saved(where: str, *, saved: bool) -> str:
    return f"{where} is saved, for you alone." if saved else f"{where} is no longer saved."


async def _stand(surface: Surface, about: str, wanted: Stance, *, ends: bool = False) -> None:
    """Follow or mute the named thing, or the thing here.

    Args:
        surface: The surface that reports it.
        about: An address; empty for the thing here.
        wanted: Follow or mute.
        ends: Whether only to end it.
    """
    place = await surface.wait(locate(surface.session, about)) if about else _place_here(surface)
    if ends and _stance_to(surface.session, place)[1] is not wanted:
        surface.notify(f"You do not {wanted} this.")
    else:
        stand_to(surface, place, wanted)


def _place_here(surface: Surface) -> Place:
    if surface.at_board:
        return place_of_board(surface.board_here())
    cache = surface.session.cache
    found = cache.thread(surface.thread_here())
    board = cache.board(found.thread.board) if found is not None else None
    if found is None or board is None:
        raise NothingHere
    letter = place_of_letter(surface.session, board.board.id)
    return letter or place_of_thread(board.board, found.thread)


def _stance_to(session: Session, place: Place) -> tuple[PlaceKind, Stance]:
    """Return the kind of a place for choices, and the reader's stance on it."""
    kind = PlaceKind.BOARD if place.kind is PlaceKind.LOUNGE else place.kind
    return kind, session.cache.stances(kind).get(place.id, Stance.NONE)


def _order(session: Session) -> list[Folder]:
    """Return the boards in the reader's own order and folders."""
    boards = tuple(row.board.id for row in session.cache.boards())
    return shelves(session.cache.folders(), boards)


def _move(surface: Surface, *, down: bool) -> None:
    row = surface.board_here()
    before = _order(surface.session)
    order = moved(before, row.board.id, down=down)
    if order == tuple(before):
        surface.notify(f"This board is already {'last' if down else 'first'} in your order.")
    else:
        label, way = board_title(row.board), "down" if down else "up"
        choose(surface, ArrangeBoards(folders=order), label)
        surface.notify(f"{label} moved {way}; {surface.key_of('undo')} takes that back.")

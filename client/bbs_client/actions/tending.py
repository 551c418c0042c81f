"""Tending: what a board's moderators do to it and its threads, each with a reason (P5, P8)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.features.threads.views import Post, Thread
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotFound
from bbs_client.actions.calming import calming
from bbs_client.actions.doing import Doing, Typed
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.slowing import slowing
from bbs_client.actions.surface import NothingHere, Surface, TendQuestion
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.addresses import PlaceKind, locate
from bbs_client.session.session import Session

REASON = FormField(
    name="reason",
    label="reason",
    help="Why: everybody on the board can read it in its log.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)


LOCK_DAYS = FormField(
    name="days",
    label="days",
    help=f"For how many days nobody writes there: 1 to {limits.LOCK_DAYS_MAX}.",
    now="3",
    least=1,
    most=limits.LOCK_DAYS_MAX,
)


_TITLE = FormField(
    name="title",
    label="title",
    help="The new title. The thread's author is told the one before; the log does not say it.",
    chars_max=limits.TITLE_CHARS_MAX,
    is_required=True,
)

_INTO = FormField(
    name="into",
    label="into",
    help="The thread's address, such as garden/42; on the same board.",
    chars_max=limits.SHORT_CHARS_MAX,
    is_required=True,
)


_TO_BOARD = FormField(
    name="board",
    label="board",
    help="The name of a board that you moderate, too, such as kitchen.",
    chars_max=limits.SHORT_CHARS_MAX,
    is_required=True,
)


_NAME_A = {
    PlaceKind.THREAD: "no thread that you can read has this address; type another, like garden/42.",
    PlaceKind.BOARD: "no board that you can read has this name; type another, like kitchen.",
}


_YES = {"read-only": "close", "to-board": "move"}
"""What answering does, where that is not what it is called in the list."""


async def tend(surface: Surface, _: str) -> None:
    """Tend the thread that is here, or the board; ask what is to be done, and why.

    Raises:
        FolkmootError: What the server answered; `proposals.waits` if it waits for others.
    """
    if surface.at_board:
        here = surface.board_here()
        if _may_tend(surface, here):
            await _ask(surface, safe_line(here.board.slug, "?"), _closing(surface, here.board))
        return
    found = surface.session.cache.thread(surface.thread_here())
    row = None if found is None else surface.session.cache.board(found.thread.board)
    if found is None or row is None:
        raise NothingHere
    if row.board.kind is BoardKind.LETTER:
        from bbs_client.actions.letter_tending import tend_letter  # late: few tend letters

        await tend_letter(surface, row.board.id)
        return
    if not _may_tend(surface, row):
        return
    if found.thread.number is None:
        surface.notify("This thread is held: tend it once it is published and others read it.")
        return
    address = f"{safe_line(row.board.slug, '?')}/{found.thread.number}"
    thread = found.thread
    doings = {**_pinning(thread), **_locking(surface, thread), **_retitling(thread)}
    doings |= slowing(surface, thread.board, thread.id)
    post = surface.thing_here()
    if isinstance(post, Post) and post.thread == thread.id and (post.number or 1) > 1:
        doings |= _moving(post)
    doings |= {**_merging(thread), **_moving_away(thread)}
    await _ask(surface, address, doings)


def _may_tend(surface: Surface, row: BoardRow) -> bool:
    if row.moderates:
        return True
    surface.notify("Only moderators of a board tend it.")
    return False


async def _ask(surface: Surface, address: str, doings: Mapping[str, Doing]) -> None:
    """Ask what is to be done, and why; do it."""
    says = {name: doing.says for name, doing in doings.items()}
    name = await surface.ask(TendQuestion(f"Tend {address}", says))
    if name is None:
        return
    doing = doings[name]
    heading = f"{name.capitalize()} {address}"
    form = SettingsQuestion(heading, (*doing.fields, REASON), yes=_YES.get(name, name))

    async def send(typed: dict[str, Any]) -> str:
        if doing.stays and typed.keys() == {REASON.name}:
            return doing.stays
        # What nobody typed anew stands there as it was offered, such as the days of a lock.
        values = {field.name: field.now for field in doing.fields} | typed
        if doing.place:
            values[doing.place] = await _locate(surface.session, doing, values[doing.place])
        await surface.session.connection.call(doing.command(values))
        return f"{doing.done} {address}."

    told = await send_form(surface, form, send)
    if told is not None:
        surface.refresh()
        surface.notify(told)


async def _locate(session: Session, doing: Doing, address: str) -> str:
    """Return the id of the thread or board that was named.

    Raises:
        FormError: If the address names none.
        Disconnected: If only the server could know, and it cannot be reached.
    """
    try:
        place = await locate(session, address)
    except (BadParams, NotFound):
        place = None
    if place is None or place.kind is not doing.kind:
        [label] = (field.label for field in doing.fields if field.name == doing.place)
        raise FormError(doing.place, f"{label}: {_NAME_A[doing.kind]}")
    return place.id


def _closing(surface: Surface, board: Board) -> dict[str, Doing]:
    key, session = board.id, surface.session
    found = {each.kind for each in session.cache.restrictions(key, None, session.cache.time())}
    doings: dict[str, Doing] = {}
    if found & {RestrictionKind.READ_ONLY, RestrictionKind.ARCHIVED}:
        doings["reopen"] = Doing(
            "Members can write there again, and free seats are given out.",
            "Opened again:",
            lambda typed: ReopenBoard(board=key, reason=typed["reason"], op=new_id()),
        )
    if RestrictionKind.READ_ONLY not in found:
        doings["read-only"] = Doing(
            "Nobody writes there until you open it again; it is read on.",
            "Read-only now:",
            lambda typed: MakeReadOnly(board=key, reason=typed["reason"], op=new_id()),
        )
    if RestrictionKind.ARCHIVED not in found and key != COMMONS:
        doings["archive"] = Doing(
            "Nobody writes there or takes a seat; it is read on.",
            "Archived:",
            lambda typed: ArchiveBoard(board=key, reason=typed["reason"], op=new_id()),
        )
    return doings | slowing(surface, key) | calming(surface, key)


def _locking(surface: Surface, thread: Thread) -> dict[str, Doing]:
    key, session = thread.id, surface.session
    found = session.cache.restrictions(thread.board, key, session.cache.time())
    if any(each.kind is RestrictionKind.LOCKED for each in found):
        return {
            "unlock": Doing(
                "Members can write in it again.",
                "Unlocked",
                lambda typed: UnlockThread(thread=key, reason=typed["reason"], op=new_id()),
            )
        }

    def lock(typed: Typed) -> LockThread:
        until = session.now() + timedelta(days=int(typed["days"]))
        return LockThread(thread=key, until=until, reason=typed["reason"], op=new_id())

    says = "Nobody writes in it for some days; it is read on, and words can be taken back."
    return {"lock": Doing(says, "Locked", lock, (LOCK_DAYS,))}


def _retitling(thread: Thread) -> dict[str, Doing]:
    def retitle(typed: Typed) -> ChangeTitle:
        title, reason = typed["title"], typed["reason"]
        return ChangeTitle(thread=thread.id, title=title, reason=reason, op=new_id())

    if thread.title is None:
        return {}
    field = replace(_TITLE, now=safe_line(thread.title))
    stays = "The title stays as it is: another one has to be typed to change it."
    return {"retitle": Doing("It gets another title.", "Retitled", retitle, (field,), stays=stays)}


def _moving(post: Post) -> dict[str, Doing]:
    """Return what can be done to a post with all answers below it."""

    def move(typed: Typed) -> MovePosts:
        return MovePosts(post=post.id, to=typed["to"], reason=typed["reason"], op=new_id())

    def split(typed: Typed) -> SplitThread:
        title, reason = typed["title"], typed["reason"]
        return SplitThread(post=post.id, thread=new_id(), title=title, reason=reason, op=new_id())

    says = f"Post {post.number} and all answers to it "
    to = replace(_INTO, name="to", label="to")
    title = replace(_TITLE, help="The title of the new thread.")
    return {
        "move": Doing(f"{says}go to another thread.", "Moved from", move, (to,), "to"),
        "split": Doing(f"{says}become a thread of their own.", "Split", split, (title,)),
    }


def _merging(thread: Thread) -> dict[str, Doing]:
    def merge(typed: Typed) -> MergeThread:
        return MergeThread(
            thread=thread.id, into=typed["into"], reason=typed["reason"], op=new_id()
        )

    says = "All its posts go to another thread, to which its address leads then."
    return {"merge": Doing(says, "Merged", merge, (_INTO,), "into")}


def _moving_away(thread: Thread) -> dict[str, Doing]:
    def move(typed: Typed) -> MoveThread:
        board, reason = typed[_TO_BOARD.name], typed["reason"]
        key = new_id()
        return MoveThread(thread=thread.id, to_board=board, becomes=key, reason=reason, op=new_id())

    says = "It goes to another board, whose readers all can read it here; its address leads there."
    fields = (_TO_BOARD,)
    name = _TO_BOARD.name
    return {"to-board": Doing(says, "Moved from", move, fields, name, PlaceKind.BOARD)}


def _pinning(thread: Thread) -> dict[str, Doing]:
    key = thread.id
    if thread.pinned:
        return {
            "unpin": Doing(
                "It stands in the list by its age again.",
                "Unpinned",
                lambda typed: UnpinThread(thread=key, reason=typed["reason"], op=new_id()),
            )
        }
    return {
        "pin": Doing(
            "It stands at the head of the list.",
            "Pinned",
            lambda typed: PinThread(thread=key, reason=typed["reason"], op=new_id()),
        )
    }

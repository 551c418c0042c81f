"""Tending: what a board's moderators do to it and its threads, each with a reason (P5, P8)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
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
from bbs.messages import Command
from bbs.text import normalize_line
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion
from bbs_client.actions.surface import NothingHere, Question, Surface
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.addresses import PlaceKind, locate

Typed = Mapping[str, str]
"""What was typed, by the name of its field."""

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
    chars_max=3,
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


class TendQuestion(Question[str], frozen=True):
    """What is to be done to a thread or a board.

    Attributes:
        heading: To what, in one line; cleaned.
        doings: What each does, a sentence of ours, by its name.
    """

    heading: str
    doings: Mapping[str, str]


class TendForm(SettingsQuestion, frozen=True):
    """The reason, and what else is needed. Answers with what stands in each line."""

    def read(self, typed: Typed) -> dict[str, Any]:
        """Return what was typed, cleaned.

        Raises:
            FormError: If something is missing.
        """
        values: dict[str, Any] = {}
        for field in self.fields:
            text, _ = normalize_line(typed[field.name], chars_max=field.chars_max)
            if not (text := text.strip()) and field.is_required:
                raise FormError(field.name, f"{field.label}: this cannot be empty.")
            if field.name == LOCK_DAYS.name:
                _check_days(text)
            values[field.name] = text
        return values


def _check_days(text: str) -> None:
    if not (text.isdecimal() and 1 <= int(text) <= limits.LOCK_DAYS_MAX):
        most = limits.LOCK_DAYS_MAX
        raise FormError(LOCK_DAYS.name, f"days: type a number from 1 to {most}.")


class Doing(Struct, frozen=True):
    """Something that moderators do.

    Attributes:
        says: What it does, a sentence.
        done: What is said once it is done, before its address.
        command: Makes the command of what was typed.
        fields: What has to be known beside the reason.
        place: The name of the field in which the address of a thread or a board stands; empty for
            none. The command is made of its id.
        kind: What stands there.
    """

    says: str
    done: str
    command: Callable[[Typed], Command[Any]]
    fields: tuple[FormField, ...] = ()
    place: str = ""
    kind: PlaceKind = PlaceKind.THREAD


_NAME_A = {
    PlaceKind.THREAD: "Name a thread, like garden/42. Nothing was changed.",
    PlaceKind.BOARD: "Name a board, like kitchen. Nothing was changed.",
}


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
    if not _may_tend(surface, row):
        return
    address = f"{safe_line(row.board.slug, '?')}/{found.thread.number}"
    thread = found.thread
    doings = {**_pinning(thread), **_locking(surface, thread), **_retitling(thread)}
    post = surface.thing_here()
    if isinstance(post, Post) and post.thread == thread.id and (post.number or 1) > 1:
        doings |= _moving(post)
    doings |= {**_merging(thread), **_moving_away(thread)}
    await _ask(surface, address, doings)


def _may_tend(surface: Surface, row: BoardRow) -> bool:
    if row.seat is not None and row.seat.moderator:
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
    values = await surface.ask(TendForm(heading, (*doing.fields, REASON)))
    if not values:
        return
    if doing.place:
        place = await surface.wait(locate(surface.session, values[doing.place]))
        if place.kind is not doing.kind:
            surface.notify(_NAME_A[doing.kind])
            return
        values[doing.place] = place.id
    await surface.wait(surface.session.connection.call(doing.command(values)))
    surface.refresh()
    surface.notify(f"{doing.done} {address}.")


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
    return doings


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
    return {"retitle": Doing("It gets another title.", "Retitled", retitle, (field,))}


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

"""What items of a plan do: each is carried out, and all of them are undone together."""

import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from bbs.batch_refusals import NoItem
from bbs.clock import MOMENT_RULE
from bbs.errors import BadParams, FolkmootError, RetryableError
from bbs.features.batches.rules import canonical, digest_of_item, waits_by_itself
from bbs.features.batches.views import Found, PlanItem
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.moderation.naming import names_its_author
from bbs.features.threads.hiding_messages import HIDING_METHODS
from bbs.gravity import HIDES_MANY, Grave
from bbs.ids import COMMONS, BoardId, MemberId, ThreadId
from bbs.messages import Command
from bbs.powers import NeedTarget, Office, office_for
from bbs.wire import codec
from bbs.wire.frame_check import find_inexpressible
from bbs_server.features.batches.records import AddedItem
from bbs_server.handler_api import Context, WhileWaiting
from bbs_server.outcome import Did, Unchanged
from bbs_server.store.api import Tx

_NOT_KNOWN = "there is no such command"
_NOT_UNDONE = "no other command undoes it"
_WAITS = "this waits by itself; send it alone"
_BEGINS_NOTHING = WhileWaiting().begin
_ELSEWHERE = "it is about another board"
_NAMES = (
    "the log of this board names offices alone, and this act names its author, so it would say who did"
    " all the others: send it alone"
)
_OWN = "an item has no op and no dry run of its own"

_KINDS = {
    NeedTarget.THREAD: ThingKind.THREAD,
    NeedTarget.POST: ThingKind.POST,
    NeedTarget.LINE: ThingKind.LINE,
}


class Rehearsed(NamedTuple):
    """An item, the command that it is, and what it was found to do.

    Attributes:
        dated: The changes whose values the moment decides.
        marks: Why it takes two keys.
        amount: How many words of others it hides.
        about: The member whom an item names that is refused: nothing was found about them.
    """

    number: int
    item: PlanItem
    command: Command[Any]
    found: Found
    dated: frozenset[str] = frozenset()
    marks: tuple[Grave, ...] = ()
    amount: int = 0
    about: MemberId | None = None

    def added(self) -> AddedItem:
        """Return it as the draft keeps it."""
        return AddedItem(
            number=self.number,
            item=self.item,
            found=self.found,
            digest=digest_of_item(self.item),
            body=canonical(self.item),
            place=place_of(self.found.thing, self.found.about),
            grave=" ".join(dict.fromkeys(mark.field for mark in self.marks)),
            amount=self.amount,
            about=self.found.about or self.about,
            title_of=title_of(self.command),
        )


def title_of(command: Command[Any]) -> ThreadId | None:
    """Return the thread to which a command gives a title; None if it gives none."""
    return getattr(command, "thread", None) if hasattr(command, "title") else None


def place_of(thing: Thing | None, about: MemberId | None) -> str | None:
    """Return what changes together with a thing: its thread, or the thing itself, or its member."""
    if thing is None:
        return None
    return thing.id or about if thing.thread is None else str(thing.thread)


def decode_item(ctx: Context, number: int, item: PlanItem) -> Command[Any]:
    """Return the command that an item is, as strictly as if it had come in a frame of its own.

    Raises:
        NoItem: If it can be an item of no batch.
        BadParams: If a parameter is missing, unknown or out of its bounds.
    """
    from bbs.wire.registry import REQUESTS  # late: a server says hello without it

    cls = REQUESTS.get(item.method)
    if cls is None or not issubclass(cls, Command):
        raise NoItem(number, item.method, _NOT_KNOWN)
    if cls not in ctx.readers.undo:
        raise NoItem(number, item.method, _NOT_UNDONE)
    if item.params.keys() & {"op", "dry_run"}:
        raise NoItem(number, item.method, _OWN)
    field = f"item {number}"
    try:
        command: Command[Any] = msgspec.json.decode(msgspec.json.encode(item.params), type=cls)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        told = codec.params_error(error)
        raise BadParams(f"{field}: {told.field}", told.rule) from None
    if (moment := find_inexpressible(command)) is not None:
        raise BadParams(f"{field}: {moment}", MOMENT_RULE)
    return command


def refuse_elsewhere(
    tx: Tx, ctx: Context, board: BoardId, number: int, command: Command[Any]
) -> None:
    """Refuse an item about another board, also once an earlier item has moved its thing there.

    Raises:
        NoItem: If it is: whoever has the key of one board agrees to nothing on another.
    """
    if board not in _boards_of(tx, ctx, board, command):
        raise NoItem(number, command.method, _ELSEWHERE)


def _boards_of(tx: Tx, ctx: Context, board: BoardId, command: Command[Any]) -> set[BoardId]:
    """Return the boards that a command names; none of a thing that is not there.

    What is not there any more is no other board's: the gate refuses the item, and its finding says so.
    """
    need = command.needs
    named: set[BoardId] = set()
    for on in (need.on, need.also):
        if on is None:
            continue
        located = ctx.readers.targets[on](tx, getattr(command, on.value, COMMONS))
        if located is None:
            return {board}
        named |= {located.board} if located.words_on is None else {located.board, located.words_on}
    return named


class _UndoneError(Exception):
    """Raised to undo a rehearsal."""


def rehearse(
    tx: Tx, ctx: Context, board: BoardId, first: int, items: Sequence[PlanItem], hidden: int = 0
) -> list[Rehearsed]:
    """Carry out items one after another, each seeing what those before it did, and undo it all.

    Args:
        first: The number of the first.
        hidden: How many words of others earlier items of the same batch hide.

    Raises:
        NoItem, BadParams: If one of them cannot be an item.
    """
    found: list[Rehearsed] = []
    commands = [decode_item(ctx, number, each) for number, each in enumerate(items, first)]

    def carry_out() -> None:
        for number, (item, command) in enumerate(zip(items, commands, strict=True), first):
            found.append(_try(tx, ctx, board, number, item, command, hidden))
        raise _UndoneError

    with contextlib.suppress(_UndoneError):
        tx.attempt(carry_out)
    return found


def _try(
    tx: Tx,
    ctx: Context,
    board: BoardId,
    number: int,
    item: PlanItem,
    command: Command[Any],
    hidden: int,
) -> Rehearsed:
    refuse_elsewhere(tx, ctx, board, number, command)
    revision = revision_before(tx, ctx, command, ctx.board.id)
    done: list[Did | Unchanged | None] = []
    marks: tuple[Grave, ...] = ()
    amount = 0

    def check(act: Did | Unchanged | None) -> None:
        nonlocal marks, amount
        done.append(act)
        if not isinstance(act, Did):
            return
        amount = amount_of(command, act)
        marks = graves_of(tx, ctx, command, act, ctx.member, ctx.board.id, hidden)
        refuse_what_waits(ctx, number, command, marks)
        if ctx.board.log_by_office and names_its_author(act, ctx.member):
            raise NoItem(number, item.method, _NAMES)

    office = office_for(command.needs.power, ctx.offices)
    try:
        refusal = execute_item(tx, ctx, ctx.member, office, command, check)
    except RetryableError:
        raise
    except FolkmootError as error:
        refusal = error
    if refusal is not None:
        found = Found(refused=refusal.code, why=str(refusal))
        return Rehearsed(number, item, command, found, about=_named(tx, ctx, command))
    return _found(number, item, command, done[-1], revision, marks, amount)


def _named(tx: Tx, ctx: Context, command: Command[Any]) -> MemberId | None:
    """Return the member whom a command names, if there is such a member."""
    member = getattr(command, "member", None)
    there = member is not None and ctx.readers.member(tx, ctx, member) is not None
    return member if there else None


def refuse_what_waits(
    ctx: Context, number: int, command: Command[Any], marks: Sequence[Grave]
) -> None:
    """Refuse an item that waits in a way that one second key does not end: it is sent alone.

    So does one that begins something for as long as it waits, as a case that is decided begins to wait:
    a plan waits without it.

    Raises:
        NoItem: If it does.
    """
    besides = ctx.readers.waiting.get(type(command))
    begins = besides is not None and besides.begin is not _BEGINS_NOTHING
    if waits_by_itself(marks) or (marks and begins):
        raise NoItem(number, command.method, _WAITS)


def _found(
    number: int,
    item: PlanItem,
    command: Command[Any],
    act: Did | Unchanged | None,
    revision: int | None,
    marks: tuple[Grave, ...],
    amount: int,
) -> Rehearsed:
    found = finding_of(act, revision, marks)
    dated = act.dated if isinstance(act, Did) else frozenset()
    return Rehearsed(number, item, command, found, dated, marks, amount)


def finding_of(
    act: Did | Unchanged | None, revision: int | None, marks: Sequence[Grave] = ()
) -> Found:
    """Return what an item did, as a plan says it."""
    if isinstance(act, Unchanged):
        return Found(revision=revision, unchanged=True)
    if act is None:
        return Found(revision=revision)
    return Found(
        thing=act.thing,
        about=act.about or act.whose,
        changes=act.changes,
        norm=act.norm,
        norms_version=act.norms_version,
        norms_board=act.norms_board,
        revision=revision,
        grave=tuple(dict.fromkeys(mark.why for mark in marks)),
    )


def execute_item(
    tx: Tx, ctx: Context, member: MemberId, office: Office, command: Command[Any], check: Any
) -> FolkmootError | None:
    """Carry out an item as a member, judged as if they sent it now; return its refusal, if it has one.

    Raises:
        FolkmootError: As the gate and the command's handler do.
    """
    if ctx.way is None and ctx.actor is not None:
        ctx = msgspec.structs.replace(ctx, way=ctx.actor.way)  # a script rehearses as it applies
    assert ctx.execute_as is not None
    author = MemberAuthor(id=member)
    done = ctx.execute_as(tx, ctx, author, office, command, check, is_now=True)
    return done.refuse


def graves_of(
    tx: Tx,
    ctx: Context,
    command: Command[Any],
    act: Did,
    mover: MemberId,
    board: BoardId,
    hidden: int = 0,
) -> tuple[Grave, ...]:
    """Return the marks of an item; what earlier items hide, and is not done yet, counts with it."""
    if hidden and HIDES_MANY.field in act.there:
        there = {**act.there, HIDES_MANY.field: act.there[HIDES_MANY.field] + hidden}
        act = msgspec.structs.replace(act, there=there)
    return ctx.readers.graves_of(tx, ctx, command, act, mover, act.board or board)


def amount_of(command: Command[Any], act: Did) -> int:
    """Return how many words of others an act hides, as `HIDES_MANY` counts them."""
    if HIDES_MANY.field not in act.there:
        return 0
    if command.method in HIDING_METHODS:
        return 1
    counts = (change.after for change in act.changes if change.field == "hidden")
    return sum(count for count in counts if isinstance(count, int))


def revision_before(tx: Tx, ctx: Context, command: Command[Any], board: BoardId) -> int | None:
    """Return the revision of what a command names: words, a member's seat, or the board itself."""
    on = command.needs.on
    if (kind := _KINDS.get(on)) is not None:
        thing = Thing(kind=kind, id=getattr(command, on.value))
        return ctx.readers.revision_of_words(tx, thing)
    if on is not NeedTarget.BOARD:
        return None
    member = getattr(command, "member", None)
    if isinstance(member, str):
        seat = ctx.readers.seat(tx, ctx.now, board, member)
        return 0 if seat is None else seat.revision
    found = ctx.readers.board(tx, board)
    return None if found is None else found.revision

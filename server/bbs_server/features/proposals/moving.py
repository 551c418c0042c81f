"""How a grave command comes to wait (protocol 15)."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

import bbs
from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.moderation.messages import ActContent, Thing
from bbs.features.proposals import rules
from bbs.features.proposals.messages import ProposalMoved, WaitsFor
from bbs.features.proposals.rules import Motion, Person, Seated
from bbs.gravity import CITES_JUDGEMENT, Grave, Use, find_grave
from bbs.ids import BoardId, MemberId, ProposalId
from bbs.messages import Command, Done
from bbs.powers import Office, Power, office_elsewhere, office_for
from bbs.refusals import CommandWaits, Conflict, LimitReached
from bbs_server.features.proposals import records, stored_commands
from bbs_server.features.proposals.people import count_seats, find_arrival, list_people
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.features.proposals.telling import tell
from bbs_server.handler_api import Context, WhileWaiting
from bbs_server.outcome import Did, Outcome
from bbs_server.store.api import Tx


def move_if_grave(
    tx: Tx, ctx: Context, command: Command[Any], did: Did
) -> Callable[[], Outcome[Any]] | None:
    """Decide whether a command has to wait; see `FeatureLookups.move_if_grave`."""
    if ctx.actor is None:
        return None
    board = did.board or ctx.board.id
    marks = graves_of(tx, ctx, command, did, ctx.member, board)
    if not marks:
        return None
    power = did.power or command.needs.power
    find_office = office_for if board == ctx.board.id else office_elsewhere
    office = find_office(power, ctx.offices)
    gone = any(mark.erases for mark in marks) and ctx.readers.may_have_words_of_gone(
        tx, board, ctx.member
    )
    about = did.about or did.whose
    motion = Motion(ctx.member, about, marks, gone, *find_arrival(tx, ctx.member))
    people = list_people(tx, ctx.now, board, office, beyond=rules.has_keys_beyond(marks))
    if rules.choose_way(motion, people, ctx.proven_now) is None:
        return None
    seated = count_seats(tx, ctx.now, board, ctx.member, about)
    return partial(_move, tx, ctx, command, did, board, power, office, motion, people, seated)


def graves_of(
    tx: Tx, ctx: Context, command: Command[Any], did: Did, mover: MemberId, board: BoardId
) -> tuple[Grave, ...]:
    """Return the marks by which a use is grave; see `BatchLookups.graves_of`."""
    uses = rules.uses_of(did.changes, did.there, mover=mover, about=did.about)
    if did.norm is not None and did.norms_version is not None:
        whose = did.norms_board or board
        judged = ctx.readers.is_judgement(tx, whose, did.norms_version, did.norm)
        uses[CITES_JUDGEMENT.field] = Use(before=None, after=did.norm, there=int(judged))
    for mark in command.grave:
        if mark.counted:
            there = did.there.get(mark.field, 0)
            uses[mark.field] = Use(before=None, after=None, there=there)
    return find_grave(command.grave, uses)


def _move(
    tx: Tx,
    ctx: Context,
    command: Command[Any],
    did: Did,
    board: BoardId,
    power: Power,
    office: Office,
    motion: Motion,
    people: Sequence[Person],
    seated: Seated,
) -> Outcome[Done]:
    """Store a command that has to wait, and tell the board's readers."""
    besides = ctx.readers.waiting.get(type(command))
    motion = _with_parties(tx, ctx, besides, did.thing, None, motion, people)
    way = rules.choose_way(motion, people, ctx.proven_now)
    assert way is not None
    same = _same(command, board, did, motion)
    fields = [mark.field for mark in motion.marks]
    _refuse_again(tx, ctx, same, set(fields))
    if _count_beside(tx, board, motion) >= limits.PROPOSALS_OPEN_MAX:
        raise LimitReached("commands that wait on a board", limits.PROPOSALS_OPEN_MAX)
    stored = stored_commands.store_command(tx, ctx, command, _content(did, motion))
    until = ctx.now + rules.wait_ms(way, motion.marks, seated.count)
    row = ProposalRow(
        id=ctx.new_id(),
        board=board,
        number=records.next_number(tx, board),
        method=command.method,
        version=bbs.__version__,
        command=stored.command,
        content=stored.content,
        texts=stored.texts,
        grave=" ".join(fields),
        same=same,
        erases=int(any(mark.erases for mark in motion.marks)),
        mover=ctx.member,
        office=office.value,
        power=power.value,
        sent=ctx.acting.way.value,
        way=way.value,
        moved_at=ctx.now,
        until=until,
        epoch=ctx.epoch,
    )
    records.insert_proposal(tx, row)
    told = tell(tx, ctx, row, motion, ProposalMoved(proposal=records.view(tx, row, seated)))
    waits = CommandWaits(
        way=way.value,
        until=instant(until),
        why=[mark.why for mark in motion.marks],
        unopposed=bool(rules.why_unopposed(motion.marks))
        or (way is WaitsFor.DELAY and not rules.objections_to_end(way, motion.marks, seated)),
        to_few=rules.is_to_few(motion.marks),
        board=board,
        proposal=None if command.dry_run else row.id,
        number=None if command.dry_run else row.number,
    )
    begun = () if besides is None else besides.begin(tx, ctx, row.id, did.thing)
    return Outcome(Done(), (*begun, *told), error=waits)


def _with_parties(
    tx: Tx,
    ctx: Context,
    besides: WhileWaiting | None,
    thing: Thing,
    proposal: ProposalId | None,
    motion: Motion,
    people: Sequence[Person],
    asked: Collection[MemberId] = (),
) -> Motion:
    """Return a command with those who are party to it, and with the sysop's key if no other is left.

    Undone, what it is about tells again who wrote it.

    Args:
        asked: Whose word is in question, besides those who hold an office.
    """
    if besides is not None:
        holders = [each.member for each in people if each.office_since or each.sysop]
        found = besides.parties(tx, ctx, thing, proposal, [*{*holders, *asked}])
        motion = replace(motion, parties=found)
    return rules.with_sysop(motion, people, ctx.proven_now)


def _count_beside(tx: Tx, board: BoardId, motion: Motion) -> int:
    """Return how many commands wait on a board that count together with one that is about to.

    What concerns persons counts apart, by its mover: nobody else learns of it by a limit, and whoever
    hides many in a flood keeps nobody from deciding.
    """
    to_few = rules.is_to_few(motion.marks)
    waiting = records.list_waiting_on(tx, board)
    alike = [row for row in waiting if rules.is_to_few(stored_commands.marks_of(row)) == to_few]
    return sum(not to_few or row.mover == motion.mover for row in alike)


def _content(did: Did, motion: Motion) -> ActContent:
    """Return what a command is to do, but for what only the moment decides at which it is done."""
    content = ActContent(**{name: getattr(did, name) for name in ActContent.__struct_fields__})
    changes = tuple(change for change in did.changes if change.field not in did.dated)
    return replace(content, about=motion.about, changes=changes)


def _same(command: Command[Any], board: BoardId, did: Did, motion: Motion) -> str:
    """Return by what commands are known that may be about the same."""
    which = did.thing.id or did.thing.number
    return msgspec.json.encode([command.method, board, which, motion.about]).decode()


def _refuse_again(tx: Tx, ctx: Context, same: str, fields: set[str]) -> None:
    """Refuse a command of which a part waits already, or was objected to lately.

    Args:
        fields: For which changes it has to wait.

    Raises:
        Conflict: If it is.
    """
    lately = ctx.proven_now - limits.MOVED_AGAIN_DAYS * DAY_MS
    for before in records.list_same(tx, same, lately):
        if not (both := fields.intersection(before.grave.split())):
            continue
        named = ", ".join(sorted(both))
        if before.ended_at is None:
            what = f"the same waits already ({named}), as number {before.number} of its board"
            raise Conflict(what=what)
        day = instant(before.ended_at) + timedelta(days=limits.MOVED_AGAIN_DAYS)
        what = (
            f"members objected to the same ({named}); it can be moved again from {day:%Y-%m-%d} on"
        )
        raise Conflict(what=what)


def motion_of(tx: Tx, ctx: Context, row: ProposalRow, asked: Collection[MemberId] = ()) -> Motion:
    """Return what the rules need of a command that waits.

    Args:
        asked: The members whose word is in question.
    """
    about = stored_commands.content_of(row).about
    gone = bool(row.erases) and ctx.readers.may_have_words_of_gone(tx, row.board, row.mover)
    besides, marks = besides_of(ctx, row), stored_commands.marks_of(row)
    motion = Motion(row.mover, about, marks, gone, *find_arrival(tx, row.mover))
    thing = stored_commands.content_of(row).thing
    if not rules.is_to_few(marks):
        found = {} if besides is None else besides.parties(tx, ctx, thing, row.id, asked)
        return replace(motion, parties=found)
    people = people_of(tx, ctx, row)
    return _with_parties(tx, ctx, besides, thing, row.id, motion, people, asked)


def people_of(tx: Tx, ctx: Context, row: ProposalRow) -> list[Person]:
    """Return whose word may count for a command that waits."""
    beyond = rules.has_keys_beyond(stored_commands.marks_of(row))
    return list_people(tx, ctx.now, row.board, Office(row.office), beyond=beyond)


def besides_of(ctx: Context, row: ProposalRow) -> WhileWaiting | None:
    """Return what else happens while a command waits; None for nothing."""
    cls = stored_commands.command_of(row)
    return None if cls is None else ctx.readers.waiting.get(cls)

"""Carries readers' marks, and the following of merged threads, along with moved posts (P2, P4)."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from bbs.features.reading import rules
from bbs.features.reading.messages import Marks, MarksChanged, Ranges
from bbs.features.reading.views import Stance, ThreadChoice
from bbs.features.threads.tending_messages import PostsRenumbered, ThreadMerged
from bbs.ids import BoardId, MemberId
from bbs.refusals import LimitReached
from bbs_server.features.reading import choices, records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, SendEphemeral
from bbs_server.store.api import Tx


def carry_marks(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Keep read posts read under their new numbers, for every reader.

    Members who had muted the thread they come from must not find them unread elsewhere.
    """
    moved = emit.event
    assert isinstance(moved, PostsRenumbered)
    # `upto` relies on seqs that grow with the numbers, which is not so for moved posts: reset it.
    tx.execute(
        "UPDATE marks SET upto = 0 WHERE thread IN (?, ?) AND upto > 0", moved.thread, moved.to
    )
    muted = _members(tx, moved.thread, Stance.MUTE) - _members(tx, moved.to, Stance.MUTE)
    read = dict(records.marks_by_member(tx, moved.thread))
    source = ctx.readers.threads(tx, [moved.thread], ctx.moment)[moved.thread].board
    if source != moved.board:
        yield from _mark(tx, moved, _known_on_board(tx, ctx, moved, source, read))
        return
    carried = {
        member: rules.carried_ranges(moved.numbers, read.get(member, ()), was_muted=member in muted)
        for member in muted | read.keys()
    }
    yield from _mark(tx, moved, carried)


def _known_on_board(
    tx: Tx, ctx: Context, moved: PostsRenumbered, source: BoardId, read: Mapping[MemberId, Ranges]
) -> dict[MemberId, Ranges]:
    """Return what of posts that came from another board is new to nobody there, by who reads it here.

    They are above every floor here. So of who sits here everything is marked but what was new to them.
    """
    here, there = records.floors_of(tx, moved.board), records.floors_of(tx, source)
    # A post left its place in that board's stream to its marker.
    seqs = records.seqs_of(tx, moved.thread, [old for old, _ in moved.numbers])
    silent = _members(tx, moved.thread, Stance.MUTE) | (
        _members(tx, source, Stance.MUTE, "board") - _members(tx, moved.thread, Stance.FOLLOW)
    )
    facts = ctx.readers.board_facts(tx, moved.board)
    assert facts is not None
    carried: dict[MemberId, Ranges] = {}
    for member in ctx.readers.who_may_read(tx, facts, here.keys() | read.keys()):
        floor, seen, is_seated = there.get(member), read.get(member, ()), member in here
        is_known = member in silent or floor is None
        carried[member] = rules.ranges_of(
            new
            for old, new in moved.numbers
            if rules.contains(seen, old)
            or (is_seated and (is_known or seqs.get(old, 0) <= (floor or 0)))
        )
    return carried


def _mark(tx: Tx, moved: PostsRenumbered, carried: Mapping[MemberId, Ranges]) -> Iterator[Effect]:
    """Mark posts of the thread they went to as read, and tell the devices of each member."""
    before = records.marks_of_thread(tx, moved.to)
    changed: dict[MemberId, Marks] = {}
    for member in sorted(member for member, found in carried.items() if found):
        marks = before.get(member) or Marks(thread=moved.to, board=moved.board)
        ranges = rules.normalize((*marks.read, *carried[member]))
        ranges = rules.limit_ranges(ranges)
        if ranges != marks.read:
            changed[member] = replace(marks, read=ranges, revision=marks.revision + 1)
    records.upsert_mixed(tx, changed)
    for member, marks in changed.items():
        yield SendEphemeral(member, MarksChanged(marks=marks))


def follow_merged(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Let whoever follows a thread that was merged follow the one it went to, unless they chose there.

    A thread that went to another board is the same one: there who muted it has it muted, too, and
    nobody chooses anything who may not read that board.
    """
    merged = emit.event
    assert isinstance(merged, ThreadMerged)
    target = merged.thread.moved_to
    assert target is not None
    chosen = _members(tx, target, Stance.FOLLOW) | _members(tx, target, Stance.MUTE)
    board = ctx.readers.threads(tx, [target], ctx.moment)[target].board
    leaves = board != merged.thread.board
    facts = ctx.readers.board_facts(tx, board)
    assert facts is not None
    for stance in (Stance.FOLLOW, Stance.MUTE) if leaves else (Stance.FOLLOW,):
        members = _members(tx, merged.thread.id, stance) - chosen
        for member in sorted(ctx.readers.who_may_read(tx, facts, members)):
            choice = ThreadChoice(thread=target, stance=stance)
            try:
                yield from choices.upsert_choice(tx, member, choice, None).effects
            except LimitReached:
                continue  # they follow as much as they can


def _members(tx: Tx, subject: str, stance: Stance, kind: str = "thread") -> set[MemberId]:
    rows = tx.fetch_all(
        "SELECT member FROM choices WHERE kind = ? AND subject = ? AND stance = ?",
        *(kind, subject, stance.value),
    )
    return {member for (member,) in rows}

"""Carries readers' marks, and the following of merged threads, along with moved posts (P2, P4)."""

from collections.abc import Iterable, Iterator

from bbs.features.reading import rules
from bbs.features.reading.messages import Marks, MarksChanged, Ranges
from bbs.features.reading.views import Stance, ThreadChoice
from bbs.features.threads.tending_messages import PostsRenumbered, ThreadMerged
from bbs.ids import MemberId, ThreadId
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
    for member in sorted(muted | read.keys()):
        carried = rules.carried_ranges(
            moved.numbers, read.get(member, ()), was_muted=member in muted
        )
        if carried:
            yield from _mark(tx, moved, member, carried)


def _mark(tx: Tx, moved: PostsRenumbered, member: MemberId, carried: Ranges) -> Iterator[Effect]:
    before = records.find_marks(tx, member, moved.to, moved.board)
    ranges = rules.limit_ranges(rules.normalize((*before.read, *carried)))
    if ranges == before.read:
        return
    marks = Marks(thread=moved.to, board=moved.board, read=ranges, revision=before.revision + 1)
    records.upsert_marks(tx, member, marks)
    yield SendEphemeral(member, MarksChanged(marks=marks))


def follow_merged(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Let members who follow a merged thread follow its target, unless they made a choice there."""
    merged = emit.event
    assert isinstance(merged, ThreadMerged)
    target = merged.thread.moved_to
    assert target is not None
    chosen = _members(tx, target, Stance.FOLLOW) | _members(tx, target, Stance.MUTE)
    for member in sorted(_members(tx, merged.thread.id, Stance.FOLLOW) - chosen):
        choice = ThreadChoice(thread=target, stance=Stance.FOLLOW)
        try:
            yield from choices.upsert_choice(tx, member, choice, None).effects
        except LimitReached:
            continue  # the member has reached the limit of choices


def _members(tx: Tx, thread: ThreadId, stance: Stance) -> set[MemberId]:
    rows = tx.fetch_all(
        "SELECT member FROM choices WHERE kind = 'thread' AND subject = ? AND stance = ?",
        *(thread, stance.value),
    )
    return {member for (member,) in rows}

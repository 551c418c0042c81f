"""Moving a thread to another board: nobody comes to read what they could not read before (P5, P8, P10)."""

from bbs import limits
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.boards.sight import Gain, Readers, find_gain, lose_sight
from bbs.features.moderation.messages import Change
from bbs.features.moderation.rules import check_reason, holds
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.tending_messages import MoveThread, ThreadMerged
from bbs.features.threads.views import ContentState, ThreadResult
from bbs.gravity import Use, ends_sooner
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.plural import counted
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.features.threads import (
    forwarding,
    hidden,
    leavers,
    moving,
    post_text,
    records,
    sizes,
)
from bbs_server.features.threads.rows import THREADS, ThreadRow
from bbs_server.features.threads.tending import check_published, thing_of
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Outcome
from bbs_server.standing import BoardFacts
from bbs_server.store.api import Tx

_NAMED_MAX = 3
"""How many members a refusal names; of more it says how many."""


def move_thread(tx: Tx, ctx: Context, command: MoveThread) -> Outcome[ThreadResult]:
    """Move a thread to another board, where it is a new thread with the same posts."""
    check_reason(command.reason)
    source, here, there = _places(tx, ctx, command)
    readers = [ctx.readers.readers_of(tx, ctx, board) for board in (here, there)]
    _refuse_gain(tx, ctx, there, find_gain(*readers))
    _refuse_state(tx, ctx, source, there)
    sizes.check_room(tx, source, there.id)
    shown, told = _move(tx, ctx, source, there.id, command.becomes)
    changes, reach = _changes(source, here, there, readers)
    elsewhere = Did(
        thing=thing_of(shown.thread),
        board=there.id,
        changes=(Change(field="from_board", after=_named(here)),),
        reason=command.reason,
    )
    act = Did(
        thing=thing_of(records.get_thread(tx, source.id, ctx.moment)),
        changes=changes,
        reason=command.reason,
        there=reach,
    )
    return Outcome(shown, (*told, *ctx.readers.effects_of_act(tx, ctx, elsewhere)), act=act)


def _places(tx: Tx, ctx: Context, command: MoveThread) -> tuple[ThreadRow, BoardFacts, BoardFacts]:
    """Return the thread, its board and the one that it goes to.

    Raises:
        Conflict: If it stands there already, is held, was merged, or the new id is in use.
    """
    source = tx.get(THREADS, command.thread)
    there = ctx.readers.board_facts(tx, command.to_board)
    if source is None or there is None:
        raise NotFound(what="thread")
    check_published(source)
    if there.id == source.board:
        raise Conflict(what="this thread stands on that board already: name another one")
    if source.moved_to is not None:
        raise Conflict(what="this thread was merged or moved: name the one it leads to")
    if tx.get(THREADS, command.becomes) is not None:
        raise Conflict(what="a thread with the id that it would get exists")
    return source, ctx.board, there


def _refuse_gain(tx: Tx, ctx: Context, there: BoardFacts, gain: Gain) -> None:
    """Refuse a move by which somebody would come to read words.

    Raises:
        Conflict: It says who would, and what can be done.
    """
    if gain.everybody:
        raise Conflict(
            what=f"everybody in the community could read these words in {there.slug}, and here not"
            " everybody can: move them to a board whose readers all read this one"
        )
    if gain.told:
        raise Conflict(
            what=f"{there.slug} is unlisted, and the old addresses would tell everybody here where"
            " it is: move them to a board that is listed, or private"
        )
    if gain.members:
        raise Conflict(
            what=f"{_names(tx, ctx, gain.members)} can read {there.slug} and not this board: give"
            " them seats here first, or choose another board"
        )
    if gain.suspended:
        raise Conflict(
            what=f"{counted(len(gain.suspended), 'member')} suspended here could read these words"
            f" in {there.slug}: wait until that ends, or choose another board"
        )


def _names(tx: Tx, ctx: Context, members: frozenset[MemberId]) -> str:
    found = [ctx.readers.member(tx, ctx, member) for member in sorted(members)]
    handles = sorted(f"@{member.handle}" for member in found if member is not None)
    more = len(handles) - _NAMED_MAX
    if more > 0:
        handles = [*handles[:_NAMED_MAX], f"{more} more"]
    *first, last = handles
    return f"{', '.join(first)} and {last}" if first else last


def _refuse_state(tx: Tx, ctx: Context, source: ThreadRow, there: BoardFacts) -> None:
    """Refuse a move that would undo something by the way, or bring words where nobody writes.

    Raises:
        Conflict: If the other board is a journal, the thread is locked, an answer to it is held, words of it are hidden as a whole
            or for a command that waits, or the other board is closed to writing.
    """
    moving.refuse_busy(tx, source)
    if leavers.has_words_of_leaver(tx, source.id, hidden.find_hidden(tx).left):
        what = "somebody who wrote in it left this board, and can still come back"
        raise Conflict(what=f"{what}: move it in {limits.LEAVING_DAYS} days")
    if there.kind is BoardKind.JOURNAL:
        raise Conflict(what=f"{there.slug} is a journal, and only its writer's words stand there")
    waits = "SELECT 1 FROM hidings WHERE thread = ? AND norm IS NULL AND ended_at IS NULL"
    if tx.fetch_one(waits, source.id) is not None:
        what = "words of this thread are held, or a command about them waits"
        raise Conflict(what=f"{what}: move it once that is over")
    for restriction in ctx.readers.restrictions_on(tx, source.board, None):
        if restriction.thread == source.id and holds(restriction, ctx.now):
            raise Conflict(what="this thread is locked, and would not be there: unlock it first")
    closed = (RestrictionKind.READ_ONLY, RestrictionKind.ARCHIVED)
    for restriction in ctx.readers.restrictions_on(tx, there.id, None):
        is_its_own = restriction.board == there.id and restriction.kind in closed
        if is_its_own and holds(restriction, ctx.now):
            raise Conflict(what=f"nobody can write in {there.slug} now: open it again first")
    if held := forwarding.count_held_answers(tx, source):
        what = f"{counted(held, 'answer')} to this thread held still: move it once published"
        raise Conflict(what=what)


def _move(
    tx: Tx, ctx: Context, source: ThreadRow, board: BoardId, key: ThreadId
) -> tuple[ThreadResult, tuple[AppendEvent, ...]]:
    """Make the thread on the other board and move the first slice; what is left follows."""
    number = tx.fetch_value(
        "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", board
    )
    target = source._replace(
        id=key, board=board, number=number, posts=0, last_at=None, revision=1, pinned=0, mixed=1
    )
    tx.upsert(THREADS, (key,), target)
    sizes.take_title_along(tx, source, board)
    tx.execute("UPDATE threads SET moved_to = ?, mixed = 1 WHERE id = ?", key, source.id)
    emissions = moving.begin_slices(tx, ctx, source._replace(moved_to=key), target)
    # Only now: the index finds the first post by its title, until that is taken out.
    post_text.forget_old_titles(tx, source.id)
    tx.execute(
        "UPDATE threads SET title_text = NULL, state = ?, pinned = 0, revision = revision + 1"
        " WHERE id = ?",
        *(ContentState.MOVED.value, source.id),
    )
    left = records.get_thread(tx, source.id, ctx.moment)
    told = AppendEvent(board_stream(source.board), ThreadMerged(thread=left), source.id)
    shown = ThreadResult(thread=records.get_thread(tx, key, ctx.moment))
    return shown, (*emissions, told)


def _changes(
    source: ThreadRow, here: BoardFacts, there: BoardFacts, readers: list[Readers]
) -> tuple[tuple[Change, ...], dict[str, int]]:
    """Return what the act on the board that a thread leaves says, and how much of it is there."""
    changes = [Change(field="to_board", after=_named(there))]
    if source.pinned:
        changes.append(Change(field="pinned", before=True, after=False))
    if ends_sooner(Use(before=here.retention_days, after=there.retention_days)):
        changes.append(
            Change(field="retention_days", before=here.retention_days, after=there.retention_days)
        )
    if not lose_sight(*readers):
        return tuple(changes), {}
    changes.append(Change(field="out_of_reach", after=True))
    return tuple(changes), {"out_of_reach": source.posts}


def _named(board: BoardFacts) -> str | bool:
    """Return what the log of another board says of a board: its id, if everybody may know of it."""
    return board.id if board.visibility is Visibility.MEMBERS else True

"""Hiding words while a command about them waits, and showing them again if it is not carried out."""

from collections.abc import Sequence
from datetime import timedelta

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.proposals.messages import ProposalState
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.views import Thread
from bbs.ids import PostId, ProposalId, ThreadId
from bbs.messages import Done
from bbs.refusals import Conflict
from bbs.rows import columns, marks
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.threads import forwarding, publishing, records
from bbs_server.features.threads.hidden import HidingRow
from bbs_server.features.threads.rows import (
    IMPORTED,
    POSTS,
    THREADS,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

ACTIVE = "FROM hidings WHERE proposal = ? AND ended_at IS NULL"


def hide(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> list[Effect]:
    """Hide what a command is about for as long as it waits.

    Raises:
        Conflict: If a part of it is hidden by another, or was lately for one not carried out.
    """
    assert thing.id is not None
    row = ROWS[thing.kind](tx, ctx, thing.id)._replace(proposal=proposal)
    if row.thread is not None:
        forwarding.refuse_moving(tx, row.thread)
    _refuse_again(tx, ctx, row)
    return insert(tx, ctx, row)


def insert(tx: Tx, ctx: Context, row: HidingRow) -> list[Effect]:
    """Store that words are hidden from now on; return what tells it."""
    sql = f"INSERT INTO hidings ({columns(HidingRow)}) VALUES ({marks(HidingRow)})"  # noqa: S608 - our own names
    tx.execute(sql, *row)
    return tell(tx, ctx, row, TextHidden)


def of_post(tx: Tx, ctx: Context, key: str) -> HidingRow:
    """Return the row that hides a post, not stored yet."""
    row = records.post_row(tx, key)
    assert row is not None
    opens = int(row.number == 1)
    return _row(ctx, ThingKind.POST, key, row.thread, row.n, row.n, 0, opens)


def _of_thread(tx: Tx, ctx: Context, key: str) -> HidingRow:
    thread = tx.get(THREADS, key)
    assert thread is not None
    # The last post of all boards: the cost does not depend on the thread's length.
    last = tx.fetch_value(POSTS.last) or 0
    return _row(ctx, ThingKind.THREAD, key, key, 0, last, thread.posts, 1)


def of_line(tx: Tx, ctx: Context, key: str) -> HidingRow:
    """Return the row that hides a line, not stored yet."""
    return _row(ctx, ThingKind.LINE, key, None, 0, 0, 0, 0)


def _row(
    ctx: Context,
    kind: ThingKind,
    thing: str,
    thread: ThreadId | None,
    first: int,
    upto: int,
    numbers: int,
    opens: int,
) -> HidingRow:
    return HidingRow(
        id=ctx.new_id(),
        kind=kind.value,
        thing=thing,
        thread=thread,
        first=first,
        upto=upto,
        numbers=numbers,
        opens=opens,
        proposal=None,
        turns=1,
        settled=first - 1,
        told=first - 1,
        ended_at=None,
    )


ROWS = {ThingKind.POST: of_post, ThingKind.THREAD: _of_thread, ThingKind.LINE: of_line}


def _refuse_again(tx: Tx, ctx: Context, row: HidingRow) -> None:
    """Refuse to hide the same words again while they are, and for a time after it came to nothing.

    What somebody took back binds nobody else.
    """
    same = "thing = ?" if row.thread is None else "thread = ? AND first <= ? AND upto >= ?"
    which = (row.thing,) if row.thread is None else (row.thread, row.upto, row.first)
    lately = ctx.proven_now - limits.MOVED_AGAIN_DAYS * DAY_MS
    before = tx.select_one(
        HidingRow,
        f"FROM hidings WHERE {same} AND proposal IS NOT NULL"  # noqa: S608 - constants
        " AND (ended_at IS NULL OR turns = 2 AND ended_at > ? AND NOT EXISTS"
        " (SELECT 1 FROM proposals p WHERE p.id = hidings.proposal AND p.state = ? AND p.mover <> ?))"
        " ORDER BY coalesce(ended_at, 0) DESC LIMIT 1",
        *(*which, lately, ProposalState.WITHDRAWN.value, ctx.member),
    )
    if before is None:
        return
    if before.ended_at is None:
        raise Conflict(what="these words, or some of them, are hidden already for one that waits")
    day = instant(before.ended_at) + timedelta(days=limits.MOVED_AGAIN_DAYS)
    raise Conflict(
        what="these words, or some of them, were hidden for one that was not carried out;"
        f" it can be moved again from {day:%Y-%m-%d} on"
    )


def tell(tx: Tx, ctx: Context, row: HidingRow, event: type[TextHidden | TextShown]) -> list[Effect]:
    """Return what tells that words are hidden, or shown again: the readers of board or lounge.

    Of a held post its author and the desk are told.
    """
    if row.thread is None:
        return _told_of_line(tx, row, event)
    emissions: list[Effect] = []
    for (key,) in tx.fetch_all(
        "SELECT id FROM posts WHERE thread = ? AND n >= ? AND n <= ? AND number IS NULL"
        " AND body_text IS NOT NULL ORDER BY n",
        *(row.thread, row.first, row.upto),
    ):
        emissions += publishing.held_post_events(tx, key, ctx.moment)
    thread = records.get_thread(tx, row.thread, ctx.moment)
    if thread.number is None:
        return emissions
    texts = texts_of_title(tx, thread) if row.opens else {}
    if row.kind == ThingKind.THREAD:
        told = event(thread=thread, upto=row.numbers)
    else:
        post = records.get_post(tx, row.thing, ctx.moment)
        if post.body is not None:
            texts |= _texts_of_post(tx, row.thing)
        told = event(post=post, thread=thread if row.opens else None)
    return [*emissions, AppendEvent(board_stream(thread.board), told, row.thing, texts)]


def _told_of_line(tx: Tx, row: HidingRow, event: type[TextHidden | TextShown]) -> list[Effect]:
    found = records.line_row(tx, row.thing)
    if found is None:  # it has faded
        return []
    line = records.get_line(tx, row.thing)
    texts = {"line.body": found.body_text} if line.body is not None and found.body_text else {}
    return [AppendEvent(lounge_stream(line.board), event(line=line), row.thing, texts)]


def texts_of_title(tx: Tx, thread: Thread) -> dict[str, str]:
    """Return the ids of the texts of a thread in an event; none if its title is gone or hidden."""
    row = tx.get(THREADS, thread.id)
    if thread.title is None or row is None or row.title_text is None:
        return {}
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    return {"thread.title": row.title_text} | ({"thread.author.name": name} if name else {})


def _texts_of_post(tx: Tx, key: PostId) -> dict[str, str]:
    row = records.post_row(tx, key)
    assert row is not None
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    parts = {"post.body": row.body_text, "post.subject": row.subject_text, "post.author.name": name}
    return {path: text for path, text in parts.items() if text is not None}


def show_again(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> list[Effect]:
    """Show words again that were hidden for a command that was not carried out."""
    row = tx.select_one(HidingRow, ACTIVE, proposal)
    if row is None:
        return []
    end(tx, ctx, row, turns=2)
    return tell(tx, ctx, row, TextShown)


def take_over(tx: Tx, ctx: Context, kind: ThingKind, thing: str) -> HidingRow | None:
    """Let words be hidden no more because they are purged now; return how they were, or None.

    What is purged is at most what was hidden: what was written later was in no announcement.
    """
    sql = (
        "FROM hidings WHERE kind = ? AND thing = ? AND ended_at IS NULL"
        " ORDER BY norm IS NOT NULL OR cause IS NOT NULL"
    )
    rows = tx.select(HidingRow, sql, kind.value, thing)
    for row in rows:
        end(tx, ctx, row, turns=row.turns)
    return rows[0] if rows else None


def end(tx: Tx, ctx: Context, row: HidingRow, turns: int) -> None:
    """End a hiding; give the revisions it added to the row of a post or line at once."""
    sql = "UPDATE hidings SET turns = ?, ended_at = ? WHERE id = ?"
    tx.execute(sql, turns, ctx.now, row.id)
    ended = row._replace(turns=turns, ended_at=ctx.now)
    if row.thread is None:
        tx.execute("UPDATE lines SET revision = revision + ? WHERE id = ?", turns, row.thing)
        _note_settled(tx, ended, row.upto)
    elif row.kind == ThingKind.POST:
        _settle_posts(tx, ended, [row.upto])
        _note_settled(tx, ended, row.upto)


def _settle_posts(tx: Tx, row: HidingRow, numbers: Sequence[int]) -> None:
    if row.opens and row.settled < row.first:
        sql = "UPDATE threads SET revision = revision + ? WHERE id = ?"
        tx.execute(sql, row.turns, row.thread)
    sql = "UPDATE posts SET revision = revision + ? WHERE n = ?"
    tx.execute_many(sql, [(row.turns, n) for n in numbers])


def _note_settled(tx: Tx, row: HidingRow, upto: int) -> None:
    """Note how far rows have their revisions; forget what nothing refers to any more."""
    if upto == row.upto and (row.turns == 1 or row.norm is not None or row.cause is not None):
        tx.execute("DELETE FROM hidings WHERE id = ?", row.id)
    else:
        tx.execute("UPDATE hidings SET settled = ? WHERE id = ?", upto, row.id)


def settle(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Add to a slice of a thread's rows the revisions from hiding it; readers see no difference.

    Then forget what was shown again so long ago that the same may be moved again.
    """
    row = tx.select_one(
        HidingRow,
        "FROM hidings WHERE ended_at IS NOT NULL AND settled < upto"
        ' ORDER BY id COLLATE "binary" LIMIT 1',
    )
    if row is None:
        lately = ctx.proven_now - limits.MOVED_AGAIN_DAYS * DAY_MS
        if tx.fetch_one("SELECT 1 FROM hidings WHERE ended_at <= ? LIMIT 1", lately):
            tx.execute("DELETE FROM hidings WHERE ended_at <= ?", lately)
        return Outcome(Done())
    found = next_of(tx, row, row.settled)
    done = list(in_time(tx, found))
    _settle_posts(tx, row, done)
    is_last = len(done) == len(found) < limits.SLICE_ROWS
    _note_settled(tx, row, row.upto if is_last else done[-1])
    return Outcome(Done(), more=True)


def next_of(tx: Tx, row: HidingRow, above: int) -> list[int]:
    """Return the rows of a slice of a hidden thread's posts, those above a row."""
    found = tx.fetch_all(
        "SELECT n FROM posts WHERE thread = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?",
        *(row.thread, above, row.upto, limits.SLICE_ROWS),
    )
    return [n for (n,) in found]

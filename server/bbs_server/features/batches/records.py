"""The SQL of batches and of their items."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from bbs.clock import Ms, instant, optional_instant
from bbs.features.batches.rules import IS_OVER, check_transition
from bbs.features.batches.views import Batch, BatchItem, BatchState, Found, ItemState, PlanItem
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.hiding_messages import HIDING_METHODS
from bbs.ids import BatchId, BoardId, MemberId, ThreadId
from bbs.powers import Office, Way
from bbs.rows import columns, marks
from bbs_server.features.batches.rows import BatchRow, ItemRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.texts import RandomSource

_UPDATE = f"UPDATE batches SET ({columns(BatchRow)}) = ({marks(BatchRow)}) WHERE id = ?"  # noqa: S608 - our own names

_plan_items = msgspec.json.Decoder(PlanItem)
_found = msgspec.json.Decoder(Found)


def find_batch(tx: Tx, batch: BatchId) -> BatchRow | None:
    """Return a batch; None if there is none with this id."""
    return tx.select_one(BatchRow, "FROM batches WHERE id = ?", batch)


def find_draft(tx: Tx, member: MemberId) -> BatchRow | None:
    """Return a member's draft; None if they have none."""
    sql = "FROM batches WHERE author = ? AND state = ?"
    return tx.select_one(BatchRow, sql, member, BatchState.DRAFT.value)


def insert_batch(tx: Tx, row: BatchRow) -> None:
    """Insert a batch."""
    sql = f"INSERT INTO batches ({columns(BatchRow)}) VALUES ({marks(BatchRow)})"  # noqa: S608 - our own names
    tx.execute(sql, *row)


def update_batch(tx: Tx, row: BatchRow, **changed: Any) -> BatchRow:
    """Write what changed of a batch, and return it as it is now.

    Args:
        changed: The columns; with `state`, as `BATCH_TRANSITIONS` allows it.
    """
    if (state := changed.get("state")) is not None:
        check_transition(BatchState(row.state), BatchState(state))
    row = row._replace(**changed, revision=row.revision + 1)
    tx.execute(_UPDATE, *row, row.id)
    return row


def end_batch(tx: Tx, row: BatchRow, state: BatchState, now: Ms) -> BatchRow:
    """Write that a batch is over, and return it; the one that it undoes is undone by it."""
    assert state in IS_OVER
    return update_batch(tx, row, state=state.value, ended_at=now, until=None)


def mark_undone(tx: Tx, batch: BatchId, by: BatchId | None) -> None:
    """Write which batch undoes another batch; None once that came to nothing."""
    tx.execute("UPDATE batches SET undone_by = ?, revision = revision + 1 WHERE id = ?", by, batch)


def delete_batch(tx: Tx, row: BatchRow) -> None:
    """Delete a batch with its items and all their words (P10)."""
    sql = "SELECT item_text, found_text, why_text FROM batch_items WHERE batch = ?"
    keys = [key for found in tx.fetch_all(sql, row.id) for key in found]
    texts.delete_texts(tx, [row.reason_text, *keys])
    tx.execute("DELETE FROM batch_items WHERE batch = ?", row.id)
    tx.execute("DELETE FROM batches WHERE id = ?", row.id)


def list_batches(
    tx: Tx, board: BoardId, member: MemberId, before: BatchRow | None, limit: int
) -> list[BatchRow]:
    """Return up to `limit` batches of a board, those begun last first; drafts only of a member.

    Args:
        before: Only those begun before this one.
    """
    at, key = (2**62, "") if before is None else (before.begun_at, before.id)
    sql = (
        "FROM batches WHERE board = ? AND (state <> ? OR author = ?) AND (begun_at < ?"
        ' OR begun_at = ? AND id COLLATE "binary" < ?)'
        ' ORDER BY begun_at DESC, id COLLATE "binary" DESC LIMIT ?'
    )
    return tx.select(BatchRow, sql, board, BatchState.DRAFT.value, member, at, at, key, limit)


def list_of_author(tx: Tx, author: MemberId, after: str, limit: int) -> list[BatchRow]:
    """Return up to `limit` batches that a member applied, by id, those after an id."""
    sql = (
        'FROM batches WHERE author = ? AND id COLLATE "binary" > ?'
        ' ORDER BY id COLLATE "binary" LIMIT ?'
    )
    return tx.select(BatchRow, sql, author, after, limit)


def count_running(tx: Tx, board: BoardId) -> int:
    """Return how many batches run on a board."""
    sql = "SELECT count(*) FROM batches WHERE board = ? AND state = ? AND ended_at IS NULL"
    return int(tx.fetch_value(sql, board, BatchState.RUNNING.value))


def next_running(tx: Tx, epoch: str) -> BatchRow | None:
    """Return the batch that runs and of which the least was done; None if none runs.

    Of those of one board it is the one of which the most was done: where a key came while another ran,
    each would change what the other was told.

    Args:
        epoch: What began in another one is never gone on with: it is about to be stopped.
    """
    sql = (
        "FROM batches WHERE state = ? AND ended_at IS NULL AND epoch = ? AND NOT EXISTS"
        " (SELECT 1 FROM batches o WHERE o.board = batches.board AND o.state = batches.state"
        " AND o.ended_at IS NULL AND o.epoch = batches.epoch"
        ' AND (batches.done + batches.unchanged + batches.refused, o.begun_at, o.id COLLATE "binary")'
        ' < (o.done + o.unchanged + o.refused, batches.begun_at, batches.id COLLATE "binary"))'
        " ORDER BY done + unchanged + refused, begun_at LIMIT 1"
    )
    return tx.select_one(BatchRow, sql, BatchState.RUNNING.value, epoch)


def list_outworn(tx: Tx, now: Ms, epoch: str, limit: int) -> list[BatchRow]:
    """Return up to `limit` batches that time or a restore ends: drafts past their end, and what is
    not over though it began before the server was restored.
    """
    sql = "FROM batches WHERE ended_at IS NULL AND (until <= ? OR epoch <> ?) LIMIT ?"
    return tx.select(BatchRow, sql, now, epoch, limit)


def list_over(tx: Tx, dropped_before: Ms, before: Ms, limit: int) -> list[BatchRow]:
    """Return up to `limit` batches that ended before a moment; dropped ones before another."""
    sql = "FROM batches WHERE ended_at < ? AND (state = ? OR ended_at < ?) LIMIT ?"
    return tx.select(BatchRow, sql, dropped_before, BatchState.DROPPED.value, before, limit)


class AddedItem(NamedTuple):
    """An item with what the server found that it does, and where it comes in its batch."""

    number: int
    item: PlanItem
    found: Found
    digest: str
    body: bytes
    place: str | None
    grave: str
    amount: int
    about: MemberId | None
    title_of: ThreadId | None


def insert_items(tx: Tx, at: RandomSource, batch: BatchId, items: Iterable[AddedItem]) -> None:
    """Insert items of a draft, their words as texts."""
    sql = f"INSERT INTO batch_items ({columns(ItemRow)}) VALUES ({marks(ItemRow)})"  # noqa: S608 - our own names
    for each in items:
        found, thing = msgspec.json.encode(each.found).decode(), each.found.thing
        row = ItemRow(
            batch=batch,
            number=each.number,
            method=each.item.method,
            digest=each.digest,
            item_text=texts.insert_text(tx, at, each.body.decode()),
            found_text=texts.insert_text(tx, at, found),
            thing=None if thing is None else msgspec.json.encode(thing).decode(),
            place=each.place,
            about=each.about,
            grave=each.grave,
            amount=each.amount,
            norm=each.found.norm,
            norms_version=each.found.norms_version,
            norms_board=each.found.norms_board,
            title_of=each.title_of,
        )
        tx.execute(sql, *row)


def list_items(tx: Tx, batch: BatchId, after: int, limit: int) -> list[ItemRow]:
    """Return up to `limit` items of a batch after a number, in their order."""
    sql = "FROM batch_items WHERE batch = ? AND number > ? ORDER BY number LIMIT ?"
    return tx.select(ItemRow, sql, batch, after, limit)


def list_items_before(tx: Tx, batch: BatchId, before: int, limit: int) -> list[BatchItem]:
    """Return up to `limit` items of a batch below a number, the last one first."""
    sql = "FROM batch_items WHERE batch = ? AND number < ? ORDER BY number DESC LIMIT ?"
    return view_items(tx, tx.select(ItemRow, sql, batch, before, limit))


def next_open(tx: Tx, batch: BatchId, limit: int) -> list[ItemRow]:
    """Return up to `limit` items of a batch that were not tried yet, in their order."""
    sql = "FROM batch_items WHERE batch = ? AND state = ? ORDER BY number LIMIT ?"
    return tx.select(ItemRow, sql, batch, ItemState.OPEN.value, limit)


def list_grave(tx: Tx, batch: BatchId) -> list[ItemRow]:
    """Return the items of a batch that take two keys."""
    return tx.select(ItemRow, "FROM batch_items WHERE batch = ? AND grave <> ''", batch)


def members_of(tx: Tx, batch: BatchId) -> frozenset[MemberId]:
    """Return the members whom items of a batch are about."""
    sql = "SELECT DISTINCT about FROM batch_items WHERE batch = ? AND about IS NOT NULL"
    return frozenset(member for (member,) in tx.fetch_all(sql, batch))


def digests_of(tx: Tx, batch: BatchId) -> list[str]:
    """Return the digests of a batch's items, in their order."""
    sql = "SELECT digest FROM batch_items WHERE batch = ? ORDER BY number"
    return [digest for (digest,) in tx.fetch_all(sql, batch)]


class MethodCount(NamedTuple):
    """How many items of a batch are of a method."""

    method: str
    items: int


def count_methods(tx: Tx, batch: BatchId) -> list[MethodCount]:
    """Return how many items of each method a batch has, the most first."""
    rows = tx.fetch_all(
        "SELECT method, count(*) FROM batch_items WHERE batch = ? GROUP BY method"
        ' ORDER BY count(*) DESC, method COLLATE "binary"',
        batch,
    )
    return [MethodCount(method, items) for method, items in rows]


def heaviest_method(tx: Tx, batch: BatchId) -> str:
    """Return the method of a batch's first item that takes two keys, or of its first one."""
    sql = (
        "SELECT method FROM batch_items WHERE batch = ?"
        " ORDER BY CASE grave WHEN '' THEN 1 ELSE 0 END, number LIMIT 1"
    )
    method: str = tx.fetch_value(sql, batch)
    return method


class Clause(NamedTuple):
    """The clause that all items of a batch cite that cite one; nothing if they cite several."""

    norm: int | None = None
    norms_version: int | None = None
    norms_board: BoardId | None = None


def clause_of(tx: Tx, batch: BatchId) -> Clause:
    """Return the clause that a batch's items cite."""
    rows = tx.fetch_all(
        "SELECT DISTINCT norm, norms_version, norms_board FROM batch_items"
        " WHERE batch = ? AND norm IS NOT NULL LIMIT 2",
        batch,
    )
    return Clause(*rows[0]) if len(rows) == 1 else Clause()


def amount_of(tx: Tx, batch: BatchId) -> int:
    """Return how many words of others the items of a batch hide together."""
    sql = "SELECT coalesce(sum(amount), 0) FROM batch_items WHERE batch = ?"
    return int(tx.fetch_value(sql, batch))


def was_place_changed(tx: Tx, item: ItemRow) -> bool:
    """Return whether an earlier item of the same batch changed what changes together with this one.

    To hide one post changes no other post of its thread: whoever edits that is noticed.
    """
    alone = item.method if item.method in HIDING_METHODS else ""
    sql = (
        "SELECT 1 FROM batch_items WHERE batch = ? AND place = ? AND number < ? AND state = ?"
        " AND (thing = ? OR method <> ?) LIMIT 1"
    )
    given = (item.batch, item.place, item.number, ItemState.DONE.value, item.thing, alone)
    return item.place is not None and tx.fetch_one(sql, *given) is not None


def update_item(
    tx: Tx,
    item: ItemRow,
    state: ItemState,
    *,
    act: str | None = None,
    refused: str | None = None,
    why_text: str | None = None,
) -> None:
    """Write what became of an item."""
    tx.execute(
        "UPDATE batch_items SET state = ?, act = ?, refused = ?, why_text = ?"
        " WHERE batch = ? AND number = ?",
        *(state.value, act, refused, why_text, item.batch, item.number),
    )


def load_item(tx: Tx, row: ItemRow) -> tuple[PlanItem, Found] | None:
    """Return an item and what it was found to do; None if its words are gone."""
    words = texts.load_bodies(tx, [row.item_text, row.found_text])
    item, found = words.get(row.item_text or ""), words.get(row.found_text or "")
    if item is None or found is None:
        return None
    return _plan_items.decode(item), _found.decode(found)


def view_items(tx: Tx, rows: Sequence[ItemRow]) -> list[BatchItem]:
    """Return items as readers of their batch see them, with their words of office."""
    keys = [key for row in rows for key in (row.item_text, row.found_text, row.why_text)]
    words = texts.load_bodies(tx, keys)
    return [_view_item(row, words) for row in rows]


def _view_item(row: ItemRow, words: dict[str, str]) -> BatchItem:
    item = PlanItem(method=row.method, params={})
    if (said := words.get(row.item_text or "")) is not None:
        item = _plan_items.decode(said)
    if (found := words.get(row.found_text or "")) is not None:
        item = msgspec.structs.replace(item, found=_found.decode(found))
    return BatchItem(
        number=row.number,
        item=item,
        state=ItemState(row.state),
        act=row.act,
        refused=row.refused,
        why=words.get(row.why_text or ""),
    )


def view(tx: Tx, row: BatchRow) -> Batch:
    """Return a batch as those in office on its board see it."""
    return Batch(
        id=row.id,
        board=row.board,
        state=BatchState(row.state),
        author=MemberAuthor(id=row.author),
        office=Office(row.office),
        way=Way(row.way),
        begun_at=instant(row.begun_at),
        count=row.items,
        done=row.done,
        unchanged=row.unchanged,
        refused=row.refused,
        reason=texts.load_bodies(tx, [row.reason_text]).get(row.reason_text or ""),
        digest=row.digest,
        undoes=row.undoes,
        undone_by=row.undone_by,
        proposal=row.proposal,
        ended_at=optional_instant(row.ended_at),
        until=optional_instant(row.until),
        revision=row.revision,
    )

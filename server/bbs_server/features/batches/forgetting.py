"""What is taken out of the items of batches before the batches are forgotten (P10)."""

from msgspec.structs import replace

from bbs.features.batches.rules import canonical
from bbs.ids import MemberId
from bbs_server.features.batches.records import load_item
from bbs_server.features.batches.rows import ItemRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.texts import RandomSource


def list_about(tx: Tx, member: MemberId, limit: int) -> list[ItemRow]:
    """Return up to `limit` items that are about a member."""
    return tx.select(ItemRow, "FROM batch_items WHERE about = ? LIMIT ?", member, limit)


def forget_about(tx: Tx, item: ItemRow) -> None:
    """Take the member whom an item is about out of it: with its words, for they may name them (P10)."""
    texts.delete_texts(tx, [item.item_text, item.found_text, item.why_text])
    tx.execute(
        "UPDATE batch_items SET about = NULL, item_text = NULL, found_text = NULL, why_text = NULL"
        " WHERE batch = ? AND number = ?",
        *(item.batch, item.number),
    )


def list_titles_gone(tx: Tx, limit: int) -> list[ItemRow]:
    """Return up to `limit` items with a title that its thread does not have any more, nor gets."""
    sql = (
        "FROM batch_items WHERE title_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM threads"
        " WHERE threads.id = batch_items.title_of AND threads.title_text IS NOT NULL)"
        " AND (EXISTS (SELECT 1 FROM threads WHERE threads.id = batch_items.title_of)"
        " OR EXISTS (SELECT 1 FROM batches WHERE batches.id = batch_items.batch"
        " AND batches.ended_at IS NOT NULL)) LIMIT ?"
    )
    return tx.select(ItemRow, sql, limit)


def forget_title(tx: Tx, item: ItemRow) -> None:
    """Take out of an item what it says, because that has a title which is gone (P10)."""
    texts.delete_texts(tx, [item.item_text])
    tx.execute(
        "UPDATE batch_items SET item_text = NULL, title_of = NULL WHERE batch = ? AND number = ?",
        *(item.batch, item.number),
    )


def forget_word(tx: Tx, at: RandomSource, row: ItemRow) -> None:
    """Take out of an item that was tried what it told somebody: that is kept where they were told, and no
    longer than there (P10).
    """
    loaded = load_item(tx, row)
    if loaded is None:
        return
    item, _ = loaded
    params = {name: value for name, value in item.params.items() if name != "word"}
    said = canonical(replace(item, params=params)).decode()
    texts.delete_texts(tx, [row.item_text])
    tx.execute(
        "UPDATE batch_items SET item_text = ? WHERE batch = ? AND number = ?",
        *(texts.insert_text(tx, at, said), row.batch, row.number),
    )

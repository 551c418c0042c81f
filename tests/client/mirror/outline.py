"""The whole shape of a thread in a mirror, as a screen builds it from its parts."""

from typing import NamedTuple

from bbs_client.mirror.file import Mirror


class OutlineRow(NamedTuple):
    """A post's place in its thread, without its words.

    Attributes:
        number: None for the reader's own that waits to be published.
        depth: 0 for a beginning.
        post: Its id; None as long as only the thread's shape is here.
        parent: Its parent's number; None for a beginning, and where the parent is not here.
        unread: Whether it is new to the reader.
    """

    number: int | None
    depth: int
    post: str | None
    parent: int | None
    unread: bool


def outline(cache: Mirror, thread: str) -> list[OutlineRow]:
    """Return the posts of a thread in tree order, then the reader's own that wait."""
    shape, new = cache.tree(thread), frozenset(cache.unread(thread))
    sql = "SELECT number, id FROM posts WHERE thread = ? AND number IS NOT NULL"
    ids = dict(cache.fetch_all(sql, thread))
    outline = [
        OutlineRow(number, depth, ids[number], parent or None, number in new)
        for number, depth, parent in zip(shape.numbers, shape.depths, shape.parents, strict=True)
    ]
    for post, parent in cache.held(thread):
        place = shape.index_of(parent) if parent else None
        depth = 0 if place is None else shape.depths[place] + 1
        known = None if place is None else parent
        outline.append(OutlineRow(None, depth, post, known, unread=False))
    return outline

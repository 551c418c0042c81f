"""The shape of a thread in the mirror: the order of its posts, without their words."""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from bbs.features.threads.tree import Tree
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.places import gaps
from bbs_client.mirror.rows import CacheRows, upsert

KEPT_FROM_POSTS = 250  # shorter threads are put in order as quickly as their order is read
LATE_MAX = 16  # posts put into a kept tree at each reading, before it is kept anew


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


class _KeptTree(NamedTuple):
    thread: str
    last: int
    columns: bytes


class _Look(NamedTuple):
    thread: str
    flat: bool
    folded: str


class Trees(CacheRows):
    """What the cache knows of the order in which posts are read."""

    def tree(self, thread: str) -> Tree:
        """Return the published posts of a thread in tree order.

        A long thread's order is kept beside the posts, and read back whole: it need not be found
        anew each time the thread is opened, nor when a post has come.
        """
        kept = self.select_one(_KeptTree, "FROM trees WHERE thread = ?", thread)
        tree, last = Tree.build((), ()), 0
        if kept is not None:
            with suppress(ValueError):
                tree, last = Tree.from_bytes(kept.columns), kept.last
        sql = (
            "SELECT number, parent_number FROM posts WHERE thread = ? AND number > ?"
            " ORDER BY number"
        )
        late = self.fetch_all(sql, thread, last)
        if 0 < len(late) <= LATE_MAX and last:
            for number, parent in late:
                tree.add(number, parent)
        elif late:
            if last:
                late = self.fetch_all(sql, thread, 0)
            numbers = [number for number, _ in late]
            tree = Tree.build(numbers, [parent for _, parent in late])
            if len(tree) >= KEPT_FROM_POSTS:
                with suppress(MirrorUnwritable):  # then it is found anew the next time
                    row = _KeptTree(thread, numbers[-1], tree.to_bytes())
                    self._execute(upsert("trees", _KeptTree, "thread"), *row)
        return tree

    def held(self, thread: str) -> list[tuple[str, int | None]]:
        """Return the reader's own posts of a thread that wait to be published, oldest first.

        Returns:
            The id of each, and its parent's number: None for a beginning, and where it is not here.
        """
        return self.fetch_all(
            "SELECT id, parent_number FROM posts WHERE thread = ? AND number IS NULL"
            " ORDER BY visible_at, id",
            thread,
        )

    def unread(self, thread: str) -> list[int]:
        """Return the numbers of a thread's posts that are new to the reader, rising."""
        numbers: list[int] = []
        fresh = "FROM posts INDEXED BY posts_fresh WHERE thread = ? AND fresh = 1 AND number BETWEEN ? AND ?"
        for gap in gaps(self.read_ranges(thread)):
            sql = f"SELECT count(*), min(number), max(number) {fresh}"
            [(count, first, last)] = self.fetch_all(sql, thread, *gap)
            if count and last - first == count - 1:
                numbers.extend(range(first, last + 1))
            elif count:
                # As one text: a row for each would cost twice as much.
                sql = f"SELECT group_concat(number) FROM (SELECT number {fresh} ORDER BY number)"  # noqa: S608 - our own words
                [(found,)] = self.fetch_all(sql, thread, *gap)
                numbers.extend(map(int, found.split(",")))
        sql = "SELECT number FROM posts WHERE fades_at <= ? AND state = 'published' AND thread = ?"
        if hidden := {number for (number,) in self.fetch_all(sql, self._now(), thread)}:
            return [number for number in numbers if number not in hidden]
        return numbers

    def marks_revision(self, thread: str) -> int:
        """Return the revision of the reader's marks of a thread, as the server told it; 0 before that."""
        return self.fetch_value("SELECT revision FROM marks WHERE thread = ?", thread) or 0

    def look(self, thread: str) -> tuple[bool, frozenset[int]]:
        """Return how the reader left a thread on this device: whether flat, and which posts are folded."""
        look = self.select_one(_Look, "FROM looks WHERE thread = ?", thread)
        if look is None:
            return False, frozenset()
        return bool(look.flat), frozenset(map(int, look.folded.split()))

    def keep_look(self, thread: str, flat: bool, folded: Iterable[int]) -> None:
        """Keep how the reader looks at a thread; what the disk refuses is forgotten with the program.

        Args:
            thread: Its id.
            flat: Whether its posts stand in the order of their numbers rather than as a tree.
            folded: The numbers of posts whose answers are not shown.
        """
        marks = " ".join(map(str, sorted(folded)))
        with suppress(MirrorUnwritable):
            if flat or marks:
                row = _Look(thread, flat, marks)
                self._execute(upsert("looks", _Look, "thread"), *row)
            else:
                self._execute("DELETE FROM looks WHERE thread = ?", thread)

    def outline(self, thread: str) -> list[OutlineRow]:
        """Return the posts of a thread in tree order, then the reader's own that wait.

        For who needs all of it at once; a screen asks for `tree` and `unread`.
        """
        tree, unread = self.tree(thread), frozenset(self.unread(thread))
        sql = "SELECT number, id FROM posts WHERE thread = ? AND number IS NOT NULL"
        ids = dict(self.fetch_all(sql, thread))
        outline = [
            OutlineRow(number, depth, ids[number], parent or None, number in unread)
            for number, depth, parent in zip(tree.numbers, tree.depths, tree.parents, strict=True)
        ]
        for post, parent in self.held(thread):
            place = tree.index_of(parent) if parent else None
            depth = 0 if place is None else tree.depths[place] + 1
            known = None if place is None else parent
            outline.append(OutlineRow(None, depth, post, known, unread=False))
        return outline

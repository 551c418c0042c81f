"""Packs threads: each with its authors, then its posts, or markers where words are not shown."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bbs import limits
from bbs.features.members.views import Author, ImportedAuthor, MemberAuthor
from bbs.features.packs.consent_messages import PackConsent
from bbs.features.packs.places import PlaceParts
from bbs.features.packs.states import pack_state
from bbs.features.packs.tags import author_tags
from bbs.features.packs.views import Line, PackAuthor, PackPost, PackState, PackThread
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, PostId
from bbs_server.features.packs import unpack_records
from bbs_server.features.packs.packing_homes import Homes
from bbs_server.features.packs.unpack_records import PackLineRow
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx

_OF_THREAD = ("thread", "author", "post")


class _Writers(Struct, frozen=True):
    """Who wrote in a thread.

    Attributes:
        keys: Their ids in the order of their lines, each with whether they are a member.
        places: Their places among them.
        left_out: The ids of those who are left out.
    """

    keys: Sequence[tuple[str, bool]]
    places: dict[str, int]
    left_out: frozenset[str]


class ThreadPacker:
    """Makes the lines of a board's threads."""

    def __init__(self, tx: Tx, ctx: Context, board: BoardId, homes: Homes) -> None:
        """Begin with what holds for the whole board."""
        self._tx, self._ctx, self._board, self._homes = tx, ctx, board, homes
        self._consents = ctx.readers.consents_of(tx, board)

    def lines_after(self, place: PlaceParts) -> Iterator[Line | None]:
        """Yield the lines of all threads behind a place; None where a read may pause."""
        readers, moment = self._ctx.readers, self._ctx.moment
        within = place if place.part in _OF_THREAD else None
        number = within.of - 1 if within is not None else 0
        while (thread := readers.thread_to_pack(self._tx, self._board, number, moment)) is not None:
            assert thread.number is not None
            if within is not None and thread.number != within.of:
                within = None  # the thread is gone since; all behind it is new
            writers = self._writers(thread)
            if within is None:
                yield self._thread(thread, writers)
            if within is None or within.part != "post":
                after = within.number + 1 if within is not None and within.part == "author" else 0
                yield from self._authors(thread, writers, after)
            yield None
            after = within.number if within is not None and within.part == "post" else 0
            yield from self._posts(thread, writers, after)
            number, within = thread.number, None

    def _writers(self, thread: Thread) -> _Writers:
        if self._homes.own is None:
            came = unpack_records.list_authors(self._tx, thread.id)
            return _Writers(
                [(row.imported, False) for row in came],
                {row.imported: row.place for row in came},
                frozenset(),
            )
        found = self._ctx.readers.writers_to_pack(self._tx, thread.id)
        left_out = frozenset(
            key for key, is_member in found if is_member and self._is_left_out(key)
        )
        keys = [each for each in found if each[0] not in left_out]
        return _Writers(keys, {key: place for place, (key, _) in enumerate(keys)}, left_out)

    def _is_left_out(self, member: MemberId) -> bool:
        return self._consents.get(member) is PackConsent.LEFT_OUT

    def _thread(self, thread: Thread, writers: _Writers) -> PackThread:
        key = _key(thread.author)
        assert thread.number is not None
        row = unpack_records.find_lines(self._tx, [thread.id]).get(thread.id)
        state = PackState.LEFT_OUT if self._is_left_out(key) else pack_state(thread)
        title = thread.title if state is PackState.PUBLISHED else None
        if state is PackState.PUBLISHED and title is None:
            state = PackState.HIDDEN  # over by a clock that the server does not believe yet
        moved = None
        if state is PackState.MOVED and thread.moved_to is not None:
            to = self._ctx.readers.threads(self._tx, [thread.moved_to], self._ctx.moment)
            is_here = any(each.board == self._board for each in to.values())
            moved = thread.moved_to if is_here else None
        elif state is PackState.MOVED and row is not None:
            moved = row.moved_to
        imported = thread.imported
        if thread.number <= self._homes.threads:  # here all that came is imported
            imported = row is not None and bool(row.imported)
        return PackThread(
            id=thread.id,
            number=thread.number,
            author=writers.places.get(key),
            title=title,
            at=thread.at,
            state=state,
            imported=imported,
            via=thread.via,
            pinned=thread.pinned,
            moved_to=moved,
        )

    def _authors(self, thread: Thread, writers: _Writers, after: int) -> Iterator[Line | None]:
        rest = writers.keys[after:]
        for begin in range(0, len(rest), limits.SLICE_ROWS):
            some = rest[begin : begin + limits.SLICE_ROWS]
            hashes = self._ctx.readers.claim_hashes(
                self._tx, (key for key, is_member in some if is_member)
            )
            for number, (key, is_member) in enumerate(some, start=after + begin):
                if is_member:
                    handle, name = self._name(key)
                    yield PackAuthor(
                        number=number,
                        tags=author_tags(hashes[key], thread.id),
                        handle=handle,
                        name=name,
                        home=self._homes.last,
                    )
                else:
                    yield self._imported(thread, number, key)
            yield None

    def _name(self, member: MemberId) -> tuple[str | None, str | None]:
        """Return a member's handle and display name, if they said that a pack may have them."""
        if self._consents.get(member) is not PackConsent.NAMED:
            return None, None
        found = self._ctx.readers.member(self._tx, self._ctx, member)
        return (None, None) if found is None else (found.handle, found.name)

    def _imported(self, thread: Thread, number: int, key: str) -> PackAuthor:
        row = unpack_records.find_author(self._tx, key)
        if row is not None:
            tags = unpack_records.tags_of(self._tx, row.thread, key)
            return PackAuthor(
                number=number, tags=tags, handle=row.handle, name=row.name, home=row.home
            )
        name = self._ctx.readers.name_to_pack(self._tx, thread.id, key, self._ctx.moment)
        return PackAuthor(number=number, name=name, home=self._homes.last)

    def _posts(self, thread: Thread, writers: _Writers, after: int) -> Iterator[Line | None]:
        readers, moment, piece = self._ctx.readers, self._ctx.moment, limits.READ_PIECE_ROWS
        while posts := readers.posts_to_pack(self._tx, thread.id, after, piece, moment):
            came = unpack_records.find_lines(self._tx, self._came(posts))
            for post, parent in posts:
                yield self._post(post, parent, writers, came.get(post.id))
                after = post.number or after
            yield None
            if len(posts) < piece:
                return

    def _came(self, posts: Sequence[tuple[Post, int | None]]) -> list[PostId]:
        """Return the ids of those posts that came in a pack."""
        if self._homes.pack is None:
            return []
        return [post.id for post, _ in posts if self._has_come(post)]

    def _has_come(self, post: Post) -> bool:
        pack = self._homes.pack
        return pack is not None and post.seq is not None and post.seq <= pack.posts_upto

    def _post(
        self, post: Post, parent: int | None, writers: _Writers, row: PackLineRow | None
    ) -> PackPost:
        key = _key(post.author)
        state = PackState.LEFT_OUT if key in writers.left_out else pack_state(post)
        is_shown = state is PackState.PUBLISHED and post.body is not None
        if state is PackState.PUBLISHED and not is_shown:
            state = PackState.HIDDEN  # over by a clock that the server does not believe yet
        assert post.number is not None
        has_come = self._has_come(post)
        is_elsewhere = post.norms_board is not None or (row is not None and bool(row.elsewhere))
        line = PackPost(
            id=post.id,
            number=post.number,
            # A post that was moved here after an answer to it has a higher number.
            parent=parent if parent is not None and parent < post.number else None,
            author=writers.places.get(key),
            at=post.at,
            visible_at=post.visible_at,
            norms_version=None if is_elsewhere else post.norms_version,
            state=state,
            imported=bool(row and row.imported) if has_come else post.imported,
            via=post.via,
        )
        return _with_words(line, post) if is_shown else line


def _with_words(line: PackPost, post: Post) -> PackPost:
    fields = {name: getattr(line, name) for name in line.__struct_fields__}
    fields |= {"subject": post.subject, "body": post.body, "fades_at": post.fades_at}
    fields |= {"edits": post.edits, "edited_at": post.edited_at, "edited_via": post.edited_via}
    return PackPost(**fields)


def _key(author: Author) -> str:
    """Return the id of an author who may be told apart; empty for anybody else."""
    return author.id if isinstance(author, MemberAuthor | ImportedAuthor) else ""

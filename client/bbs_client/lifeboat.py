"""Makes a lifeboat: a pack of a board from the mirror alone, when its server cannot (protocol 33.2)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from bbs.clock import Ms, instant, to_ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs.features.boards.settings import TEXT_SETTINGS, values_of
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.members.views import ImportedAuthor, MemberAuthor, PublicKey
from bbs.features.norms.messages import Norms
from bbs.features.packs.consent_messages import AuthorHashes, ClaimEntry, PackConsent
from bbs.features.packs.line_rules import LineFault, check_line_alone
from bbs.features.packs.pack_limits import PACK_VERSION
from bbs.features.packs.states import pack_state
from bbs.features.packs.tags import author_hashes, author_tags
from bbs.features.packs.views import (
    Line,
    PackAuthor,
    PackHeading,
    PackHome,
    PackKind,
    PackNorms,
    PackPost,
    PackSettings,
    PackState,
    PackThread,
)
from bbs.features.threads.views import ContentState, Post, Thread
from bbs.ids import COMMONS, BoardId, ThreadId
from bbs.refusals import Refused
from bbs_client.mirror.database import ERASED_AT
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.rows import post_decoder


class NoLifeboat(
    Refused,
    code="client.no_lifeboat",
    sentence="no lifeboat can be made of this board: {why}",
    hint="bbs lifeboat keep BOARD fetches what is missing, while the server answers",
):
    """The mirror cannot make a lifeboat of a board.

    Attributes:
        why: Why, as a sentence.
    """

    why: str


class NotFetchedYet(
    Refused,
    code="client.board_not_fetched",
    sentence="a client is open on this device, and it has not fetched a board of that name yet",
    hint="wait a little and try again, or close the client first; after bbs come-back it fetches anew",
):
    """Only the client that is open may write the mirror, which does not have the board to keep."""


class CopyErased(
    Refused,
    code="client.copy_erased",
    sentence="this device's copy of a board that you kept was erased{when}, as when a member is"
    " suspended or leaves, or the device is signed out",
    hint="a file that bbs lifeboat make wrote before stays; who may read the board can keep it again",
):
    """No lifeboat can be made, because the mirror was wiped since the board was kept (P10).

    Attributes:
        when: The moment, as the end of a clause; empty if the mirror does not know it.
    """

    when: str = ""


def copy_erased(mirror: Mirror) -> CopyErased:
    """Return that the copy of a kept board was erased, with the moment at which the mirror was wiped."""
    at = mirror.meta(ERASED_AT)
    return CopyErased(when="" if at is None else f" on {instant(int(at)):%Y-%m-%d %H:%M} UTC")


class Owner(NamedTuple):
    """Whoever makes a lifeboat.

    Attributes:
        member: Their id.
        key: The public key of their device; None without one.
        noise: Random bytes, for authors whom the claim list does not have.
    """

    member: str
    key: PublicKey | None
    noise: bytes


class _Writers(NamedTuple):
    """Who wrote in a thread, by id, each with their number; members and others."""

    places: Mapping[str, int]
    members: frozenset[str]


class Lifeboat:
    """The lines of a board as the mirror has it, and what it left out.

    Attributes:
        threads, posts: How many it has so far; markers are posts, too.
        named: How many authors stand with their names so far, each once.
        unfinished: The numbers of threads that it left out because posts of theirs are missing here.
    """

    def __init__(self, mirror: Mirror, board: BoardId, home: PackHome, owner: Owner) -> None:
        """Look what the mirror has.

        Args:
            mirror: The mirror, which must not change meanwhile.
            board: The board.
            home: The community in which the board stands.
            owner: Whoever makes it.

        Raises:
            NoLifeboat: If it is no board that is packed, or its norms are missing here.
        """
        row = mirror.board(board)
        if row is None:
            raise NoLifeboat(why="it is not on this device")
        if board == COMMONS or row.board.kind is BoardKind.LETTER:
            raise NoLifeboat(why="the commons and letters stay with their community")
        self._mirror, self._home, self._owner = mirror, home, owner
        self._board: Board = row.board
        self._norms = _all_norms(mirror, row.board)
        self._now: Ms = mirror.now_ms()
        self._told = mirror.consents(board)
        self._listed = mirror.claim_list(board)
        self._kept = _thread_ids(mirror, board)
        self._names: set[str] = set()
        self.threads = self.posts = 0
        self.unfinished: list[int] = []

    @property
    def named(self) -> int:
        """How many authors stand with their names so far, each once."""
        return len(self._names)

    def lines(self) -> Iterator[Line]:
        """Yield the lines in their order, without checks."""
        yield PackHeading(
            version=PACK_VERSION, board=self._board.id, kind=PackKind.LIFEBOAT, homes=(self._home,)
        )
        yield self._settings()
        yield from self._norms
        unfinished = set(self._mirror.unfinished_threads(self._board.id, len(self._kept) + 1))
        self._kept = {key: number for key, number in self._kept.items() if key not in unfinished}
        for key, number in _thread_ids(self._mirror, self._board.id).items():
            found = self._mirror.thread(key)
            if key in unfinished or found is None:
                self.unfinished.append(number)
                continue
            yield from self._thread(found.thread, number)

    def _settings(self) -> PackSettings:
        values = values_of(self._board)
        values |= {name: values[name] or None for name in TEXT_SETTINGS}
        last = max(_thread_ids(self._mirror, self._board.id).values(), default=0)
        return PackSettings(
            settings=PackedSettings(**values),
            kind=self._board.kind,
            opened_at=self._norms[0].since,
            norms_version=self._board.norms_version,
            threads=last,
        )

    def _thread(self, thread: Thread, number: int) -> Iterator[Line]:
        writers = self._writers(thread.id)
        yield self._head(thread, number, writers)
        for key, place in writers.places.items():
            yield self._author(thread.id, key, place, is_member=key in writers.members)
        # What is left of a merged thread need not be here, and nobody reads it.
        is_whole = thread.state is not ContentState.MOVED or not self._mirror.missing(thread.id)
        for post, parent in _posts(self._mirror, thread.id) if is_whole else ():
            yield self._post(post, parent, writers)
            self.posts += 1
        self.threads += 1

    def _head(self, thread: Thread, number: int, writers: _Writers) -> PackThread:
        key = _key(thread)
        state = PackState.LEFT_OUT if self._is_left_out(key) else pack_state(thread)
        if state is PackState.PUBLISHED and thread.title is None:
            state = PackState.HIDDEN
        line = PackThread(
            id=thread.id,
            number=number,
            author=None if state is PackState.LEFT_OUT else writers.places.get(key),
            title=thread.title if state is PackState.PUBLISHED else None,
            at=thread.at,
            state=state,
            imported=thread.imported,
            via=thread.via,
            pinned=thread.pinned,
            moved_to=thread.moved_to
            if state is PackState.MOVED and thread.moved_to in self._kept
            else None,
        )
        return line if _is_sound(line) else replace(line, title=None, state=PackState.HIDDEN)

    def _author(self, thread: ThreadId, key: str, place: int, *, is_member: bool) -> PackAuthor:
        """Return an author's line; of an import neither name nor tags, for nobody can claim them."""
        if not is_member:
            return PackAuthor(number=place)
        entry = self._listed.get(key)
        tags = author_tags(self._hashes(key, entry), thread)
        told = self._told.get(key, PackConsent.NAMELESS)
        if entry is None or {entry.consent, told} != {PackConsent.NAMED} or entry.handle is None:
            return PackAuthor(number=place, tags=tags)
        line = PackAuthor(number=place, tags=tags, handle=entry.handle, name=entry.name)
        if not _is_sound(line):
            return PackAuthor(number=place, tags=tags)
        self._names.add(key)
        return line

    def _hashes(self, member: str, entry: ClaimEntry | None) -> AuthorHashes:
        if entry is not None:
            return entry.hashes
        own = self._owner.key if member == self._owner.member else None
        return author_hashes(self._owner.noise, member, [] if own is None else [own])

    def _writers(self, thread: ThreadId) -> _Writers:
        """Return whose words of a thread are shown, in the order of their first ones."""
        places: dict[str, int] = {}
        members: set[str] = set()
        for post, _ in _posts(self._mirror, thread):
            key = _key(post)
            if key and self._state(post) is PackState.PUBLISHED:
                places.setdefault(key, len(places))
                if isinstance(post.author, MemberAuthor):
                    members.add(key)
        return _Writers(places, frozenset(members))

    def _state(self, post: Post) -> PackState:
        if self._is_left_out(_key(post)):
            return PackState.LEFT_OUT
        state = pack_state(post)
        if state is not PackState.PUBLISHED:
            return state
        if post.fades_at is not None and to_ms(post.fades_at) <= self._now:
            return PackState.FADED
        return PackState.HIDDEN if post.body is None else state

    def _is_left_out(self, member: str) -> bool:
        """Return whether a member said so, in either of what was heard: in doubt they did."""
        entry = self._listed.get(member)
        listed = PackConsent.NAMELESS if entry is None else entry.consent
        return PackConsent.LEFT_OUT in (listed, self._told.get(member))

    def _post(self, post: Post, parent: int | None, writers: _Writers) -> PackPost:
        state = self._state(post)
        assert post.number is not None
        version = None if post.norms_board is not None else post.norms_version
        key = "" if state is PackState.LEFT_OUT else _key(post)
        line = PackPost(
            id=post.id,
            number=post.number,
            parent=parent if parent is not None and parent < post.number else None,
            author=writers.places.get(key),
            at=post.at,
            visible_at=post.visible_at,
            norms_version=None if version is None or version > len(self._norms) else version,
            state=state,
            imported=post.imported,
            via=post.via,
        )
        if state is not PackState.PUBLISHED:
            return line
        whole = replace(
            line,
            subject=post.subject,
            body=post.body,
            fades_at=post.fades_at,
            edits=post.edits,
            edited_at=post.edited_at,
            edited_via=post.edited_via,
        )
        # A server can have sent what no member may post, and a pack with that is refused whole.
        return whole if _is_sound(whole) else replace(line, state=PackState.HIDDEN)


def _all_norms(mirror: Mirror, board: Board) -> tuple[PackNorms, ...]:
    """Return a board's norms in all versions.

    Raises:
        NoLifeboat: If one is missing here, or does not say since when it was in force.
    """
    found = []
    for version in range(1, board.norms_version + 1):
        norms: Norms | None = mirror.norms(board.id, version)
        if norms is None or norms.since is None:
            raise NoLifeboat(why=f"version {version} of its norms is not on this device")
        found.append(
            PackNorms(
                version=version, since=norms.since, clauses=norms.clauses, reason=norms.reason
            )
        )
    return tuple(found)


def _thread_ids(mirror: Mirror, board: BoardId) -> dict[ThreadId, int]:
    """Return a board's threads with their numbers, in that order."""
    sql = "SELECT id, number FROM threads WHERE board = ? AND number IS NOT NULL ORDER BY number"
    return dict(mirror.fetch_all(sql, board))


def _posts(mirror: Mirror, thread: ThreadId) -> Iterator[tuple[Post, int | None]]:
    """Yield the posts of a thread by number, each with its parent's number; a piece at a time."""
    after = 0
    sql = (
        "SELECT number, doc, parent_number FROM posts WHERE thread = ? AND number > ?"
        " AND id IS NOT NULL ORDER BY number LIMIT 500"
    )
    while rows := mirror.fetch_all(sql, thread, after):
        for number, doc, parent in rows:
            after = number
            yield post_decoder.decode(doc), parent


def _key(thing: Thread | Post) -> str:
    """Return the id of an author who may be told apart; empty for anybody else.

    Words that came without an author have their own id in place of theirs.
    """
    author = thing.author
    key = author.id if isinstance(author, MemberAuthor | ImportedAuthor) else ""
    return "" if key == thing.id else key


def _is_sound(line: Line) -> bool:
    try:
        check_line_alone(line)
    except LineFault:
        return False
    return True

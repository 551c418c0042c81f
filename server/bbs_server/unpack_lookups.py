"""What the feature of packs asks the features that own boards, norms and words, to unpack a board. No I/O here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from bbs.clock import Ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.settings import Visibility
from bbs.features.norms.messages import Clause
from bbs.features.packs.views import PackSettings
from bbs.ids import BoardId, PostId, ThreadId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


class BoardToUnpack(NamedTuple):
    """A board that a pack brings.

    Attributes:
        slug: Its name in addresses here.
        former_slugs: Its names where it comes from: addresses with them lead on, if they are free here.
        settings: The value of each setting by name; its slug and visibility are ignored.
        threads: How many numbers of threads it gave.
        posts: How many of its posts have a seq.
        root: The digest with which the chain of its stream begins.
        seqs_after: The seq of its stream below the first of its posts: 0 unless it comes home.
    """

    id: BoardId
    slug: str
    former_slugs: Sequence[str]
    settings: Mapping[str, Any]
    opened_at: Ms
    norms_version: int
    threads: int
    posts: int
    root: bytes
    seqs_after: int = 0


class ThreadToUnpack(NamedTuple):
    """A thread that a pack brings.

    Attributes:
        imported: The id of its author, of `imported_authors` if they have a name; None for nobody.
        title: None of a marker.
        state: As `ContentState` has it.
        ended_there: As `EndedThere` has it; empty for none.
    """

    id: ThreadId
    board: BoardId
    number: int
    imported: str | None
    title: str | None
    at: Ms
    state: str
    ended_there: str
    pinned: bool
    via: str


class PostToUnpack(NamedTuple):
    """A post that a pack brings, or its marker.

    Attributes:
        parent: The number of the post that it answers.
        imported: As in `ThreadToUnpack`.
        body, subject: None of a marker.
        ended_there: As in `ThreadToUnpack`.
    """

    id: PostId
    board: BoardId
    thread: ThreadId
    number: int
    parent: int | None
    imported: str | None
    at: Ms
    visible_at: Ms
    fades_at: Ms | None
    seq: int
    norms_version: int
    subject: str | None
    body: str | None
    state: str
    ended_there: str
    edits: int
    edited_at: Ms | None
    via: str
    edited_via: str


class UnpackLookups(Protocol):
    """The questions and orders; `ctx` is a handler's `Context`."""

    def check_unpacked_place(self, tx: Tx, ctx: Any, board: BoardId, slug: str) -> None:
        """Refuse a name that a board cannot have here, and a board more than the sysop allows.

        A board that comes home has its place, and its own name.

        Raises:
            TextRefused, NameTaken: If it is no name, or a board has it.
            CeilingReached: If there are as many boards as the sysop allows.
        """
        ...

    def check_unpacked_board(self, tx: Tx, ctx: Any, settings: Mapping[str, Any]) -> None:
        """Refuse settings that no board can have here.

        Raises:
            CeilingReached: If it has more seats than the sysop allows.
            TextRefused, BadParams: If a text or a setting cannot be.
        """
        ...

    def begin_unpacked_board(self, tx: Tx, ctx: Any, board: BoardToUnpack) -> None:
        """Insert a board that nobody can see or name, and keep its name for it.

        One that comes home is there, sealed: its stream goes on above its posts.
        """
        ...

    def open_unpacked_board(
        self, tx: Tx, ctx: Any, board: BoardId, slug: str, kind: BoardKind, visibility: Visibility
    ) -> list[Effect]:
        """Open a board of which all is written, without seats, and tell it as a board that was opened."""
        ...

    def reopen_board(
        self,
        tx: Tx,
        ctx: Any,
        board: BoardId,
        slug: str,
        came: PackSettings,
        visibility: Visibility,
    ) -> list[Effect]:
        """Let a board that came home be as its pack says, under this name; its seats and offices stay."""
        ...

    def is_lifeboats(self, tx: Tx, board: BoardId) -> bool:
        """Return whether a board came as a lifeboat: nothing proves who sat there."""
        ...

    def drop_unpacked_board(self, tx: Tx, board: BoardId) -> None:
        """Delete a board that does not come to be, once its words and norms are gone."""
        ...

    def board_stands(self, tx: Tx, board: BoardId) -> bool:
        """Return whether there is a row of a board, also one that nobody sees."""
        ...

    def insert_unpacked_norms(
        self,
        tx: Tx,
        ctx: Any,
        board: BoardId,
        version: int,
        since: Ms,
        clauses: Sequence[Clause],
        reason: str | None,
    ) -> None:
        """Insert a version of a board's norms, in force since a moment, in ms."""
        ...

    def erase_unpacked_norms(self, tx: Tx, board: BoardId, above: int) -> bool:
        """Delete a version of the norms of a board that does not come to be; return whether there was one.

        Args:
            above: The last version that stays: 0 unless the board was here before.
        """
        ...

    def insert_imported_author(
        self, tx: Tx, ctx: Any, board: BoardId, imported: str, name: str
    ) -> None:
        """Insert the name of an author who is no member."""
        ...

    def insert_unpacked_thread(self, tx: Tx, ctx: Any, thread: ThreadToUnpack) -> None:
        """Insert a thread without posts."""
        ...

    def insert_unpacked_post(self, tx: Tx, ctx: Any, post: PostToUnpack) -> None:
        """Insert the next post of a thread: found by its words, new to nobody, mentioning nobody."""
        ...

    def find_standing_words(self, tx: Tx, ids: Sequence[str], board: BoardId) -> str | None:
        """Return one of these ids that a thread or post of another board has here; None if none has."""
        ...

    def is_away_post(
        self, tx: Tx, board: BoardId, post: PostId, words: tuple[str | None, str | None, str | None]
    ) -> bool:
        """Return whether a post of a board that moved away still has exactly these words here.

        Args:
            words: Its body and subject; and the title of its thread, if it begins one.
        """
        ...

    def list_away_posts(self, tx: Tx, board: BoardId, limit: int) -> list[PostId]:
        """Return up to `limit` posts that are left of a board that moved away."""
        ...

    def list_former_posts(self, tx: Tx, posts: Sequence[PostId]) -> list[PostId]:
        """Return which of some posts of a board that moved away are a former member's here."""
        ...

    def clear_away_posts(
        self, tx: Tx, posts: Sequence[PostId], same: Collection[PostId]
    ) -> list[PostId]:
        """Delete posts of a board that comes home.

        Args:
            same: Those that come home word for word: no record of removals names their words.

        Returns:
            Those whose words ended here, by their authors, their board or time.
        """
        ...

    def end_unpacked_post(self, tx: Tx, post: PostId) -> None:
        """Let a post of a board that is not open yet be a marker: it ended on the way."""
        ...

    def erase_unpacked_words(
        self, tx: Tx, board: BoardId, limit: int, *, keep_threads: bool
    ) -> bool:
        """Delete a slice of the words of a board that does not come to be; return whether there were any.

        Args:
            keep_threads: Whether the board was here before: then what was said of its threads (marks of
                readers, restrictions, what moderators hid) stays, and their rows with it, without a number.
        """
        ...

"""What a lifeboat reads of the mirror: consent, claim lists, and how much of a board is here."""

from typing import NamedTuple

from msgspec.json import Decoder

from bbs.clock import Ms
from bbs.features.packs.consent_messages import ClaimEntry, ClaimList, PackConsent
from bbs.features.packs.move_views import Move
from bbs_client.mirror.database import MirrorDatabase

_HERE = (
    "SELECT count(*) FROM posts p WHERE p.thread = t.id AND p.number IS NOT NULL"
    " AND p.id IS NOT NULL AND (p.words OR p.state != 'published' OR coalesce(p.fades_at <= :now, 0))"
)
_OF_BOARD = "FROM threads t WHERE t.board = :board AND t.number IS NOT NULL AND t.state != 'moved'"

claim_list_decoder = Decoder(ClaimList)
move_decoder = Decoder(Move)


class BoardHere(NamedTuple):
    """How much of a board is in the mirror.

    Attributes:
        threads, posts: All that the mirror knows of.
        here: How many of the posts are here.
        size: The bytes that they take, about.
        knows_all: Whether the mirror knows of all threads.
    """

    threads: int
    posts: int
    here: int
    size: int
    knows_all: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to fetch."""
        return self.knows_all and self.here >= self.posts


def consents(mirror: MirrorDatabase, board: str) -> dict[str, PackConsent]:
    """Return what members chose for a board, as last heard; who is missing chose `NAMELESS`."""
    sql = "SELECT member, consent FROM pack_consents WHERE board = ?"
    return {member: PackConsent(consent) for member, consent in mirror.fetch_all(sql, board)}


def move_of(mirror: MirrorDatabase, board: str) -> Move | None:
    """Return how far a board's move to another community has come, as last heard; None for none."""
    rows = mirror.fetch_all("SELECT doc FROM moves WHERE board = ?", board)
    return next((move_decoder.decode(doc) for (doc,) in rows), None)


def claim_list(mirror: MirrorDatabase, board: str) -> dict[str, ClaimEntry]:
    """Return the entries of a board's claim list by member; empty without one."""
    sql = "SELECT doc FROM claim_lists WHERE board = ? ORDER BY page"
    pages = (claim_list_decoder.decode(doc) for (doc,) in mirror.fetch_all(sql, board))
    return {entry.member: entry for page in pages for entry in page.members}


def claim_list_at(mirror: MirrorDatabase, board: str) -> Ms | None:
    """Return when the server made a board's claim list, in ms; None without one."""
    sql = "SELECT min(at) FROM claim_lists WHERE board = ?"
    at: Ms | None = mirror.fetch_value(sql, board)
    return at


def board_here(mirror: MirrorDatabase, board: str) -> BoardHere:
    """Return how much of a board is in the mirror."""
    sql = f"SELECT count(*), coalesce(sum(t.posts), 0), coalesce(sum(({_HERE})), 0) {_OF_BOARD}"
    [(threads, posts, here)] = mirror.fetch_all(sql, now=mirror.now_ms(), board=board)
    sql = "SELECT coalesce(sum(length(doc)), 0) FROM posts WHERE board = ?"
    size: int = mirror.fetch_value(sql, board)
    known = mirror.fetch_value("SELECT 1 FROM kept_boards WHERE board = ?", board)
    return BoardHere(threads, posts, here, size, known is not None)


def unfinished_threads(mirror: MirrorDatabase, board: str, limit: int) -> list[str]:
    """Return threads of a board of which posts are missing here, the newest first."""
    sql = f"SELECT t.id {_OF_BOARD} AND t.posts > ({_HERE}) ORDER BY t.number DESC LIMIT :limit"
    rows = mirror.fetch_all(sql, now=mirror.now_ms(), board=board, limit=limit)
    return [thread for (thread,) in rows]


def missing_norms(mirror: MirrorDatabase, board: str, last: int) -> list[int]:
    """Return the versions of a board's norms up to the last one that are not here."""
    sql = "SELECT version FROM norms WHERE board = ?"
    here = {version for (version,) in mirror.fetch_all(sql, board)}
    return [version for version in range(1, last + 1) if version not in here]

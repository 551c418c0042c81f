"""The SQL of claims: which author a key is, thread by thread, and what was decided (protocol 31)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from bbs import limits
from bbs.clock import Ms
from bbs.features.packs.claim_rules import CLAIM_TRANSITIONS, Decided
from bbs.features.packs.claim_views import ClaimedHome, ClaimedPack, ClaimState
from bbs.features.packs.tags import claim_tag
from bbs.features.packs.views import PackHeading, PackKind
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.rows import columns, marks
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

TAKING = (ClaimState.TAKING.value, ClaimState.DISPUTED.value)
"""The states in which words are hidden."""


class OpenPack(NamedTuple):
    """A board that came with a pack and can be read."""

    board: BoardId
    digest: str
    kind: str
    heading: bytes | str
    key: str | None
    moved: int

    def view(self) -> ClaimedPack:
        """Return the pack as a claimant sees it."""
        heading = msgspec.json.decode(self.heading, type=PackHeading)
        return ClaimedPack(
            digest=self.digest,
            kind=PackKind(self.kind),
            homes=tuple(ClaimedHome(host=h.host, epoch=h.epoch, key=h.key) for h in heading.homes),
            key=self.key,
        )


def find_pack(tx: Tx, board: BoardId) -> OpenPack | None:
    """Return the pack with which a board came; None if none did, or not wholly yet."""
    return tx.select_one(OpenPack, "FROM packs WHERE board = ? AND opened_at IS NOT NULL", board)


def list_open_boards(tx: Tx) -> list[BoardId]:
    """Return the boards that came with packs and can be read."""
    rows = tx.fetch_all(
        'SELECT board FROM packs WHERE opened_at IS NOT NULL ORDER BY board COLLATE "binary"'
    )
    return [board for (board,) in rows]


class AuthorOfThread(NamedTuple):
    """An author of a pack in one thread: `imported` is the id that stands in their posts."""

    thread: ThreadId
    imported: str


class _Tagged(NamedTuple):
    thread: ThreadId
    tag: str
    imported: str


def threads_with_authors(tx: Tx, board: BoardId, after: str, limit: int) -> list[ThreadId]:
    """Return the next threads of a board with authors of its pack, in the order of their ids.

    Args:
        after: The thread before the first one; empty to begin.
    """
    rows = tx.fetch_all(
        'SELECT DISTINCT thread FROM pack_authors WHERE board = ? AND thread COLLATE "binary" > ?'
        ' ORDER BY thread COLLATE "binary" LIMIT ?',
        *(board, after, limit),
    )
    return [thread for (thread,) in rows]


def authors_by_tag(tx: Tx, board: BoardId, tags: dict[ThreadId, str]) -> list[AuthorOfThread]:
    """Return the authors of a board's pack that have a tag, by the tag to look for in each thread."""
    wanted = list(tags)
    found: list[AuthorOfThread] = []
    for start in range(0, len(wanted), limits.SLICE_ROWS):
        some = wanted[start : start + limits.SLICE_ROWS]
        marks_of = ",".join("?" * len(some))
        rows = tx.select(
            _Tagged,
            f"FROM pack_tags WHERE board = ? AND thread IN ({marks_of}) AND tag IN ({marks_of})",
            *(board, *some, *(tags[thread] for thread in some)),
        )
        found += [
            AuthorOfThread(row.thread, row.imported) for row in rows if row.tag == tags[row.thread]
        ]
    return sorted(found)


def drop_tags(tx: Tx, board: BoardId, tags: dict[ThreadId, str]) -> None:
    """Forget that keys match authors in some threads."""
    tx.execute_many(
        "DELETE FROM pack_tags WHERE board = ? AND thread = ? AND tag = ?",
        [(board, thread, tag) for thread, tag in tags.items()],
    )


class ClaimRow(NamedTuple):
    """What was decided about an author's words in one thread, as it is stored; see the table."""

    imported: str
    board: BoardId
    thread: ThreadId
    tag: str
    state: str
    at: Ms
    until: Ms | None = None
    code_hash: bytes | None = None
    member: MemberId | None = None
    settled: int = 1

    def decided(self, tag: str, code_hash: bytes | None) -> Decided:
        """Return it for the rules, as the key with a tag sees it."""
        return Decided(
            ClaimState(self.state),
            self.tag == tag,
            code_hash is not None and code_hash == self.code_hash,
        )


_ALL = f"SELECT {columns(ClaimRow)} FROM pack_claims"  # noqa: S608 - names of ours


def claims_of(tx: Tx, imported: Iterable[str]) -> dict[str, ClaimRow]:
    """Return what was decided about authors of threads, by the author."""
    found: dict[str, ClaimRow] = {}
    wanted = list(imported)
    for start in range(0, len(wanted), limits.SLICE_ROWS):
        some = wanted[start : start + limits.SLICE_ROWS]
        sql = f"{_ALL} WHERE imported IN ({','.join('?' * len(some))})"
        found |= {row.imported: row for row in tx.select(ClaimRow, sql, *some)}
    return found


def put_claim(tx: Tx, row: ClaimRow, before: ClaimState | None) -> None:
    """Store what was decided; a row that stands is replaced.

    Args:
        before: The state of the row that stands; None for none.
    """
    to = ClaimState(row.state)
    assert to is before or to in CLAIM_TRANSITIONS[before], (before, to)
    tx.execute("DELETE FROM pack_claims WHERE imported = ?", row.imported)
    tx.execute(
        f"INSERT INTO pack_claims ({columns(ClaimRow)}) VALUES ({marks(ClaimRow)})",  # noqa: S608 - names of ours
        *row,
    )


def delete_claim(tx: Tx, row: ClaimRow) -> None:
    """Delete a row: nothing is decided any more."""
    assert None in CLAIM_TRANSITIONS[ClaimState(row.state)], row.state
    tx.execute("DELETE FROM pack_claims WHERE imported = ?", row.imported)


def claims_by_code(tx: Tx, code_hash: bytes) -> list[ClaimRow]:
    """Return the claims that wait for whoever comes with a code."""
    sql = f'{_ALL} WHERE code_hash = ? ORDER BY imported COLLATE "binary"'
    return tx.select(ClaimRow, sql, code_hash)


def give_to_member(tx: Tx, code_hash: bytes, member: MemberId) -> None:
    """Let all claims that wait for a code be a member's; a job gives them their words."""
    assert ClaimState.NAMED in CLAIM_TRANSITIONS[ClaimState.INVITED]
    tx.execute(
        "UPDATE pack_claims SET state = ?, member = ?, code_hash = NULL, until = NULL, settled = 0"
        " WHERE code_hash = ?",
        *(ClaimState.NAMED.value, member, code_hash),
    )


def next_unsettled(tx: Tx) -> ClaimRow | None:
    """Return a claim whose words are to get their member; None if there is none."""
    sql = f'{_ALL} WHERE settled = 0 ORDER BY at, imported COLLATE "binary" LIMIT 1'
    return tx.select_one(ClaimRow, sql)


def note_settled(tx: Tx, imported: str) -> None:
    """Note that the words of a claim have their member."""
    tx.execute("UPDATE pack_claims SET settled = 1 WHERE imported = ?", imported)


def forget_name(tx: Tx, imported: str) -> None:
    """Forget the name that came with an author, whose words are a member's now or gone (P9, P10)."""
    tx.execute("UPDATE pack_authors SET handle = NULL, name = NULL WHERE imported = ?", imported)


def next_to_erase(tx: Tx, proven_now: Ms) -> ClaimRow | None:
    """Return a claim whose words were taken back long enough ago, by proven time."""
    sql = f'{_ALL} WHERE state = ? AND until <= ? ORDER BY until, imported COLLATE "binary" LIMIT 1'
    return tx.select_one(ClaimRow, sql, ClaimState.TAKING.value, proven_now)


def delete_lapsed(tx: Tx, proven_now: Ms) -> bool:
    """Delete a slice of the claims whose claimant did not come in time; return whether any were."""
    sql = f"{_ALL} WHERE state = ? AND until <= ? LIMIT ?"
    over = tx.select(ClaimRow, sql, ClaimState.INVITED.value, proven_now, limits.SLICE_ROWS)
    for row in in_time(tx, over):
        delete_claim(tx, row)
    return bool(over)


class OfKey(NamedTuple):
    """What else of a board a key claimed under a name, it or another key of the same author.

    Attributes:
        member: Whose the words are that were claimed first; None if none are anybody's yet.
        waiting: The claims that wait for whoever comes with a code.
    """

    member: MemberId | None
    waiting: Sequence[ClaimRow]


def claims_of_key(tx: Tx, board: BoardId, hashed: str) -> OfKey:
    """Return what a key, given by its hash, claimed on a board under a name."""
    sql = f'{_ALL} WHERE board = ? AND state IN (?, ?) ORDER BY imported COLLATE "binary"'
    states = (ClaimState.INVITED.value, ClaimState.NAMED.value)
    rows = {row.imported: row for row in tx.select(ClaimRow, sql, board, *states)}
    threads = {row.thread for row in rows.values() if row.thread}
    authors = authors_by_tag(tx, board, {each: claim_tag(hashed, each) for each in sorted(threads)})
    own = [rows[author.imported] for author in authors if author.imported in rows]
    members = [row.member for row in own if row.member is not None]
    waiting = [row for row in own if row.state == ClaimState.INVITED.value]
    return OfKey(members[0] if members else None, waiting)


def count_states(tx: Tx, board: BoardId) -> dict[ClaimState, int]:
    """Return in how many threads authors' words have each state."""
    rows = tx.fetch_all(
        "SELECT state, count(*) FROM pack_claims WHERE board = ? AND thread <> board AND thread <> '' GROUP BY state"
        ' ORDER BY state COLLATE "binary"',
        board,
    )
    return {ClaimState(state): count for state, count in rows}


def list_disputed(tx: Tx, board: BoardId, limit: int) -> Sequence[ThreadId]:
    """Return threads where two keys of an author answered differently, in the order of their ids."""
    rows = tx.fetch_all(
        "SELECT DISTINCT thread FROM pack_claims WHERE board = ? AND state = ?"
        ' ORDER BY thread COLLATE "binary" LIMIT ?',
        *(board, ClaimState.DISPUTED.value, limit),
    )
    return [thread for (thread,) in rows]


def has_claimed(tx: Tx, board: BoardId, member: MemberId) -> bool:
    """Return whether words on a board are a member's by a claim with a key."""
    sql = "SELECT 1 FROM pack_claims WHERE board = ? AND member = ? AND state = ? LIMIT 1"
    return tx.fetch_one(sql, board, member, ClaimState.NAMED.value) is not None


def end_office(tx: Tx, board: BoardId, member: MemberId) -> bool:
    """Use up the office that a claim gives back, once; return whether there was one."""
    sql = (
        "SELECT imported FROM pack_claims WHERE board = ? AND thread = board AND member = ? LIMIT 1"
    )
    row = tx.fetch_one(sql, board, member)
    if row is None:
        return False
    tx.execute("UPDATE pack_claims SET thread = '' WHERE imported = ?", *row)
    return True


def erase_at(row: ClaimRow | None) -> Ms | None:
    """Return when words that are taken back are erased, in ms; None otherwise. Pure."""
    return row.until if row is not None and row.state == ClaimState.TAKING.value else None

"""The SQL of guards, and of the posts that wait for a moderator."""

from typing import Any, NamedTuple

from bbs.clock import Ms, instant
from bbs.features.arriving.rules import BY_POSTS, GuardSettings
from bbs.features.arriving.views import Guard, GuardKind, GuardState
from bbs.ids import BoardId, MemberId, PostId
from bbs.rows import columns, marks
from bbs_server.standing import BoardFacts
from bbs_server.store.api import Tx


class GuardRow(NamedTuple):
    """A guard as it is stored; `restriction` is that of a pace."""

    board: BoardId
    member: MemberId
    kind: str
    since: Ms
    until: Ms
    posts: int
    seconds: int | None
    restriction: str | None
    state: str
    revision: int


class ApprovalRow(NamedTuple):
    """A post that waits for a moderator, or was declined.

    Attributes:
        n: The post's place in the order of writing.
        asked: Whether the commons' moderators were asked, too.
    """

    post: PostId
    n: int
    board: BoardId
    member: MemberId
    at: Ms
    asked: int
    declined_at: Ms | None


ON = GuardState.ON.value
_SWITCHED_OFF = (
    "(g.kind = 'first_posts' AND b.guard_first_posts = 0)"
    " OR (g.kind = 'links' AND b.guard_links = 0)"
    " OR (g.kind = 'pace' AND b.guard_pace_s = 0)"
    " OR (g.kind = 'letters' AND b.guard_letters = 0)"
)


def settings_of(facts: BoardFacts) -> GuardSettings:
    """Return what a board's settings say of guards."""
    return GuardSettings(
        first_posts=facts.guard_first_posts,
        links=facts.guard_links,
        pace_s=facts.guard_pace_s,
        letters=facts.guard_letters,
    )


def view(row: GuardRow) -> Guard:
    """Return a guard as its newcomer sees it."""
    kind = GuardKind(row.kind)
    return Guard(
        board=row.board,
        member=row.member,
        kind=kind,
        since=instant(row.since),
        until=instant(row.until),
        posts=row.posts if kind in BY_POSTS else None,
        seconds=row.seconds,
        state=GuardState(row.state),
        revision=row.revision,
    )


def insert_guard(tx: Tx, row: GuardRow) -> None:
    """Insert a guard."""
    tx.execute(
        f"INSERT INTO guards ({columns(GuardRow)}) VALUES ({marks(GuardRow)})",  # noqa: S608 - names of ours
        *row,
    )


def update_guard(tx: Tx, row: GuardRow, **changes: Any) -> GuardRow:
    """Write the changes of a guard, with its next revision, and return it."""
    row = row._replace(**changes, revision=row.revision + 1)
    tx.execute(
        "UPDATE guards SET posts = ?, state = ?, revision = ?"
        " WHERE board = ? AND member = ? AND kind = ?",
        *(row.posts, row.state, row.revision, row.board, row.member, row.kind),
    )
    return row


def guards_on(tx: Tx, board: BoardId, member: MemberId) -> tuple[GuardRow, ...]:
    """Return the guards of a member on a board that did not end yet, but perhaps by time."""
    return tx.memoize(_guards_on, board, member)


def _guards_on(tx: Tx, board: BoardId, member: MemberId) -> tuple[GuardRow, ...]:
    sql = "FROM guards WHERE board = ? AND member = ? AND state = 'on'"
    return tuple(tx.select(GuardRow, sql, board, member))


def kinds_had(tx: Tx, board: BoardId, member: MemberId) -> frozenset[str]:
    """Return the kinds of guards that a member has, or had lately, on a board."""
    rows = tx.fetch_all("SELECT kind FROM guards WHERE board = ? AND member = ?", board, member)
    return frozenset(kind for (kind,) in rows)


def guards_of_member(tx: Tx, member: MemberId) -> list[GuardRow]:
    """Return the guards of a member on all boards that did not end yet, those that end first before."""
    sql = "FROM guards WHERE member = ? AND state = 'on' ORDER BY until"
    return tx.select(GuardRow, sql, member)


def guards_of_board(tx: Tx, board: BoardId) -> list[GuardRow]:
    """Return the guards on a board that did not end yet, those that end first before the others."""
    sql = "FROM guards WHERE board = ? AND state = 'on' ORDER BY until"
    return tx.select(GuardRow, sql, board)


def has_guard(tx: Tx, member: MemberId) -> bool:
    """Return whether any guard of a member did not end yet."""
    sql = "SELECT 1 FROM guards WHERE member = ? AND state = 'on' LIMIT 1"
    return tx.fetch_one(sql, member) is not None


def guards_over(tx: Tx, now: Ms, limit: int) -> list[GuardRow]:
    """Return guards whose time is over at `now`, in ms, and that were not ended yet."""
    sql = "FROM guards WHERE state = 'on' AND until <= ? ORDER BY until LIMIT ?"
    return tx.select(GuardRow, sql, now, limit)


def guards_switched_off(tx: Tx, limit: int) -> list[GuardRow]:
    """Return guards that are on although their board's setting is off."""
    return tx.select(
        GuardRow,
        f"SELECT {columns(GuardRow, 'g')} FROM guards g JOIN boards b ON b.id = g.board"  # noqa: S608 - names of ours
        f" WHERE g.state = 'on' AND ({_SWITCHED_OFF}) LIMIT ?",
        limit,
    )


def delete_guards(tx: Tx, before: Ms, limit: int) -> int:
    """Delete guards that were to end before a moment, in ms, at the latest; return how many."""
    rows = tx.fetch_all(
        "SELECT board, member, kind FROM guards WHERE state <> 'on' AND until < ? LIMIT ?",
        *(before, limit),
    )
    tx.execute_many("DELETE FROM guards WHERE board = ? AND member = ? AND kind = ?", rows)
    return len(rows)


def insert_approval(tx: Tx, row: ApprovalRow) -> None:
    """Insert a post that waits."""
    tx.execute(
        f"INSERT INTO approvals ({columns(ApprovalRow)}) VALUES ({marks(ApprovalRow)})",  # noqa: S608 - names of ours
        *row,
    )


def find_approval(tx: Tx, post: PostId) -> ApprovalRow | None:
    """Return a post that waits or was declined; None if it is neither."""
    return tx.select_one(ApprovalRow, "FROM approvals WHERE post = ?", post)


def list_waiting(tx: Tx) -> list[ApprovalRow]:
    """Return all posts that wait, in the order of writing."""
    return tx.select(ApprovalRow, "FROM approvals WHERE declined_at IS NULL ORDER BY n")


def boards_waiting(tx: Tx, upto: Ms) -> list[BoardId]:
    """Return the boards on which a post has waited since a moment, in ms, or longer."""
    sql = "SELECT DISTINCT board FROM approvals WHERE declined_at IS NULL AND at <= ?"
    return [board for (board,) in tx.fetch_all(sql, upto)]


def list_to_ask(tx: Tx, written: Ms, limit: int) -> list[ApprovalRow]:
    """Return posts written up to a moment, in ms, about which the commons was not asked yet."""
    sql = "FROM approvals WHERE declined_at IS NULL AND asked = 0 AND at <= ? ORDER BY n LIMIT ?"
    return tx.select(ApprovalRow, sql, written, limit)


def set_asked(tx: Tx, post: PostId) -> None:
    """Store that the commons' moderators were asked about a post."""
    tx.execute("UPDATE approvals SET asked = 1 WHERE post = ?", post)


def set_declined(tx: Tx, post: PostId, at: Ms) -> None:
    """Store when a post was declined."""
    tx.execute("UPDATE approvals SET declined_at = ? WHERE post = ?", at, post)


def list_declined(tx: Tx, before: Ms, limit: int) -> list[PostId]:
    """Return posts that were declined before a moment, in ms."""
    rows = tx.fetch_all(
        "SELECT post FROM approvals WHERE declined_at < ? ORDER BY declined_at LIMIT ?",
        *(before, limit),
    )
    return [post for (post,) in rows]


def delete_approval(tx: Tx, post: PostId) -> None:
    """Forget that a post waited."""
    tx.execute("DELETE FROM approvals WHERE post = ?", post)

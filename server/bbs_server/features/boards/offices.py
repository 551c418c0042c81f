"""The SQL of offices: moderators of boards and sysops, each from a beginning to an end."""

from collections.abc import Iterable
from typing import NamedTuple

from bbs.clock import Ms, is_in_force
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.powers import Office
from bbs_server.handler_api import Context
from bbs_server.standing import OfficeTerm
from bbs_server.store.api import Tx


class _TermRow(NamedTuple):
    board: BoardId
    office: str
    since: Ms
    until: Ms | None


class OfficeEdge(NamedTuple):
    """A moment at which an office begins or ends by time alone.

    Attributes:
        at: In ms.
    """

    at: Ms
    board: BoardId
    member: MemberId
    office: str


def offices_of(tx: Tx, member: MemberId) -> tuple[OfficeTerm, ...]:
    """Return all stored offices of a member, in force or not."""
    return tx.memoize(_offices_of, member)


def _offices_of(tx: Tx, member: MemberId) -> tuple[OfficeTerm, ...]:
    rows = tx.select(_TermRow, "FROM offices WHERE member = ?", member)
    return tuple(OfficeTerm(row.board, Office(row.office), row.since, row.until) for row in rows)


def moderates(tx: Tx, now: Ms, board: BoardId, member: MemberId) -> bool:
    """Return whether a member is moderator of a board at `now`, in ms."""
    return any(
        term.board == board
        and term.office is Office.MODERATOR
        and is_in_force(now, term.since, term.until)
        for term in offices_of(tx, member)
    )


def find_moderators(tx: Tx, now: Ms, board: BoardId) -> frozenset[MemberId]:
    """Return the moderators of a board at `now`, in ms."""
    return _holders(tx, now, board, Office.MODERATOR)


def find_writer(tx: Tx, board: BoardId, now: Ms) -> str | None:
    """Return the handle of the member who writes a journal at `now`, in ms; None where nobody does."""
    writer = next(iter(find_moderators(tx, now, board)), None)
    handle: str | None = tx.fetch_value("SELECT handle FROM members WHERE id = ?", writer)
    return handle


def find_sysops(tx: Tx, now: Ms) -> frozenset[MemberId]:
    """Return the sysops at `now`, in ms."""
    return _holders(tx, now, COMMONS, Office.SYSOP)


def has_sysop(tx: Tx) -> bool:
    """Return whether any member was ever made sysop, whatever a wrong clock says of the office."""
    row = tx.fetch_one("SELECT 1 FROM offices WHERE office = ? LIMIT 1", Office.SYSOP.value)
    return row is not None


def _holders(tx: Tx, now: Ms, board: BoardId, office: Office) -> frozenset[MemberId]:
    found = tx.fetch_all(
        "SELECT member FROM offices"
        " WHERE board = ? AND office = ? AND since <= ? AND (until IS NULL OR until > ?)",
        *(board, office.value, now, now),
    )
    return frozenset(member for (member,) in found)


def give_office(
    tx: Tx, since: Ms, board: BoardId, member: MemberId, office: Office, act: str | None
) -> None:
    """Store an office for a member, without an end.

    Args:
        since: Its beginning, in ms. For an office that begins now, pass the proven time: it is
            never ahead, so the office stays in force if a wrong clock is set back.
        act: The id of the act that gave it.
    """
    tx.execute(
        "INSERT INTO offices (board, member, office, since, until, act)"
        " VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT (board, member, office)"
        " DO UPDATE SET since = excluded.since, until = NULL, act = excluded.act",
        *(board, member, office.value, since, act),
    )


def give_visit(tx: Tx, ctx: Context, board: BoardId, until: Ms, act: str) -> None:
    """Let the actor visit a private board as sysop from now on, until a moment in ms.

    Args:
        act: The id of the act of entering.
    """
    tx.execute(
        "INSERT INTO offices (board, member, office, since, until, act)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (board, member, office)"
        " DO UPDATE SET since = excluded.since, until = excluded.until, act = excluded.act",
        *(board, ctx.member, Office.VISITOR.value, ctx.now, until, act),
    )


def visited_boards(tx: Tx, member: MemberId, now: Ms) -> frozenset[BoardId]:
    """Return the private boards that a sysop visits at `now`, in ms."""
    terms = [t for t in offices_of(tx, member) if is_in_force(now, t.since, t.until)]
    if not any(term.office is Office.SYSOP for term in terms):
        return frozenset()
    return frozenset(term.board for term in terms if term.office is Office.VISITOR)


def make_sysop(tx: Tx, ctx: Context, member: MemberId, act: str) -> None:
    """Make a member sysop, and moderator of the commons.

    Args:
        act: The id of the act of becoming sysop.
    """
    for office in (Office.SYSOP, Office.MODERATOR):
        give_office(tx, ctx.proven_now, COMMONS, member, office, act)


def end_moderation(tx: Tx, board: BoardId, member: MemberId) -> None:
    """End a member's office of moderator, in force or not."""
    sql = "DELETE FROM offices WHERE board = ? AND member = ? AND office = ?"
    tx.execute(sql, board, member, Office.MODERATOR.value)


def next_edge(tx: Tx, after: Ms) -> Ms | None:
    """Return the first moment after `after`, in ms, at which an office begins or ends by time.

    Rights change at that moment without a command, so the server checks listeners again. None if
    there is no such moment.
    """
    found: Iterable[Ms | None] = (
        tx.fetch_value("SELECT min(since) FROM offices WHERE since > ?", after),
        tx.fetch_value("SELECT min(until) FROM offices WHERE until > ?", after),
    )
    return min((at for at in found if at is not None), default=None)


def list_edges(tx: Tx, after: Ms, upto: Ms) -> list[OfficeEdge]:
    """Return beginnings and ends of offices after `after`, not after `upto`, in ms, in order."""
    rows = tx.select(
        OfficeEdge,
        "SELECT since AS at, board, member, office FROM offices WHERE since > ? AND since <= ?"
        " UNION ALL SELECT until, board, member, office FROM offices WHERE until > ? AND until <= ?",
        *(after, upto, after, upto),
    )
    return sorted(rows)

"""Whose word may count for a command that waits: the facts; `bbs.features.proposals.rules` decides."""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.proposals.rules import Person, Seated, Term
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.powers import Office
from bbs_server.store.api import Tx


class _Row(NamedTuple):
    member: MemberId
    seat: str | None
    seat_since: Ms | None
    commons_since: Ms | None
    moderator_since: Ms | None
    warden_since: Ms | None
    sysop_since: Ms | None
    invited_by: MemberId | None
    joined_at: Ms
    suspended: int


_TERM = (
    " LEFT JOIN offices {0} ON {0}.board = {1} AND {0}.member = m.id AND {0}.office = '{2}'"
    " AND {0}.since <= ? AND ({0}.until IS NULL OR {0}.until > ?)"
)
_SUSPENDED = (
    "CASE WHEN EXISTS (SELECT 1 FROM restrictions r WHERE r.member = m.id"
    " AND r.kind = 'suspended' AND r.board IN (b.id, c.board) AND r.since <= ? AND r.until > ?)"
    " THEN 1 ELSE 0 END"
)
_PEOPLE = (
    "SELECT m.id, s.state, s.since, c.since, o.since, w.since, y.since, m.invited_by, m.joined_at,"  # noqa: S608 - names of ours
    f" {_SUSPENDED}"
    " FROM boards b JOIN seats c ON c.board = ? AND c.state = 'seated'"
    " JOIN members m ON m.id = c.member"
    " LEFT JOIN seats s ON s.board = b.id AND s.member = m.id"
    + _TERM.format("o", "b.id", Office.MODERATOR.value)
    + _TERM.format("w", "c.board", Office.MODERATOR.value)
    + _TERM.format("y", "c.board", Office.SYSOP.value)
    + " WHERE b.id = ? AND (s.state = 'seated'"
    " OR (? = 1 OR b.visibility <> 'private') AND (w.since IS NOT NULL OR y.since IS NOT NULL))"
    ' ORDER BY m.id COLLATE "binary"'
)


def list_people(
    tx: Tx, now: Ms, board: BoardId, office: Office, *, beyond: bool = False
) -> list[Person]:
    """Return everybody seated on a board, and moderators of the commons who may read it.

    Who is suspended sits there, but can say nothing: no office of theirs counts.

    Args:
        now: The moment, in ms.
        office: The mover's; others who hold it can give the second key.
        beyond: Whether moderators of the commons have a word in it on every board
            (`rules.has_keys_beyond`): they know of the command, not of the board.
    """
    rows = tx.select(_Row, _PEOPLE, now, now, COMMONS, *[now] * 6, board, int(beyond))
    return [_person(row, office) for row in rows]


def _person(row: _Row, office: Office) -> Person:
    seated = row.seat == "seated"
    own = row.moderator_since if office is Office.MODERATOR and seated else None
    community = row.sysop_since if office is Office.SYSOP else None
    # Whoever holds several offices has the key by the one that they have held for long enough.
    terms = [
        (max(since, office_since), since, office_since)
        for since, office_since in (
            (row.seat_since, own),
            (row.commons_since, row.warden_since),
            (row.commons_since, community),
        )
        if since is not None and office_since is not None and not row.suspended
    ]
    _, since, office_since = min(terms, default=(0, row.seat_since, None))
    return Person(
        member=row.member,
        seated=seated,
        since=since,
        office_since=office_since,
        moderator=seated and row.moderator_since is not None and not row.suspended,
        invited_by=row.invited_by,
        joined_at=row.joined_at,
        sysop=_term(row, row.sysop_since),
        commons=_term(row, row.warden_since),
    )


def _term(row: _Row, office_since: Ms | None) -> Term | None:
    """Return the term of an office of the community; None if it does not count."""
    if office_since is None or row.suspended:
        return None
    return Term(row.commons_since, office_since)


def holds_office(tx: Tx, now: Ms, board: BoardId, member: MemberId, office: Office) -> bool:
    """Return whether a member holds an office at `now`, in ms, in which they moved something.

    Args:
        office: `MEMBER` where they moved it as a seat holder.
    """
    if office is Office.MEMBER:
        seat = "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state = 'seated'"
        return tx.fetch_one(seat, board, member) is not None
    held = office if office in (Office.SYSOP, Office.VISITOR) else Office.MODERATOR
    row = tx.fetch_one(
        "SELECT 1 FROM offices WHERE board = ? AND member = ? AND office = ? AND since <= ?"
        " AND (until IS NULL OR until > ?)",
        *(
            board if office in (Office.MODERATOR, Office.VISITOR) else COMMONS,
            member,
            held.value,
            now,
            now,
        ),
    )
    return row is not None


class Arrival(NamedTuple):
    """How a member came into the community."""

    invited_by: MemberId | None
    joined_at: Ms


def find_arrival(tx: Tx, member: MemberId) -> Arrival:
    """Return who invited a member, and when they joined."""
    found = tx.select_one(Arrival, "FROM members WHERE id = ?", member)
    return found or Arrival(None, 0)


class _SeatedRow(NamedTuple):
    seated: int
    mover: int
    about: int
    suspended: int


def count_seats(tx: Tx, now: Ms, board: BoardId, mover: MemberId, about: MemberId | None) -> Seated:
    """Return who sits on a board, as far as objections to a command need it.

    Args:
        now: The moment, in ms.
        about: The member whom it concerns; None if it concerns nobody.
    """
    sql = (
        "SELECT count(*), count(CASE WHEN s.member = ? THEN 1 END),"
        " count(CASE WHEN s.member = ? AND s.member <> ? THEN 1 END),"
        " count(CASE WHEN s.member NOT IN (?, ?) AND EXISTS (SELECT 1 FROM restrictions r"
        " WHERE r.member = s.member AND r.kind = 'suspended' AND r.board IN (s.board, ?)"
        " AND r.since <= ? AND r.until > ?) THEN 1 END)"
        " FROM seats s WHERE s.board = ? AND s.state = 'seated'"
    )
    who = about or ""
    given = (mover, who, mover, mover, who, COMMONS, now, now, board)
    row = _SeatedRow(*tx.fetch_all(sql, *given)[0])
    return Seated(row.seated, bool(row.mover), bool(row.about), row.suspended, at=now)

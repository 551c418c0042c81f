"""Who may handle a case, by rows (protocol 22.6); `bbs.features.cases.rules` decides.

Every way to a case asks here: requests, its stream, second keys, and the hiding of its words.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from bbs.case_refusals import Why
from bbs.clock import Ms
from bbs.features.cases import rules
from bbs.features.cases.rules import Holders, Parties
from bbs.features.cases.views import CaseLevel, CaseState
from bbs.features.moderation.messages import ThingKind
from bbs.ids import COMMONS, BoardId, CaseId, MemberId
from bbs.powers import Office
from bbs.refusals import NotFound
from bbs_server.features.cases import records
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.standing import Actor, ObjectLocator
from bbs_server.store.api import Tx

_HOLDERS = (
    "SELECT o.board, o.office, o.member FROM offices o"
    " JOIN seats c ON c.board = ? AND c.member = o.member AND c.state = 'seated'"
    " WHERE o.board IN (?, ?) AND o.office IN ('moderator', 'sysop') AND o.since <= ? AND (o.until IS NULL OR o.until > ?)"
    " AND NOT EXISTS (SELECT 1 FROM restrictions r WHERE r.member = o.member"
    " AND r.thread IS NULL AND r.since <= ? AND r.until > ?"
    " AND (r.kind = 'suspended' AND r.board IN (?, ?)"
    " OR r.kind = 'silenced' AND r.board IN (?, o.board)))"
)
_DECIDED = (
    "SELECT DISTINCT by_member FROM case_entries WHERE of_case = ? AND by_member IS NOT NULL"
    " AND kind IN ('moved', 'decided')"
    " UNION SELECT seconded_by FROM case_decisions WHERE of_case = ? AND seconded_by IS NOT NULL"
)
_NOT_CLOSED = "FROM cases WHERE board = ? AND level = ? AND ended_at IS NULL"
PARTY = (
    "(coalesce(about, '') = ? OR id IN (SELECT of_case FROM case_reports WHERE reporter = ?)"
    " OR id IN (SELECT of_case FROM case_names WHERE member = ?)"
    " OR id IN (SELECT of_case FROM evidence WHERE author = ? AND is_context = 1))"
)
"""SQL for whether a member, named four times, is party to a case of `cases`."""
_NOBODY: frozenset[MemberId] = frozenset()


class _HolderRow(NamedTuple):
    board: BoardId
    office: str
    member: MemberId


class Sight(NamedTuple):
    """How a member stands to a case.

    Attributes:
        level: Who handles it now.
        handles: Whether the member does.
        why: What makes them party to it; None for no party.
        in_office: Whether they hold an office in which it is, or would have been, handled.
    """

    level: CaseLevel
    handles: bool
    why: Why | None
    in_office: bool

    @property
    def is_conflict(self) -> bool:
        """Whether they handle it although they are party, because everybody else is too."""
        return self.handles and self.why is not None


def holders(tx: Tx, board: BoardId, now: Ms) -> Holders:
    """Return who holds an office in which cases of a board are handled at `now`, in ms, by level.

    Suspended members, and members silenced there, handle nothing; neither does the sysop on a visit to
    a private board (25), but what comes to the sysop.
    """
    rows = tx.select(
        _HolderRow,
        _HOLDERS,
        *(COMMONS, board, COMMONS, now, now, now, now, board, COMMONS, board),
    )
    found: dict[CaseLevel, set[MemberId]] = {level: set() for level in rules.LEVELS[:-1]}
    for row in rows:
        if row.office == Office.SYSOP:
            found[CaseLevel.SYSOP].add(row.member)
            continue
        if row.board == board:
            found[CaseLevel.BOARD].add(row.member)
        if row.board == COMMONS:
            found[CaseLevel.COMMONS].add(row.member)
    return {level: frozenset(members) for level, members in found.items()}


def parties_of(tx: Tx, row: CaseRow) -> Parties:
    """Return who has a part in the matter of a case."""
    return Parties(
        reporters=_members(tx, "SELECT reporter FROM case_reports WHERE of_case = ?", row.id),
        author=row.about,
        answered=_members(
            tx,
            "SELECT author FROM evidence WHERE of_case = ? AND is_context = 1"
            " AND author IS NOT NULL",
            row.id,
        ),
        named=_members(tx, "SELECT member FROM case_names WHERE of_case = ?", row.id),
    )


def _members(tx: Tx, sql: str, case: CaseId) -> frozenset[MemberId]:
    return frozenset(member for (member,) in tx.fetch_all(sql, case))


def list_of_party(
    tx: Tx, board: BoardId, level: CaseLevel, member: MemberId | None
) -> list[CaseRow]:
    """Return the cases of a board and level that are not closed, and to which a member is party.

    Args:
        member: None for all such cases.
    """
    if member is None:
        return tx.select(CaseRow, _NOT_CLOSED, board, level.value)
    return tx.select(CaseRow, f"{_NOT_CLOSED} AND {PARTY}", board, level.value, *[member] * 4)


def list_ids_of_party(tx: Tx, member: MemberId) -> frozenset[CaseId]:
    """Return all cases to which a member is party, over or not: one statement for many questions."""
    rows = tx.fetch_all(f"SELECT id FROM cases WHERE {PARTY}", *[member] * 4)  # noqa: S608 - names of ours
    return frozenset(case for (case,) in rows)


def level_of(row: CaseRow, held: Holders, barred: Collection[MemberId]) -> CaseLevel:
    """Return at which level a case is handled now.

    The stored level is where it was passed on to; if all were party once, anybody free has it again.
    """
    stored = CaseLevel(row.level)
    since = CaseLevel.BOARD if stored is CaseLevel.ANY else stored
    return rules.first_level(held, barred, since)


def sight_of(tx: Tx, row: CaseRow, member: MemberId, now: Ms, held: Holders | None = None) -> Sight:
    """Return how a member stands to a case at `now`, in ms.

    Args:
        held: The holders of the case's board, where the caller has them.
    """
    held = holders(tx, row.board, now) if held is None else held
    parties = parties_of(tx, row)
    level = level_of(row, held, parties.everybody)
    handling = rules.handlers_at(level, held, parties.everybody)
    return Sight(
        level,
        member in handling or member in _others(tx, row, held, parties, level),
        rules.why_barred(parties, member),
        any(member in held.get(each, _NOBODY) for each in _upto(level)),
    )


def _upto(level: CaseLevel) -> Iterable[CaseLevel]:
    return rules.LEVELS[: rules.LEVELS.index(level) + 1]


def _others(
    tx: Tx, row: CaseRow, held: Holders, parties: Parties, level: CaseLevel
) -> frozenset[MemberId]:
    """Return who else reads a case for as long as a decision needs somebody who did not move it."""
    if row.state == CaseState.MOVED:
        return seconders(tx, row, held, parties, level)
    if row.state == CaseState.APPEALED:
        hosts = frozenset() if row.about is None else hosts_of(tx, row.about)
        return hearers_at(held, parties, level, deciders_of(tx, row.id), hosts)
    return _NOBODY


def deciders_of(tx: Tx, case: CaseId) -> frozenset[MemberId]:
    """Return who moved, seconded or decided what was decided in a case."""
    return frozenset(member for (member,) in tx.fetch_all(_DECIDED, case, case))


def hosts_of(tx: Tx, member: MemberId) -> frozenset[MemberId]:
    """Return who invited a member: they do not hear the member's appeals."""
    return frozenset(
        host
        for host in _members(tx, "SELECT invited_by FROM members WHERE id = ?", member)
        if host is not None
    )


def seconders(
    tx: Tx, row: CaseRow, held: Holders, parties: Parties, level: CaseLevel
) -> frozenset[MemberId]:
    """Return who may give the second key to a decision of a case that was moved.

    Others of the same level, and moderators of the commons; the sysop where there is none of them.
    """
    barred = parties.everybody | deciders_of(tx, row.id)
    same = rules.handlers_at(level, held, barred) - deciders_of(tx, row.id)
    near = same | held[CaseLevel.COMMONS].difference(barred)
    return near or held[CaseLevel.SYSOP].difference(barred)


def hearers_at(
    held: Holders,
    parties: Parties,
    level: CaseLevel,
    deciders: Collection[MemberId],
    hosts: Collection[MemberId] = (),
) -> frozenset[MemberId]:
    """Return who hears an appeal: others of the same level, else moderators of the commons."""
    barred = parties.everybody.union(deciders, hosts)
    same = held.get(level, _NOBODY).difference(barred)
    return same or held[CaseLevel.COMMONS].difference(barred)


def find_sight(tx: Tx, case: CaseId, member: MemberId, now: Ms) -> tuple[CaseRow, Sight] | None:
    """Return a case with how a member stands to it; None if there is none."""
    row = records.find_case(tx, case)
    return None if row is None else (row, sight_of(tx, row, member, now))


def case_for(tx: Tx, ctx: Context, case: CaseId) -> tuple[CaseRow, bool]:
    """Return a case that the actor handles now, and whether they are party to it all the same.

    An act of theirs says so then, by the change `conflict`.

    Raises:
        NotFound: If there is none, or it is not the actor's to handle.
        Barred: If they would handle it, but are party to it.
    """
    row, sight = find_sight(tx, case, ctx.member, ctx.now) or (None, None)
    if row is None or sight is None or ctx.acting.scope is not None:
        raise NotFound(what="case")
    if sight.handles:
        return row, sight.is_conflict
    # Before anybody has told the author, the reason would be the first word of it.
    if sight.in_office and not (sight.why is Why.AUTHOR and not is_told(row)):
        rules.check_party(case, sight.why)
    raise NotFound(what="case")


def is_told(row: CaseRow) -> bool:
    """Return whether the person whom a case is about was told of it."""
    return any(at is not None for at in (row.asked_at, row.held_at, row.decided_at))


def hears(tx: Tx, places: ObjectLocator, actor: Actor, case: CaseId, now: Ms) -> bool:
    """Return whether a member may listen to the stream of a case at `now`, in ms."""
    if actor.scope is not None or not actor.seated:
        return False
    found = find_sight(tx, case, actor.member, now)
    return found is not None and found[1].handles


def case_barred(tx: Tx, case: CaseId, member: MemberId, now: Ms) -> Why | None:
    """Return why a member, whatever their office, has no say in a case; None for no reason.

    Where everybody in office is party to it, nobody is barred: the log says so.
    """
    found = find_sight(tx, case, member, now)
    return None if found is None or found[1].level is CaseLevel.ANY else found[1].why


def check_words(tx: Tx, ctx: Context, kind: ThingKind, thing: str) -> bool:
    """Refuse to hide or restore words of a case to which the actor is party.

    Returns:
        Whether they are party all the same, because everybody in office is: the act says so.

    Raises:
        Barred: If they are party, and somebody else is not.
    """
    if ctx.actor is None:
        return False
    of_post = "SELECT DISTINCT of_case FROM evidence WHERE post = ? AND is_context = 0"
    of_line = "SELECT DISTINCT of_case FROM evidence WHERE line = ? AND is_context = 0"
    conflict = False
    for (case,) in tx.fetch_all(of_line if kind is ThingKind.LINE else of_post, thing):
        row = records.find_case(tx, case)
        assert row is not None
        sight = sight_of(tx, row, ctx.member, ctx.now)
        if sight.why is not None and sight.level is not CaseLevel.ANY:
            rules.check_party(case, sight.why)
        conflict = conflict or sight.why is not None
    return conflict

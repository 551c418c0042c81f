"""The SQL of cases and what belongs to them, and their views."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from bbs import limits
from bbs.clock import HOUR_MS, Ms, instant, optional_instant
from bbs.features.boards.messages import Visibility
from bbs.features.cases.views import (
    CaseEnding,
    CaseEntry,
    CaseHead,
    CaseLevel,
    CaseState,
    EntryKind,
    Evidence,
    HoldOf,
    SanctionKind,
)
from bbs.ids import COMMONS, BoardId, CaseId, LineId, MemberId, PostId
from bbs.powers import Office, Way
from bbs.rows import columns, marks, view_of
from bbs_server.standing import ObjectLocation
from bbs_server.store import texts
from bbs_server.store.api import Tx


class CaseRow(NamedTuple):
    """A case as it is stored; times in ms.

    Attributes:
        matter: The post or line that was reported first.
        about: Who wrote it; None if no member did.
        norm, norms_version, of_commons: The clause that the first report cites.
        noted_until: The day by which the desk looks at it again; set once.
        held: What is held now or was, of `HoldOf`, separated by spaces; empty if nothing ever was.
        hold_until: When the hold ends; None once it has.
        hold_act, hold_restriction: While something is held, the act, and by what a person's writing is.
        held_by_script: Whether a script holds it, or did last, and no person.
        told_text: The word of the desk to the reporters.
    """

    id: CaseId
    board: BoardId
    number: int
    state: str
    level: str
    matter: str
    is_letter: int
    about: MemberId | None
    norm: int
    norms_version: int
    of_commons: int
    opened_at: Ms
    decide_by: Ms | None
    ending: str | None = None
    claimed_by: MemberId | None = None
    asked_at: Ms | None = None
    answer_by: Ms | None = None
    answered_at: Ms | None = None
    noted_until: Ms | None = None
    decided_at: Ms | None = None
    held: str = ""
    held_at: Ms | None = None
    hold_until: Ms | None = None
    ended_at: Ms | None = None
    told_text: str | None = None
    revision: int = 1
    hold_act: str | None = None
    hold_restriction: str | None = None
    held_by_script: int = 0


_UPDATE = f"UPDATE cases SET {', '.join(f'{name} = ?' for name in CaseRow._fields)} WHERE id = ?"  # noqa: S608 - names of ours


class EvidenceRow(NamedTuple):
    """A copy of words as it is stored; see `bbs_server.case_lookups.WordsCopied`.

    Attributes:
        author: Who wrote them; of what is only context, whom the reported words answer.
        body_text: None once it is erased, and where there were no words to copy.
    """

    of_case: CaseId
    place: int
    post: PostId | None
    line: LineId | None
    thread: int | None
    number: int | None
    author: MemberId | None
    written_at: Ms
    norms_version: int
    norms_board: BoardId | None
    body_text: str | None
    is_context: int


class EntryRow(NamedTuple):
    """An entry of a case as it is stored; who reported is in none."""

    of_case: CaseId
    number: int
    kind: str
    at: Ms
    by_member: MemberId | None = None
    office: str | None = None
    said_text: str | None = None
    norm: int | None = None
    of_commons: int = 0
    until: Ms | None = None
    names_reporter: int = 0
    via: str = Way.DEVICE.value


EVIDENCE = columns(EvidenceRow, "e")
"""The columns of a copy, for a statement that joins its table as `e`."""


def locate(tx: Tx, key: CaseId) -> ObjectLocation | None:
    """Return where a case is handled: on its board, and once passed on at the commons."""
    found = tx.fetch_one("SELECT board, level FROM cases WHERE id = ?", key)
    if found is None:
        return None
    board, level = found
    return ObjectLocation(board if level == CaseLevel.BOARD.value else COMMONS)


def locate_matter(tx: Tx, key: CaseId) -> ObjectLocation | None:
    """Return where the matter of a case is: on its own board, also once the case was passed on.

    A private board is known to those who sit there alone: its cases are at the commons then.
    """
    sql = "SELECT b.id, b.visibility FROM cases c JOIN boards b ON b.id = c.board WHERE c.id = ?"
    found = tx.fetch_one(sql, key)
    if found is None:
        return None
    board, visibility = found
    return locate(tx, key) if visibility == Visibility.PRIVATE else ObjectLocation(board)


def find_case(tx: Tx, case: CaseId) -> CaseRow | None:
    """Return a case; None if there is none."""
    return tx.select_one(CaseRow, "FROM cases WHERE id = ?", case)


def find_last_of(tx: Tx, matter: str) -> CaseRow | None:
    """Return the last case about a post or line; None if there was none."""
    sql = "FROM cases WHERE matter = ? ORDER BY opened_at DESC, number DESC LIMIT 1"
    return tx.select_one(CaseRow, sql, matter)


def begin(board: BoardId, now: Ms, **facts: Any) -> CaseRow:
    """Return a new case, not stored yet, at the level where it begins; `facts` are its other columns."""
    level = CaseLevel.COMMONS if board == COMMONS else CaseLevel.BOARD
    return CaseRow(
        board=board,
        state=CaseState.OPEN.value,
        level=level.value,
        opened_at=now,
        decide_by=now + limits.DECIDE_HOURS * HOUR_MS,
        **facts,
    )


def next_number(tx: Tx, board: BoardId) -> int:
    """Draw the next number of a case on a board."""
    tx.execute(
        "INSERT INTO case_numbers (board, last) VALUES (?, 1)"
        " ON CONFLICT (board) DO UPDATE SET last = case_numbers.last + 1",
        board,
    )
    number: int = tx.fetch_value("SELECT last FROM case_numbers WHERE board = ?", board)
    return number


def insert_case(tx: Tx, row: CaseRow) -> None:
    """Insert a case."""
    tx.execute(
        f"INSERT INTO cases ({columns(CaseRow)}) VALUES ({marks(CaseRow)})",  # noqa: S608 - names of ours
        *row,
    )


def update_case(tx: Tx, row: CaseRow, **changes: Any) -> CaseRow:
    """Write changes of a case, with its next revision, and return it."""
    row = row._replace(**changes, revision=row.revision + 1)
    tx.execute(_UPDATE, *row, row.id)
    return row


def add_entry(tx: Tx, case: CaseRow, kind: EntryKind, at: Ms, **facts: Any) -> EntryRow:
    """Add the next entry to a case; `facts` are its other columns."""
    last = tx.fetch_value("SELECT max(number) FROM case_entries WHERE of_case = ?", case.id)
    row = EntryRow(case.id, (last or 0) + 1, kind.value, at, **facts)
    tx.execute(
        f"INSERT INTO case_entries ({columns(EntryRow)}) VALUES ({marks(EntryRow)})",  # noqa: S608 - names of ours
        *row,
    )
    return row


def list_entries(tx: Tx, case: CaseId) -> list[EntryRow]:
    """Return all entries of a case, in their order."""
    return tx.select(EntryRow, "FROM case_entries WHERE of_case = ? ORDER BY number", case)


def insert_evidence(tx: Tx, row: EvidenceRow) -> None:
    """Insert a copy of words."""
    tx.execute(
        f"INSERT INTO evidence ({columns(EvidenceRow)}) VALUES ({marks(EvidenceRow)})",  # noqa: S608 - names of ours
        *row,
    )


def list_evidence(tx: Tx, case: CaseId) -> list[EvidenceRow]:
    """Return all copies of words in a case, in the order in which they came into it."""
    return tx.select(EvidenceRow, "FROM evidence WHERE of_case = ? ORDER BY place", case)


def insert_names(tx: Tx, case: CaseId, members: Iterable[MemberId]) -> None:
    """Write whom a report of a case names."""
    tx.execute_many(
        "INSERT INTO case_names (of_case, member) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(case, member) for member in members],
    )


def head_view(tx: Tx, row: CaseRow) -> CaseHead:
    """Return a case as it stands in a list."""
    count = "SELECT count(*) FROM case_reports WHERE of_case = ?"
    kind = tx.fetch_value("SELECT kind FROM sanctions WHERE of_case = ?", row.id)
    return view_of(
        CaseHead,
        row,
        state=CaseState(row.state),
        level=CaseLevel(row.level),
        ending=None if row.ending is None else CaseEnding(row.ending),
        opened_at=instant(row.opened_at),
        is_letter=bool(row.is_letter),
        reports=tx.fetch_value(count, row.id),
        of_commons=bool(row.of_commons),
        answer_by=optional_instant(row.answer_by),
        decide_by=optional_instant(row.decide_by),
        hold_until=optional_instant(row.hold_until),
        sanction=None if kind is None else SanctionKind(kind),
        ended_at=optional_instant(row.ended_at),
    )


def held_now(row: CaseRow) -> tuple[HoldOf, ...]:
    """Return what is held now."""
    return () if row.hold_until is None else tuple(map(HoldOf, row.held.split()))


def evidence_views(tx: Tx, rows: list[EvidenceRow]) -> tuple[Evidence, ...]:
    """Return copies with their words, in the order of writing."""
    rows = sorted(rows, key=lambda row: (row.written_at, row.place))
    words = texts.load_bodies(tx, [row.body_text for row in rows])
    return tuple(
        view_of(
            Evidence,
            row,
            at=instant(row.written_at),
            body=words.get(row.body_text or ""),
            is_context=bool(row.is_context),
        )
        for row in rows
    )


def entry_views(tx: Tx, rows: list[EntryRow]) -> tuple[CaseEntry, ...]:
    """Return entries with their words, in their order."""
    words = texts.load_bodies(tx, [row.said_text for row in rows])
    return tuple(
        view_of(
            CaseEntry,
            row,
            kind=EntryKind(row.kind),
            at=instant(row.at),
            by=row.by_member,
            office=None if row.office is None else Office(row.office),
            text=words.get(row.said_text or ""),
            of_commons=bool(row.of_commons),
            until=optional_instant(row.until),
            via=Way(row.via),
        )
        for row in rows
    )

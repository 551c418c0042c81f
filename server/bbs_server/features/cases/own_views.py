"""A case as the person sees it whom it is about (protocol 22.5)."""

from bbs import limits
from bbs.clock import instant, optional_instant
from bbs.features.cases import rules
from bbs.features.cases.views import (
    Appeal,
    CaseEnding,
    CaseState,
    EntryKind,
    OwnCase,
    Sanction,
)
from bbs.ids import MemberId
from bbs.powers import Way
from bbs.rows import view_of
from bbs_server.features.cases import appeal_records, records, sanction_records
from bbs_server.features.cases.records import CaseRow, EntryRow
from bbs_server.store import texts
from bbs_server.store.api import Tx

_ABOUT = (
    "FROM cases WHERE about = ?"
    " AND (asked_at IS NOT NULL OR held_at IS NOT NULL OR decided_at IS NOT NULL)"
    ' ORDER BY opened_at DESC, id COLLATE "binary" DESC'
)
_SAID = frozenset({EntryKind.ASKED.value, EntryKind.HELD.value})
_ANSWERED = frozenset({EntryKind.ANSWERED.value})


def own_case(tx: Tx, row: CaseRow) -> tuple[OwnCase, dict[str, str]]:
    """Return a case as its person sees it, with the ids of its texts by their paths in an event.

    They get the copies of their own words and none of the others', what was said to them, and what
    they said; no entry, and so no name.
    """
    copies = [
        each
        for each in records.list_evidence(tx, row.id)
        if not each.is_context and each.author == row.about
    ]
    copies.sort(key=lambda each: (each.written_at, each.place))
    copies = copies[-limits.OWN_COPIES_MAX :]
    entries = records.list_entries(tx, row.id)
    said = _first_text(entries, _SAID)
    answer = _first_text(entries, _ANSWERED)
    keys = {f"case.evidence.{n}.body": copy.body_text for n, copy in enumerate(copies)}
    keys |= {"case.said": said, "case.answer": answer}
    sanction, appeal = _decided(tx, row, keys)
    known = texts.load_bodies(tx, [said, answer])
    view = view_of(
        OwnCase,
        row,
        state=CaseState(row.state),
        ending=None if row.ending is None else CaseEnding(row.ending),
        of_commons=bool(row.of_commons),
        evidence=records.evidence_views(tx, copies),
        said=known.get(said or ""),
        asked_at=optional_instant(row.asked_at),
        answer_by=optional_instant(row.answer_by),
        answer=known.get(answer or ""),
        held=records.held_now(row),
        hold_until=optional_instant(row.hold_until),
        held_by_script=row.hold_until is not None and bool(row.held_by_script),
        sanction=sanction,
        appeal=appeal,
        copy_until=None if row.ended_at is None else instant(rules.evidence_end(row.ended_at)),
    )
    return view, {path: key for path, key in keys.items() if key is not None}


def _decided(
    tx: Tx, row: CaseRow, keys: dict[str, str | None]
) -> tuple[Sanction | None, Appeal | None]:
    """Return what was decided and the appeal against it; add the ids of their texts to `keys`."""
    sanction, view = sanction_records.find_sanction(tx, row.id), None
    if sanction is not None:
        # As stored: its end says when it is over, whoever tells of it.
        [view] = sanction_records.sanction_views(tx, [sanction], now=0)
        keys["case.sanction.reason"] = sanction.reason_text
    appeal = appeal_records.find_of_case(tx, row.id)
    if appeal is None:
        return view, None
    keys |= appeal_records.text_keys(appeal, "case.appeal")
    return view, appeal_records.appeal_view(tx, appeal, is_own=True)


def _first_text(entries: list[EntryRow], kinds: frozenset[str]) -> str | None:
    """Return the id of the first text that entries of these kinds say; a person's before a script's."""
    found = [each for each in entries if each.kind in kinds and each.said_text]
    found.sort(key=lambda each: each.via != Way.DEVICE.value)
    return found[0].said_text if found else None


def list_of_member(tx: Tx, member: MemberId) -> list[CaseRow]:
    """Return the cases about a member of which they were told, the latest first."""
    return tx.select(CaseRow, _ABOUT, member)

"""What scripts hand to a person: words they flag, and words they hold back for a day (protocol 27).

A script decides nothing: a flag is a report that says so, and words that are held back are published
again by time. What a person looked at, and who is in office, is left to people (P6).
"""

from bbs import limits
from bbs.case_refusals import ForScripts, LeftToPeople, WhyLeft
from bbs.clock import DAY_MS, HOUR_MS, instant, is_in_force
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.cases.flagging_messages import (
    FlagLine,
    FlagPost,
    HeldBack,
    HoldBackLine,
    HoldBackPost,
)
from bbs.features.cases.views import CaseState, CaseTold, EntryKind, HoldOf
from bbs.features.cases.wording import check_words
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.messages import Done
from bbs.powers import Office, Power, Way, office_for
from bbs.refusals import Conflict, LimitReached
from bbs_server.case_lookups import WordsCopied, WordsReported
from bbs_server.features.cases import changing, opening, records, reports
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.opening import Cited, Copy
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.store.api import Tx

_Flag = FlagPost | FlagLine
_HoldBack = HoldBackPost | HoldBackLine

_OFFICES = frozenset({Office.MODERATOR, Office.COMMONS_MODERATOR, Office.SYSOP})
_BY_SCRIPTS = "SELECT count(*) FROM case_entries WHERE by_member = ? AND via = 'script' AND kind = ? AND at > ?"
_FLAGGED_BY = "SELECT 1 FROM case_entries WHERE of_case = ? AND by_member = ? AND kind = 'reported'"
_LOOKED_AT = (
    "SELECT 1 FROM cases c JOIN evidence e ON e.of_case = c.id"
    " WHERE (e.post = ? OR e.line = ?) AND e.written_at = ? AND e.is_context = 0 AND"
    " (c.held <> '' OR c.decided_at IS NOT NULL OR c.ending IS NOT NULL OR c.state = 'moved') LIMIT 1"
)
_HELD_BEFORE = "SELECT 1 FROM held_wordings WHERE thing = ? AND written_at = ?"


def flag_post(tx: Tx, ctx: Context, command: FlagPost) -> Outcome[Done]:
    """Flag a post."""
    return _flag(tx, ctx, command, ThingKind.POST, command.post)


def flag_line(tx: Tx, ctx: Context, command: FlagLine) -> Outcome[Done]:
    """Flag a line of a lounge."""
    return _flag(tx, ctx, command, ThingKind.LINE, command.line)


def hold_back_post(tx: Tx, ctx: Context, command: HoldBackPost) -> Outcome[HeldBack]:
    """Hold back a post."""
    return _hold_back(tx, ctx, command, ThingKind.POST, command.post)


def hold_back_line(tx: Tx, ctx: Context, command: HoldBackLine) -> Outcome[HeldBack]:
    """Hold back a line of a lounge."""
    return _hold_back(tx, ctx, command, ThingKind.LINE, command.line)


def _found(
    tx: Tx, ctx: Context, command: _Flag | _HoldBack, kind: ThingKind, key: str
) -> WordsReported:
    """Return the words that a script is about, if it may be about them.

    Raises:
        ForScripts: If a person sends it.
        BadParams: If they stand in a letter, or there was no such clause.
        Conflict: If they are the owner's own, or hidden.
        LeftToPeople: If their author is in office there (P6).
    """
    if ctx.acting.way is not Way.SCRIPT:
        raise ForScripts
    if ctx.board.kind is BoardKind.LETTER:
        raise BadParams("post", "no script is about the words of a letter")
    check_words(command.words, field="words")
    found = ctx.readers.words_reported(
        tx, ctx, kind, key, command.norm, of_commons=command.of_commons
    )
    author = found.words.author
    if author == ctx.member:
        raise Conflict(what="these words are your own; withdraw them instead")
    if author is not None and _is_in_office(tx, ctx, found.words.board, author):
        raise LeftToPeople(why=WhyLeft.IN_OFFICE.value)
    return found


def _is_in_office(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> bool:
    """Return whether a member moderates a board or the commons now, or is the sysop."""
    return any(
        term.office in _OFFICES
        and term.board in (board, COMMONS)
        and is_in_force(ctx.now, term.since, term.until)
        for term in ctx.readers.offices_of(tx, member)
    )


def _case(
    tx: Tx, ctx: Context, command: _Flag | _HoldBack, found: WordsReported, key: str
) -> tuple[CaseRow, Cited, bool]:
    """Return the case of words, with a copy of them, the clause, and whether it is new."""
    words = found.words
    cited = Cited(command.norm, found.norms_version, command.of_commons)
    before = opening.case_to_join(tx, words, key)
    case = before or opening.open_case(tx, ctx, words.board, key, words.author, cited)
    opening.copy_words(tx, ctx, case, [*opening.context_of(found), Copy(words)])
    return case, cited, before is None


def _flag(tx: Tx, ctx: Context, command: _Flag, kind: ThingKind, key: str) -> Outcome[Done]:
    found = _found(tx, ctx, command, kind, key)
    before = opening.case_to_join(tx, found.words, key)
    if ctx.offices & _OFFICES:
        return _flag_in_office(tx, ctx, command, found, key, before)
    if before is not None and reports.find_of_case(tx, before.id, ctx.member) is not None:
        raise Conflict(what="these words were flagged or reported by you already")
    sent = reports.count_since(tx, ctx.member, ctx.now - DAY_MS, Way.SCRIPT)
    _check_many(sent, limits.REPORTS_PER_DAY_MAX, "flags of your scripts in a day")
    case, cited, opened = _case(tx, ctx, command, found, key)
    done = opening.store_report(
        *(tx, ctx, case, ctx.new_id(), found.words, cited, command.words),
        opened=opened,
    )
    return Outcome(Done(), done.effects)


def _check_many(count: int, limit: int, what: str) -> None:
    if count >= limit:
        raise LimitReached(what, limit)


def _flag_in_office(
    tx: Tx, ctx: Context, command: _Flag, found: WordsReported, key: str, before: CaseRow | None
) -> Outcome[Done]:
    """Flag words for the desk by a script of its own: nobody reported them, and it says whose it is."""
    flagged = EntryKind.REPORTED
    if before is not None and tx.fetch_one(_FLAGGED_BY, before.id, ctx.member) is not None:
        raise Conflict(what="a script of yours flagged these words already")
    sent = tx.fetch_value(_BY_SCRIPTS, ctx.member, flagged.value, ctx.now - DAY_MS)
    _check_many(sent, limits.FLAGS_PER_DAY_MAX, "flags of your scripts in a day")
    case, cited, opened = _case(tx, ctx, command, found, key)
    entry = changing.add(tx, ctx, case, _entry(ctx, flagged, cited, command.words))
    return Outcome(Done(), tuple(opening.tell(tx, ctx, case, entry, opened=opened)))


def _entry(ctx: Context, kind: EntryKind, cited: Cited, said: str | None) -> NewEntry:
    """Return an entry of a script of somebody in office."""
    return NewEntry(
        kind,
        by=ctx.member,
        office=office_for(Power.HOLD_BACK, ctx.offices),
        text=said,
        norm=cited.norm,
        of_commons=cited.of_commons,
        via=Way.SCRIPT,
    )


def _hold_back(
    tx: Tx, ctx: Context, command: _HoldBack, kind: ThingKind, key: str
) -> Outcome[HeldBack]:
    found = _found(tx, ctx, command, kind, key)
    _check_not_looked_at(tx, found.words, key)
    held = tx.fetch_value(_BY_SCRIPTS, ctx.member, EntryKind.HELD.value, ctx.now - DAY_MS)
    _check_many(held, limits.HELD_BACK_PER_DAY_MAX, "posts and lines held back in a day")
    case, cited, opened = _case(tx, ctx, command, found, key)
    if case.hold_until is not None:  # of another wording, which a person holds
        raise Conflict(what="this case has a hold", revision=case.revision)
    until, act = ctx.proven_now + limits.HELD_BACK_HOURS * HOUR_MS, ctx.new_id()
    tx.execute(
        "INSERT INTO held_wordings (thing, written_at) VALUES (?, ?)",
        *(key, found.words.written_at),
    )
    effects = ctx.readers.hold_words(tx, ctx, case.id, kind, key, until, act)
    if opened:
        effects += opening.tell(tx, ctx, case, None, opened=True)
        case = records.find_case(tx, case.id) or case  # it may begin at a higher level
    entry = _entry(ctx, EntryKind.HELD, cited, command.words)._replace(until=until)
    case, told = changing.change(
        *(tx, ctx, case, entry),
        held=HoldOf.WORDS.value,
        held_at=ctx.proven_now,
        hold_until=until,
        hold_act=act,
        held_by_script=1,
    )
    effects += [*told, *_tell_author(tx, ctx, case, entry.office)]
    changes = (
        Change(field="held", after=HoldOf.WORDS.value),
        Change(field="hold_until", after=f"{instant(until):%Y-%m-%d %H:%M}"),
    )
    did = Did(
        id=act,
        board=case.board,
        thing=Thing(kind=ThingKind.CASE, number=case.number),
        changes=changes,
        dated=frozenset({"hold_until"}),
    )
    return Outcome(HeldBack(until=instant(until)), tuple(effects), act=did)


def _check_not_looked_at(tx: Tx, words: WordsCopied, key: str) -> None:
    """Refuse to hold back a wording that a script held before, or that a person looked at.

    Raises:
        LeftToPeople: If it is such a one.
    """
    if tx.fetch_one(_HELD_BEFORE, key, words.written_at) is not None:
        raise LeftToPeople(why=WhyLeft.HELD_BEFORE.value)
    if tx.fetch_one(_LOOKED_AT, key, key, words.written_at) is not None:
        raise LeftToPeople(why=WhyLeft.LOOKED_AT.value)


def _tell_author(tx: Tx, ctx: Context, case: CaseRow, office: Office | None) -> list[Effect]:
    """Return the notice to the author: what is held back, by whose script, until when."""
    if case.about is None or case.hold_until is None:
        return []
    told = CaseTold(
        case=case.id, number=case.number, state=CaseState(case.state), held_back_by=office
    )
    notice = Told(member=case.about, board=case.board, case=told, until=case.hold_until)
    return list(ctx.readers.effects_of_notice(tx, ctx, NoticeKind.CASE, notice))

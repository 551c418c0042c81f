"""Deciding a case: the form, what the decision will do before it is made, and sending it (protocol 23)."""

from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import Case, CaseLevel, CaseState, SanctionKind
from bbs.features.norms.clause_text import clause_name, parse_clause_number
from bbs.ids import COMMONS, new_id
from bbs.plural import counted
from bbs.refusals import CommandWaits
from bbs.terminal.sanction_text import describe_ladder, describe_plan
from bbs_client.actions.case_forms import REASON as REASON_FIELD
from bbs_client.actions.case_forms import TEXT, Asked, fill_in, text_field
from bbs_client.actions.forms import FormError, FormField, WholeForm, send_form
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.clauses import Options, fetch_clauses
from bbs_client.session.session import Session

CLAUSE, HIDES, SANCTION, DAYS, MINUTES = "clause", "hides", "sanction", "days", "minutes"
REASON, WORD = "reason", "word"
NOTHING, COMMUNITY, REMOVE = "none", "community", "remove"
_WAIT_DAYS = limits.PERSON_WAIT_HOURS // 24


class DecideForm(WholeForm, frozen=True, kw_only=True):
    """By which clause, what is done, and why. Answers with the fields of the command.

    Attributes:
        days_max: For how many days the ladder allows a sanction now.
    """

    days_max: int

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields of a decision.

        Raises:
            FormError: If a field says nothing, or contradicts another one.
        """
        values = super().read(typed)
        clause = parse_clause_number(values.pop(CLAUSE, ""))
        if clause is None:
            raise FormError(CLAUSE, "norm: choose the norm that these words break.")
        sanction = values.pop(SANCTION, NOTHING)
        values[HIDES] = values.get(HIDES) == "yes"
        days, minutes = values.pop(DAYS, None), values.pop(MINUTES, None)
        if sanction == NOTHING and not values[HIDES]:
            raise FormError(
                SANCTION, "Nothing would be done: hide the words, choose a sanction, or let it be."
            )
        return {**values, **clause._asdict(), **self._measure(sanction, days, minutes)}

    def _measure(self, sanction: str, days: Any, minutes: Any) -> dict[str, Any]:
        if sanction == REMOVE:
            return {SANCTION: SanctionKind.REMOVE}
        if sanction == NOTHING:
            return {}
        kind = SanctionKind.SUSPEND if sanction == COMMUNITY else SanctionKind(sanction)
        found: dict[str, Any] = {SANCTION: kind}
        if kind is not SanctionKind.WORD:
            if days is None or days > self.days_max:
                says = f"days: the ladder allows {describe_ladder(self.days_max)} now."
                raise FormError(DAYS, says)
            found[DAYS] = days
        if kind is SanctionKind.SLOW:
            if minutes is None:
                raise FormError(MINUTES, "minutes: say in how many minutes they write once.")
            found["seconds"] = minutes * 60
        if sanction == COMMUNITY:
            found["of_community"] = True
        return found


class Moved(NamedTuple):
    """A decision that the server would take, before it is sent.

    Attributes:
        command: The decision.
        waits: Why and for whom it waits; None if it takes effect at once.
    """

    command: DecideCase | RemoveNewcomer
    waits: CommandWaits | None


async def decide(surface: Surface, case: Case) -> None:
    """Ask what is decided; say what will happen, and whether it waits; then send it.

    Raises:
        FolkmootError: What the server answered.
    """
    head, session = case.head, surface.session
    words = next((each for each in case.evidence if not each.is_context), None)
    at = words.at if words is not None else head.opened_at
    board = COMMONS if head.is_letter else head.board
    version = words.norms_version if words is not None and not head.is_letter else None
    options = await surface.wait(fetch_clauses(session, board, at, version))
    call = session.connection.call

    async def send(values: dict[str, Any]) -> Moved:
        command = _command(case, values)
        try:
            await call(replace(command, op=new_id(), dry_run=True))
        except CommandWaits as waits:
            return Moved(command, waits)
        return Moved(command, None)

    form = _form(session, case, options)
    while (moved := await send_form(surface, form, send)) is not None:
        question = Confirm(
            f"Decide case {head.number}?",
            describe_decision(session, case, moved),
            yes="decide" if moved.waits is None else "move it",
            destructive=True,
        )
        if not await surface.ask(question):
            continue  # to the form, with all that was typed
        try:
            _done(surface, await surface.wait(call(replace(moved.command, op=new_id()))))
        except CommandWaits:
            surface.notify("Moved: it waits for its second key. The desk sees it here.")
        return


def _done(surface: Surface, result: CaseResult) -> None:
    if result.case.head.state is CaseState.MOVED:
        surface.notify("Moved: it waits for its second key.")
    else:
        surface.notify("Decided; the person and its reporters are told.")


def describe_decision(session: Session, case: Case, moved: Moved) -> str:
    """Return what a decision will do, and whether it waits, for whom and until when, as sentences."""
    command, who = moved.command, _who(session, case)
    clause = clause_name(command.norm, of_commons=command.of_commons)
    if isinstance(command, RemoveNewcomer):
        says = (
            f"By {clause}: all that {who} wrote is hidden, and they are suspended for"
            f" {limits.REMOVED_DAYS} days; then account and words are erased. They can appeal until then,"
            " and take their words along. Their host is told."
        )
        return f"{says} {_when(session, moved)}"
    row = session.cache.board(case.head.board)
    where = board_title(row.board) if row is not None else "this board"
    if command.of_community or case.head.board == COMMONS:
        where = "this community"
    span = counted(command.days, "day") if command.days is not None else ""
    says = describe_plan(who, command.sanction, where, span, hides=command.hides, clause=clause)
    return f"{says} {_when(session, moved)}"


def _when(session: Session, moved: Moved) -> str:
    if moved.waits is None:
        return "It takes effect at once."
    return describe_second_key(moved.waits, session)


def describe_second_key(waits: CommandWaits, session: Session) -> str:
    """Return why a decision waits, for whom, and what happens if nobody agrees, as a sentence."""
    until, why = session.times.near(waits.until), safe_line(" and ".join(waits.why))
    if waits.way == "delay":
        return (
            f"It does not take effect at once, because {why}: nobody is there for the second key, so it"
            f" waits until {until} ({_WAIT_DAYS} days). The person alone is told; nobody can object."
        )
    return (
        f"It waits for a second key, because {why}: another holder of your office here, a moderator of"
        f" the commons, or else the sysop agrees by {until}; else nothing is done."
    )


def _command(case: Case, values: dict[str, Any]) -> DecideCase | RemoveNewcomer:
    if values.get(SANCTION) is SanctionKind.REMOVE:
        kept = {name: values[name] for name in ("norm", "of_commons", REASON)}
        return RemoveNewcomer(case=case.head.id, op=new_id(), **kept)
    return DecideCase(case=case.head.id, op=new_id(), **values)


def _is_newcomer(session: Session, case: Case) -> bool:
    """Return whether the person joined so lately that "never was a member" may be decided."""
    member = session.members.get(case.head.about or "")
    joined = member.joined_at if member is not None else None
    return joined is not None and (session.now() - joined).days < limits.REMOVAL_DAYS_FROM_JOINING


def _form(session: Session, case: Case, options: Options) -> DecideForm:
    head, who = case.head, _who(session, case)
    by = f"commons {head.norm}" if head.of_commons and head.board != COMMONS else str(head.norm)
    now = by if any(value == by for value, _ in options) else ""
    fields = [
        FormField(name=CLAUSE, label="by which norm", help="In the version in force when it was written.",
                  now=now, options=options, is_required=True),
        FormField(name=HIDES, label="the words", help="Whether all but author and desk stop reading them.",
                  now="no", options=(("no", "they stay"), ("yes", "they are hidden by this norm"))),
    ]  # fmt: skip
    if head.is_letter:
        del fields[1]  # nobody but the people in it reads them
    if head.about is not None:
        fields += [*_sanctions(session, case), *_lengths(case)]
    fields += [
        FormField(name=REASON, label="reason", is_required=True, chars_max=limits.REASON_CHARS_MAX,
                  help="Why: the person reads it, and the log of the board shows it. Quote nothing."),
        FormField(name=WORD, label="to the reporters", chars_max=limits.CASE_TEXT_CHARS_MAX, may_be_empty=True,
                  help="What they are told; may be empty."),
    ]  # fmt: skip
    about = (
        f"Against {who}, the ladder allows now: {describe_ladder(case.days_max)}. You see before you"
        " send it what will happen, and whether it waits for a second key.",
    )
    return DecideForm(
        f"Decide case {head.number}",
        tuple(fields),
        yes="go on",
        about=about,
        days_max=case.days_max,
    )


def _sanctions(session: Session, case: Case) -> list[FormField]:
    head = case.head
    options = [(NOTHING, "nothing is done to the person")]
    if case.days_max > 0:
        options += [
            (SanctionKind.WORD.value, "it is said to them, and noted for a year"),
            (SanctionKind.SLOW.value, "they write once in so many minutes"),
            (SanctionKind.SILENCE.value, "they read here, and do not write"),
        ]
        if head.board == COMMONS or head.level is not CaseLevel.BOARD:
            options.append((COMMUNITY, "suspended from the community: the doors stay open"))
        if head.board != COMMONS:
            options.append(
                (
                    SanctionKind.SUSPEND.value,
                    "suspended from this board: they do not read it, either",
                )
            )
    if (head.level is not CaseLevel.BOARD or head.board == COMMONS) and _is_newcomer(session, case):
        options.append((REMOVE, "never was a member: all they wrote is hidden, then erased"))
    return [FormField(name=SANCTION, label="to the person", help="It always ends.", now=NOTHING,
                      options=tuple(options))]  # fmt: skip


def _lengths(case: Case) -> list[FormField]:
    if case.days_max <= 0:
        return []
    one_key = limits.LADDER_DAYS[0]
    first = min(case.days_max, one_key)
    keys = f" Above {one_key} it takes two keys." if case.days_max > one_key else ""
    return [
        FormField(name=DAYS, label="days", now=str(min(3, first)), least=1, most=case.days_max,
                  help=f"For how many days: 1 to {case.days_max}.{keys}"),
        FormField(name=MINUTES, label="minutes", now="60", least=1, most=limits.SLOW_SECONDS_MAX // 60,
                  help="Of slow writing: once in so many minutes."),
    ]  # fmt: skip


def _who(session: Session, case: Case) -> str:
    member = session.members.get(case.head.about or "")
    return safe_line(member.handle, "the person") if member is not None else "the person"


async def let_be(surface: Surface, case: Case) -> None:
    """Close a case without doing anything. Raises as `fill_in`."""
    head, session = case.head, surface.session
    about = ("Nothing is done, and the case is closed. The log shows that, without a name.",)
    field = text_field("to the reporters", "What they are told; may be empty.", required=False)
    form = WholeForm(f"Let case {head.number} be", (field,), True, yes="let be", about=about)

    def send(values: dict[str, Any]) -> Awaitable[CaseResult]:
        return session.connection.call(LetBe(case=head.id, word=values.get(TEXT), op=new_id()))

    await fill_in(surface, Asked(form, send, "Closed; its reporters are told."))


async def lift(surface: Surface, case: Case) -> None:
    """Lift the sanction of a case now. Raises as `fill_in`."""
    head, session = case.head, surface.session
    about = ("It ends now, and counts nowhere from then on. Words that were hidden stay hidden.",)
    form = WholeForm(
        f"Lift the sanction, case {head.number}", (REASON_FIELD,), yes="lift", about=about
    )

    def send(values: dict[str, Any]) -> Awaitable[CaseResult]:
        return session.connection.call(
            LiftSanction(case=head.id, reason=values["reason"], op=new_id())
        )

    await fill_in(surface, Asked(form, send, "Lifted; the person is told."))

"""Reporting words to those who handle cases where they stand, and what became of it (protocol 22.1)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bbs import limits
from bbs.errors import Disconnected
from bbs.features.boards.kinds import BoardKind
from bbs.features.cases.reporting_messages import (
    ListOwnReports,
    OwnReportResult,
    ReportLine,
    ReportPost,
)
from bbs.features.cases.views import OwnReport
from bbs.features.members.messages import Handle
from bbs.features.norms.clause_text import clause_name, parse_clause_number
from bbs.features.threads.views import ContentState, Line, Post
from bbs.ids import COMMONS, new_id
from bbs.plural import counted
from bbs.terminal.case_text import describe_report
from bbs_client.actions import blocks
from bbs_client.actions.forms import FormError, FormField, WholeForm, send_form
from bbs_client.actions.letter_here import letter_here
from bbs_client.actions.sheets import ListingQuestion
from bbs_client.actions.surface import Surface
from bbs_client.safe_text import board_title, handle_of, safe_line
from bbs_client.session.clauses import Options, fetch_clauses
from bbs_client.session.session import Session
from bbs_client.session.sheets import Listing, ListingItem

CLAUSE, WORDS, NAMES, AS = "clause", "words", "names", "as"
DESK, MEMBER = "desk", "member"
BEGIN_CHARS = 60  # of the words that are reported, so that their reporter sees which they are
_OWN = "These words are your own: {} takes them back."
_REPORTS_ABOUT = (
    "What became of your reports. You alone see this; nobody learns from us who reported."
)


class ReportForm(WholeForm, frozen=True):
    """By which clause, and in which words. Answers with the fields of the command."""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return what was typed.

        Raises:
            FormError: If no clause was chosen, or a handle cannot be one.
        """
        values = super().read(typed)
        clause = parse_clause_number(values.pop(CLAUSE, ""))
        if clause is None:
            raise FormError(CLAUSE, "norm: choose the norm that these words break.")
        if NAMES in values:
            values[NAMES] = handles_in(values[NAMES])
        if AS in values:
            values["of_office"] = values.pop(AS) == DESK
        return values | clause._asdict()


def handles_in(text: str) -> tuple[Handle, ...]:
    """Return the handles that are typed, with or without their sign, in their order."""
    words = (word.strip(",").removeprefix("@").lower() for word in text.split())
    return tuple(dict.fromkeys(filter(None, words)))


async def report(surface: Surface, _: str) -> None:
    """Report the post or line that is here; in a letter, posts that the reader chooses.

    Raises:
        FolkmootError: What the server answered.
    """
    if letter_here(surface) is not None:
        await blocks.report(surface, "")
        return
    said = surface.line_here() if surface.in_lounge else surface.post_here()
    if said is None:
        surface.notify("Go to the words that you want to report first.")
        return
    session = surface.session
    if session.is_mine(said):
        surface.notify(_OWN.format(surface.key_of("withdraw")))
    elif said.state is not ContentState.PUBLISHED or said.body is None:
        surface.notify("These words cannot be read any more, so nobody has to act on them.")
    else:
        await _report(surface, said)


async def _report(surface: Surface, said: Post | Line) -> None:
    session, call = surface.session, surface.session.connection.call
    left = (await surface.wait(call(ListOwnReports()))).left_today
    if left <= 0:
        most = counted(limits.REPORTS_PER_DAY_MAX, "report")
        surface.notify(f"You sent {most} today, which is the most. You can report again tomorrow.")
        return
    norms = said.norms_board or said.board if isinstance(said, Post) else said.board
    version = said.norms_version if isinstance(said, Post) else None
    options = await surface.wait(fetch_clauses(session, norms, said.at, version))
    form = _form(session, said, options, left, surface.key_of("reports"))
    key = f"report:{said.id}"
    draft = session.drafts.load(key)
    if draft is not None:
        form.typed.update(
            {field.name: draft.meta.get(field.name, field.now) for field in form.fields}
        )
        form.typed[WORDS] = draft.text

    async def send(values: dict[str, Any]) -> OwnReportResult:
        command: ReportPost | ReportLine
        if isinstance(said, Post):
            command = ReportPost(post=said.id, report=new_id(), op=new_id(), **values)
        else:
            command = ReportLine(line=said.id, report=new_id(), op=new_id(), **values)
        return await call(command)

    done = await send_form(surface, form, send)
    if done is not None:
        session.drafts.clear(key)
        surface.notify(f"Reported. {surface.key_of('reports')} shows what becomes of it.")
    elif any(form.typed.values()):
        meta = {name: text for name, text in form.typed.items() if name != WORDS}
        session.drafts.save(key, form.typed.get(WORDS, ""), meta)


def _form(
    session: Session, said: Post | Line, options: Options, left: int, shows: str
) -> ReportForm:
    what = "post" if isinstance(said, Post) else "line"
    row = session.cache.board(said.board)
    moderates = row is not None and row.moderates
    fields = [
        FormField(
            name=CLAUSE,
            label="which norm",
            help="Those in force when it was written.",
            options=options,
            is_required=True,
        ),
        FormField(
            name=WORDS,
            label="in your words",
            help="What the moderators should know; may be empty.",
            chars_max=limits.CASE_TEXT_CHARS_MAX,
            is_paragraph=True,
            may_be_empty=True,
        ),
        FormField(
            name=NAMES,
            label="whom it concerns",
            help="Members besides the author, by handle. It only keeps them from handling the case.",
            choices=tuple(sorted(filter(None, (each.handle for each in session.members.values())))),
            is_of_words=True,
            may_be_empty=True,
        ),
    ]
    if moderates:
        fields.insert(0, _AS)
    about = (
        f"{who_reads(session, said.board)} The author is not told who reported.",
        f"The {what}: {session.address(said)}, by {handle_of(said.author, session.members)}:"
        f" “{safe_line(_begin(said.body or ''))}”",
        f"{shows} shows what was decided, and why. {_left(left)} today.",
    )
    return ReportForm(f"Report a {what}", tuple(fields), yes="send", about=about, keeps=True)


_AS = FormField(
    name=AS,
    label="as",
    help="You moderate here.",
    now=DESK,
    options=(
        (DESK, "open the case for the desk, and take it on"),
        (MEMBER, "report it as a member: you are party to it, and do not handle it"),
    ),
)


def who_reads(session: Session, board: str) -> str:
    """Return who reads a report of words on a board, by their names, as a sentence."""
    row = session.cache.board(board)
    where = board_title(row.board) if row is not None else "this board"
    if board == COMMONS or (row is not None and row.board.kind is BoardKind.LETTER):
        where = "the commons"
    office = [seat for seat in session.cache.seats(board) if seat.moderator]
    names = [
        session.members[seat.member].handle for seat in office if seat.member in session.members
    ]
    if not names:
        return f"This goes to those who moderate {where}, or else the commons, and to nobody else."
    named = safe_line(", ".join(sorted(filter(None, names))))
    return f"This goes to the moderators of {where}, and to nobody else: {named}."


def _begin(words: str) -> str:
    return words if len(words) <= BEGIN_CHARS else f"{words[:BEGIN_CHARS].rstrip()}…"


def _left(left: int) -> str:
    return f"You can send {counted(left, 'report')}"


async def reports(surface: Surface, _: str) -> None:
    """Show what became of the reader's reports, the latest first."""
    session = surface.session
    try:
        listing = await surface.wait(_list_reports(session))
    except Disconnected:
        surface.notify("You are offline; what became of your reports is with the server alone.")
        return
    await surface.ask(ListingQuestion(listing, again=partial(_list_reports, session)))


async def _list_reports(session: Session) -> Listing:
    listed = await session.connection.call(ListOwnReports())
    items = tuple(_item(session, each) for each in listed.reports)
    about = f"{_REPORTS_ABOUT} {_left(listed.left_today)} today."
    return Listing(name="My reports", about=about, items=items, empty="You have reported nothing.")


def _item(session: Session, report: OwnReport) -> ListingItem:
    what = "a post" if report.post is not None else "a line"
    if report.post is not None and (post := session.cache.post(report.post)) is not None:
        what = session.address(post) or what
    clause = clause_name(report.norm, of_commons=report.of_commons)
    below = [describe_report(report)]
    if report.words:
        below.append(f"You wrote: “{safe_line(report.words)}”")
    if report.until is not None:
        below.append(f"Forgotten on {session.times.day(report.until)}.")
    heading = f"{what} on {session.slug(report.board)}, by {clause}"
    return ListingItem(report.id, heading, session.times.short(report.at), tuple(below))

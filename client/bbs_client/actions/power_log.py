"""The log of power on a board with what narrows it, who is restricted, and numbers (P7, P8)."""

from collections.abc import Mapping

from msgspec import Struct

from bbs import limits
from bbs.clock import Instant
from bbs.errors import FolkmootError
from bbs.features.members.author_text import member_name
from bbs.features.members.views import Author
from bbs.features.moderation.messages import Act, GetLog, ThingKind
from bbs.features.moderation.numbers_messages import GetNumbers, NumbersResult
from bbs.features.moderation.standing_messages import (
    ListRestricted,
    RestrictedList,
    RestrictedMember,
)
from bbs.refusals import SeatNeeded
from bbs.terminal.log_filter import LogFilter, parse_log_filter
from bbs_client.actions.sheets import SheetQuestion
from bbs_client.actions.surface import Question, Surface
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, Sheet, SheetRow


class LoggedAct(Struct, frozen=True):
    """A use of power, in words; cleaned.

    Attributes:
        at: When it was used.
        author: Who used it.
        deed: Who did what, and what it changed.
        ground: By which clause, and why; empty if neither was given.
        told: All of it, in a line.
        id: The act's id.
        facts: What changed, and how it was done: labels and what they say.
        narrows: What narrows the log to the acts behind it, of a batch; empty for other acts.
    """

    at: Instant
    author: Author
    deed: str
    ground: str
    told: str
    id: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    narrows: str = ""


class LogQuestion(Question[str], frozen=True):
    """Shows the uses of power on a board, with their reasons (P8); asks what else to narrow it by.

    Attributes:
        id: The board.
        board: The board's name in addresses; cleaned.
        acts: The acts, oldest first.
        older: Whether there are earlier acts.
        narrowed: What it is narrowed by, as it was typed; empty for nothing.
        notes: Sentences on what was typed; cleaned.
    """

    id: str
    board: str
    acts: tuple[LoggedAct, ...]
    older: bool
    narrowed: str = ""
    notes: tuple[str, ...] = ()


async def log(surface: Surface, _: str) -> None:
    """Show the uses of power on the board here (P8), as narrow as the reader wants them.

    Raises:
        FolkmootError: What the server answered; only the server has them.
    """
    board, session = surface.board_here().board, surface.session
    restricted = await surface.wait(_restricted(session, board.id))
    typed: str | None = ""
    while typed is not None:
        wanted = parse_log_filter(typed)
        notes = [*wanted.notes]
        page = None
        if (query := _query(session, board.id, wanted)) is not None:
            page = await surface.wait(session.connection.call(query))
        else:
            notes.append(f"There is no member @{wanted.by}.")
        acts = _told(session, page.acts[::-1] if page else (), restricted)
        typed = await surface.ask(
            LogQuestion(
                board.id,
                board.label,
                tuple(act for act in acts if wanted.matches(act.told)),
                page is not None and page.next_before is not None,
                typed,
                tuple(map(safe_line, notes)),
            )
        )


def _query(session: Session, board: str, wanted: LogFilter) -> GetLog | None:
    """Return the query for what is wanted; None if it is of somebody who is no member."""
    by = None
    if wanted.by is not None:
        found = (each.id for each in session.members.values() if each.handle == wanted.by)
        if (by := next(found, None)) is None:
            return None
    return GetLog(board=board, limit=limits.PAGE_ITEMS_MAX, by=by, **wanted.query)


async def _restricted(session: Session, board: str) -> Mapping[str, RestrictedMember]:
    """Return who is restricted there by which act, as far as the reader is told."""
    try:
        found = await session.connection.call(ListRestricted(board=board))
    except FolkmootError:
        return {}  # without a seat there nobody is named; what else is wrong the log itself says
    return {each.restriction.act or "": each for each in found.members}


def _told(
    session: Session, acts: tuple[Act, ...], restricted: Mapping[str, RestrictedMember]
) -> list[LoggedAct]:
    from bbs.terminal import act_text

    names = (dict(session.members), session.slug)
    return [
        LoggedAct(
            at=act.at,
            author=act.author,
            deed=act_text.describe_deed(act, *names),
            ground=" ".join(
                filter(
                    None, [act_text.describe_ground(act, *names), _whom(session, act, restricted)]
                )
            ),
            told=act_text.describe_act(act, *names),
            id=act.id,
            facts=_facts(session, act, restricted),
            narrows=_behind(act),
        )
        for act in act_text.without_repeats(acts)
    ]


def _behind(act: Act) -> str:
    is_batch = act.thing.kind is ThingKind.BATCH and act.thing.id is not None
    return f"batch:{act.thing.id}" if is_batch else ""


def _whom(session: Session, act: Act, restricted: Mapping[str, RestrictedMember]) -> str:
    """Return whom an act restricts while it does, to who may know; empty for nobody."""
    if (found := restricted.get(act.id)) is None:
        return ""
    until = found.restriction.until
    end = "" if until is None else f" until {session.times.moment(until)}"
    return f"It is about {safe_line(member_name(found.member, session.members))}{end}."


def _facts(
    session: Session, act: Act, restricted: Mapping[str, RestrictedMember]
) -> tuple[tuple[str, str], ...]:
    """Return what an act changed, each change in a row, and how it was done; cleaned."""
    from bbs.terminal import act_text

    cited = act_text.describe_cited(act, session.slug)
    version = f", version {act.norms_version}" if cited and act.norms_version else ""
    rows = [
        ("when", session.times.moment(act.at)),
        ("what", act_text.describe_thing(act, session.slug)),
        *(("changed", act_text.describe_change(change)) for change in act.changes),
        ("by", f"{cited}{version}" if cited else ""),
        ("office", act.office.replace("_", " ")),
        ("power", (act.power or "").replace("_", " ")),
        ("way", {"script": "a script", "machine": "the server's machine"}.get(act.way or "", "")),
        ("reason", act.reason or ""),
        ("about", _whom(session, act, restricted)),
        ("act", act.id),
    ]
    return tuple((label, safe_line(said)) for label, said in rows if said)


async def numbers(surface: Surface, _: str) -> None:
    """Show who is restricted on the board here, and the numbers of its moderation, if one sits there.

    Raises:
        FolkmootError: What the server answered.
    """
    board, session = surface.board_here().board, surface.session
    try:
        found = await surface.wait(session.connection.call(GetNumbers(board=board.id)))
        restricted = await surface.wait(session.connection.call(ListRestricted(board=board.id)))
    except SeatNeeded:
        surface.notify("Only who has a seat on this board is told its numbers.")
        return
    await surface.ask(SheetQuestion(_sheet(session, board.id, found, restricted)))


def _sheet(session: Session, board: str, found: NumbersResult, restricted: RestrictedList) -> Sheet:
    from bbs.terminal import numbers_text, standing_text

    times = session.times
    rows = [SheetRow("Restricted now", "strong")]
    for each in restricted.members:
        limit = each.restriction
        clause = f", by norm {limit.norm}" if limit.norm is not None else ""
        end = standing_text.describe_end(limit.until, times.moment)
        who = safe_line(member_name(each.member, session.members))
        rows.append(
            SheetRow(f"{standing_text.describe_kind(limit)}{clause}, {end}", lead=f"{who}  ")
        )
    for common in restricted.everybody:
        end = standing_text.describe_end(common.until, times.moment)
        said = safe_line(f"{standing_text.describe_kind(common)}, {end}")
        rows.append(SheetRow(said, lead="everybody  "))
    if len(rows) == 1:
        rows.append(SheetRow("Nobody.", "dim"))
    rows += [BLANK, SheetRow(f"Numbers, {numbers_text.months_text(found)}", "strong")]
    if found.numbers is None:
        rows.append(SheetRow(numbers_text.why_no_numbers(), "dim"))
    else:
        told = numbers_text.number_rows(found.numbers)
        room = max(len(label) for label, _ in told) + 2
        rows += [SheetRow(said, lead=f"{label:<{room}}") for label, said in told]
    return Sheet(
        name="Numbers",
        board=board,
        fact="seat holders alone",
        rows=tuple(rows),
        closing="Whole months, and nothing for each person.",
    )

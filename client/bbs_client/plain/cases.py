"""Pages of cases in lines: what they say, and what the reader can do."""

from bbs.plural import counted
from bbs_client.actions.sheets import RollQuestion
from bbs_client.plain.lines import Lines, choose
from bbs_client.session.sheets import Listing, Sheet, SheetRow

_DRAWN = str.maketrans("", "", "├╰│")
_QUOTED = "▎"
_MORE, _AGAIN = "more", "again"
ITEMS_TOLD = 20  # of a roll at once: a screenful, also read aloud


async def ask_of_sheet(lines: Lines, sheet: Sheet) -> str | None:
    """Print a sheet, and ask what to do; return a word of it, or None."""
    _tell_sheet(lines, sheet)
    if not sheet.words:
        return None
    ways = {word.word: word.says or f"{word.label.capitalize()}." for word in sheet.words}
    answer: str | None = await choose(lines, ways)
    for word in sheet.words:
        if word.word == answer and word.not_yet:
            lines.tell(word.not_yet)
            return None
    return answer


def _tell_sheet(lines: Lines, sheet: Sheet) -> None:
    fact = f", {sheet.fact}" if sheet.fact else ""
    lines.tell(f"{sheet.name}{fact}.")
    lines.tell(*_without_gaps([_line(row) for row in sheet.rows]))
    lines.tell(*([sheet.closing] if sheet.closing else []))


async def ask_of_listing(lines: Lines, listing: Listing) -> str | None:
    """Print a list, and ask which item to open, if they lead anywhere."""
    lines.tell(listing.about)
    if not listing.items:
        lines.tell(listing.empty)
        return None
    if not listing.leads:
        for item in listing.items:
            lines.tell(f"{item.heading}, {item.when}", *(f"  {below}" for below in item.below))
        return None
    says = {
        item.id: "\n   ".join((", ".join(filter(None, (item.heading, item.when))), *item.below))
        for item in listing.items
    }
    answer: str | None = await choose(lines, says)
    return answer


async def ask_of_roll(lines: Lines, question: RollQuestion) -> str | None:
    """Print a roll with its first items, and ask what to do; more of them, or how far it is, if wanted."""
    roll = question.roll
    _tell_sheet(lines, roll.sheet)
    lines.tell(f"{roll.heading}:")
    told = 0
    while True:
        for item in roll.items[told : told + ITEMS_TOLD]:
            fact = f" ({item.fact})" if item.fact else ""
            lines.tell(f"{item.id}. {item.text}{fact}", *(f"   {below}" for below in item.below))
        told = min(told + ITEMS_TOLD, len(roll.items))
        ways = {word.word: word.says or f"{word.label.capitalize()}." for word in roll.sheet.words}
        if (left := len(roll.items) - told) > 0:
            ways[_MORE] = f"Go on: {counted(left, 'item')} more."
        if question.again is not None and roll.is_live:
            ways[_AGAIN] = "See how far it is."
        answer: str | None = await choose(lines, ways) if ways else None
        if answer == _AGAIN and question.again is not None:
            roll, told = await question.again(), 0
            _tell_sheet(lines, roll.sheet)
        elif answer != _MORE:
            return answer


def _line(row: SheetRow) -> str:
    """Return a row without its drawing: quoted words behind >, what happened behind its time."""
    lead = row.lead.translate(_DRAWN).replace(_QUOTED, ">")
    return f"{lead.lstrip() if lead != row.lead else lead}{row.text}"


def _without_gaps(shown: list[str]) -> list[str]:
    """Return lines without one empty line after another, and none at the end."""
    kept = [line for at, line in enumerate(shown) if line or (at and shown[at - 1])]
    while kept and not kept[-1]:
        kept.pop()
    return kept

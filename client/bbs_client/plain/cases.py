"""Pages of cases in lines: what they say, and what the reader can do."""

from bbs_client.plain.lines import Lines, choose
from bbs_client.session.sheets import Listing, Sheet, SheetRow

_DRAWN = str.maketrans("", "", "├╰│")
_QUOTED = "▎"


async def ask_of_sheet(lines: Lines, sheet: Sheet) -> str | None:
    """Print a sheet, and ask what to do; return a word of it, or None."""
    fact = f", {sheet.fact}" if sheet.fact else ""
    lines.tell(f"{sheet.name}{fact}.")
    lines.tell(*_without_gaps([_line(row) for row in sheet.rows]))
    lines.tell(*([sheet.closing] if sheet.closing else []))
    if not sheet.words:
        return None
    ways = {word.word: word.says or f"{word.label.capitalize()}." for word in sheet.words}
    answer: str | None = await choose(lines, ways)
    for word in sheet.words:
        if word.word == answer and word.not_yet:
            lines.tell(word.not_yet)
            return None
    return answer


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
        item.id: "\n   ".join((f"{item.heading}, {item.when}", *item.below))
        for item in listing.items
    }
    answer: str | None = await choose(lines, says)
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

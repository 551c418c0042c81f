"""Seats, norms and the log in lines."""

from bbs.errors import Disconnected
from bbs.features.norms.messages import Norms
from bbs.terminal import norms_text
from bbs.terminal.log_filter import HINT
from bbs.terminal.output import local_time
from bbs_client.actions.power_log import LogQuestion
from bbs_client.actions.seats import SeatRow, SeatsQuestion, SeatWord
from bbs_client.mirror.file import BoardRow
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines, choose
from bbs_client.session.consent import fetch_norms


async def ask_seats(
    lines: Lines, question: SeatsQuestion
) -> tuple[SeatRow | None, SeatWord] | None:
    """Tell who has a seat, and ask what to do with whose; return None for nothing."""
    lines.tell(f"{question.heading}.", *(f"{row.name}: {row.state}" for row in question.rows))
    open_to = {row.name: row for row in question.rows if row.words}
    by_word = {word.value.partition(" ")[0]: word for word in question.words}
    if not open_to and not by_word:
        return None
    ways = "".join(f", {first} to {word.value}" for first, word in by_word.items())
    name = (await lines.ask(f"Change whose seat? (a handle{ways}, Enter for nobody's)")) or ""
    if (name := name.strip()) in by_word:
        return None, by_word[name]
    row = open_to.get(name) or open_to.get(f"@{name}")
    if row is None:
        lines.tell(f"{name} has no seat here that you can change." if name else _NOTHING)
        return None
    word = await choose(lines, {word: f"{word.value.capitalize()}." for word in row.words})
    return None if word is None else (row, word)


_NOTHING = "Nothing was changed."


async def tell_norms(here: Here, row: BoardRow, *, changed: bool = False) -> Norms:
    """Print the norms in force of a board, and return them; ask the server if newer ones exist.

    Args:
        here: The reader's place.
        row: The board.
        changed: Whether to print first the differences from the version before.

    Raises:
        Disconnected: If the norms are not here, and the server cannot be asked.
    """
    shown, lines = await fetch_norms(here.session, row), here.lines
    norms, before = shown.norms, shown.before
    if norms is None:
        raise Disconnected(shown.trouble)
    if changed and before is not None:
        lines.tell(f"What changed since version {before.version}:")
        lines.tell(*norms_text.diff_lines(before.clauses, norms.clauses, lines.width), "")
    lines.tell(f"Norms of {row.board.label}, {norms_text.version_line(norms)}")
    lines.tell(*norms_text.norms_lines(norms, lines.width, shown.cited))
    return norms


async def tell_log(here: Here, log: LogQuestion) -> str | None:
    """Print who used power on a board, oldest first (P8); ask what to narrow it by."""
    lines = here.lines
    if log.older:
        lines.tell(f"Older: bbs log {log.board}")
    for act in log.acts:
        lines.tell(f"{local_time(act.at)}  {act.told}")
        if act.narrows:
            lines.tell(f"   its acts: {act.narrows}")
    if not log.acts:
        nothing = "Nobody has used any power here yet."
        lines.tell("No act is like that." if log.narrowed else nothing)
    lines.tell(*log.notes)
    if not log.acts and not log.narrowed:
        return None
    return (await lines.ask(f"Narrow it? ({HINT}; Enter for no)") or "").strip() or None

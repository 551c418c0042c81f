"""The rows of a lounge: dividers, who is here, and lines behind the bar of their speaker.

Time, speaker and bar have columns of their own that no words can reach, so none can forge a speaker
(P13).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.content import Content

from bbs_client.hues import member_hue
from bbs_client.keys import key_of
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.session.standing import describe_way
from bbs_client.session.state import SIGNED_OUT
from bbs_client.widgets.grid import LIST_COLUMNS_MAX, NARROW_BELOW_COLUMNS
from bbs_client.widgets.rows import Row, frame

TIME_COLUMNS = 5
SPEAKER_COLUMNS = 12
SPEAKER_COLUMNS_NARROW = 8
FRAME_COLUMNS = 2  # the gutter and the scrollbar, which are not part of a row
BAR_COLUMNS = 3
TEXT_GAP_COLUMNS = 2  # kept free before the scrollbar
BAR, OWN_BAR, MARKED_BAR = "│", "┃", "▸"


class Speaking(NamedTuple):
    """How the rows of a line begin.

    Attributes:
        clock: Its time, or a sign; empty where it stands above.
        name: The speaker's name; empty where it stands above.
        role: The role of the name.
        bar: The bar of all its rows.
        bar_role: The role of the bar.
        copied: What a selection says in the place of time and name.
    """

    clock: str
    name: str
    role: str
    bar: str
    bar_role: str
    copied: str
    clock_role: str = "dim"


def speaker_columns(width: int) -> int:
    """Return the columns of the speakers' names."""
    return (
        SPEAKER_COLUMNS if width + FRAME_COLUMNS >= NARROW_BELOW_COLUMNS else SPEAKER_COLUMNS_NARROW
    )


def room_for(width: int) -> int:
    """Return the columns of what is said."""
    before = TIME_COLUMNS + 1 + speaker_columns(width) + BAR_COLUMNS
    return max(8, min(width, LIST_COLUMNS_MAX) - before - TEXT_GAP_COLUMNS)


def spoken(speaking: Speaking, rows: Sequence[Row], width: int) -> list[Row]:
    """Return the rows of a line behind its time, its speaker and its bar."""
    room = speaker_columns(width)
    who = Content(speaking.name).truncate(room, ellipsis=True)
    bar = (f" {speaking.bar} ", speaking.bar_role)
    head = Content.assemble(
        (f"{speaking.clock:<{TIME_COLUMNS}} ", speaking.clock_role),
        " " * (room - who.cell_length),
        (who.plain, speaking.role),
        bar,
    )
    blank = Content.assemble(" " * (TIME_COLUMNS + 1 + room), bar)
    found = [row.behind(blank if place else head) for place, row in enumerate(rows)]
    return [found[0]._replace(said=speaking.copied), *found[1:]]


def quiet_row(text: str) -> Row:
    """Return a row of ours between lines."""
    return frame(Content.styled(text, "dim"), is_line=False)


def writing_row(session: Session, board: str, width: int, *, is_open: bool) -> Content:
    """Return what stands below a lounge, where the reader writes: a rule, and how to begin.

    Args:
        board: Its id.
        width: The columns of both.
        is_open: Whether the reader is writing there already, below the rule.
    """
    rule = Content.styled("─" * min(width, LIST_COLUMNS_MAX), "$role-rule")
    if is_open:
        return rule
    row = session.cache.board(board)
    says = SIGNED_OUT if session.signed_out else ""
    if row is not None and not says:
        says = describe_way(session, row, key_of("seat"))
    if not says:
        says = f"{key_of('reply')} to write; {key_of('send_line')} sends, {key_of('newline')} begins a new line"
    invites = Content.assemble(("› ", "$role-mark"), (says, "$quiet"))
    return Content("\n").join((rule, invites.truncate(width, ellipsis=True)))


def here_row(session: Session, board: str, width: int) -> Content:
    """Return who of a board is here and chose to be seen, by name; empty for nobody (P11).

    Args:
        board: Its id. Members without a seat there are left out.
        width: The columns of the row; who does not fit is counted.
    """
    here, me = session.cache.here, session.me
    seated = {seat.member for seat in session.cache.seats(board)} & here
    names = sorted(
        (safe_line(member.handle, "?"), member.id)
        for id, member in session.members.items()
        if id in seated and (me is None or id != me.id)
    )
    is_seen = me is not None and me.id in here
    if not names:
        return Content.styled("here: you", "$quiet") if is_seen else Content("")
    shown = len(names)
    while True:
        row = _named(names[:shown], len(names) - shown, is_seen=is_seen)
        if row.cell_length <= width or shown <= 1:
            return row
        shown -= 1


def _named(names: Iterable[tuple[str, str]], more: int, *, is_seen: bool) -> Content:
    """Return names, how many more there are, and the reader themselves, as a list in words."""
    parts = [Content.styled(name, f"$role-{member_hue(id)} not bold") for name, id in names]
    if more:
        parts.append(Content.styled(f"{more} more", "$quiet"))
    if is_seen:
        parts.append(Content.styled("you", "$quiet"))
    *first, last = parts
    row = Content.styled("here: ", "$quiet")
    if first:
        row += Content.styled(", ", "$quiet").join(first) + Content.styled(" and ", "$quiet")
    return row + last

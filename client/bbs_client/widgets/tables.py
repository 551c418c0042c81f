"""Tables as rows of text: columns as wide as their cells, which are wrapped if room is short."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

BETWEEN = " │ "
CELL_COLUMNS_MIN = 4  # narrower cells would be columns of letters
COLUMNS_MAX = 24  # cells of a row; a hostile table may have hundreds


@dataclass(frozen=True)
class Cells:
    """A table, its head first.

    Attributes:
        rows: All of one length.
        align: Of each column: `left`, `center` or `right`.
    """

    rows: tuple[tuple[Content, ...], ...]
    align: tuple[str, ...]


def laid_out(table: Cells, room: int) -> list[Content]:
    """Return a table as rows of at most `room` columns, with a line below its head.

    If not even narrow columns fit, each row is a list of its cells.
    """
    widths = _widths(table, room)
    if widths is None:
        return [
            piece
            for row in table.rows
            for cell in (*row, Content("───"))
            for piece in cell.wrap(room)
        ]
    found: list[Content] = []
    for number, row in enumerate(table.rows):
        cells = [cell.wrap(width) or [Content("")] for cell, width in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            pieces = [cell[line] if line < len(cell) else Content("") for cell in cells]
            placed = [
                _placed(piece, width, align)
                for piece, width, align in zip(pieces, widths, table.align, strict=True)
            ]
            found.append(Content.styled(BETWEEN, "dim").join(placed).rstrip())
        if number == 0:
            found.append(Content.styled("─┼─".join("─" * width for width in widths), "dim"))
    return found


def _widths(table: Cells, room: int) -> Sequence[int] | None:
    """Return the columns' widths: as wide as needed, the widest narrowed first; None: no room."""
    widths = [
        max(1, *(cell.cell_length for cell in column)) for column in zip(*table.rows, strict=True)
    ]
    left = room - len(BETWEEN) * (len(widths) - 1)
    if left < CELL_COLUMNS_MIN * len(widths) and left < sum(widths):
        return None
    while (over := sum(widths) - left) > 0:
        widest = max(widths)
        next_widest = max((width for width in widths if width < widest), default=0)
        share = [at for at, width in enumerate(widths) if width == widest]
        cut = min(max(1, over // len(share)), widest - max(next_widest, 1))
        for at in share[: max(1, over // cut)] if cut else ():
            widths[at] -= cut
    return widths


def _placed(piece: Content, width: int, align: str) -> Content:
    space = max(0, width - piece.cell_length)
    before = {"right": space, "center": space // 2}.get(align, 0)
    return Content(" " * before) + piece + Content(" " * (space - before))

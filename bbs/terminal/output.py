"""Show results: for people, as a JSON object, or as JSON lines."""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import msgspec

from bbs import limits, terminal
from bbs.characters import MARKS, Kind, character_kind
from bbs.ids import BoardId
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.terminal.names import Names

CELL_COLUMNS_MAX = 80  # so that a single column leaves room for the next on a usual terminal
LAST_COLUMNS_MAX = 2 * limits.TITLE_CHARS_MAX  # any title that a server may store, in wide letters
_FLAT = MARKS | {Kind.JOINER, Kind.TAG}  # drawn within the character before them


class Style(StrEnum):
    """The format of results on stdout."""

    HUMAN = "human"
    JSON = "json"
    JSONL = "jsonl"


class Output:
    """Writes results to stdout and everything else to stderr.

    Attributes:
        names: Adds `address` and `by` to JSON rows; None as long as no community was asked.
        dry_run: Whether the command changes nothing, which every result then says; None if it is
            a command that cannot be tried.
    """

    def __init__(
        self,
        style: Style = Style.HUMAN,
        *,
        quiet: bool = False,
        dry_run: bool | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        """Make an output.

        Args:
            style: The format of results.
            quiet: True to print only results and errors.
            dry_run: As the attribute.
            fields: Of JSON lines only these fields, as values with a tab between them; a dot leads
                into an object, as in `post.number`. Empty for whole lines.
        """
        self.style = style
        self.quiet = quiet
        self.dry_run = dry_run
        self._paths = [field.split(".") for field in fields]
        self.names: Names | None = None

    @property
    def human(self) -> bool:
        """Whether a person reads the results."""
        return self.style is Style.HUMAN

    @property
    def width(self) -> int | None:
        """Columns of the terminal a person reads on; None for a pipe, where nothing is wrapped."""
        if not (self.human and sys.stdout.isatty()):
            return None
        return shutil.get_terminal_size().columns

    def result(self, value: Any, lines: Iterable[str] = ()) -> None:
        """Show the only result of a command.

        Args:
            value: The value for JSON: a struct of the wire or plain data.
            lines: The lines for people; sanitized here once more (P13).
        """
        if self.human:
            for line in lines:
                terminal.echo(line, multiline=True)
        else:
            self._json(self._marked(value))

    def done(self, value: Any, *lines: str, tried: bool = False) -> None:
        """Show the change that a command made; people do not see it where it was only tried.

        Args:
            value: The value for JSON.
            lines: The lines for people.
            tried: Whether a dry run tells people the lines as what would be said. Not for lines with
                what only the real command makes, such as a link or an address.
        """
        self.result(value, () if self.dry_run else lines)
        if self.dry_run and tried and self.human:
            for line in lines:
                self.say(f"It would say: {line}")

    def stream(
        self,
        name: str,
        items: Sequence[Any],
        value: Mapping[str, Any] | None = None,
        lines: Iterable[str] = (),
        *,
        nothing: str = "",
    ) -> None:
        """Show a list; JSON is one object that holds all, or one line for each item.

        Args:
            name: The list's name in the object.
            items: The items in order.
            value: The object's other fields, None for no others; JSON lines leave them out.
            lines: The lines for people.
            nothing: The sentence for people if there is no item; empty for none.
        """
        if self.human:
            self.result(None, lines)
            if nothing and not items:
                self.say(nothing)
        elif self.style is Style.JSONL:
            # The fields that JSON lines leave out still hold names for them.
            self.learn(value)
            for item in items:
                self._json(item)
        else:
            self._json(self._marked({**(value or {}), name: items}))

    def item(self, value: Any, lines: Iterable[str] = ()) -> None:
        """Show one of many results at once."""
        self.result(value, lines)
        sys.stdout.flush()

    async def load_names(self, community: "Community") -> None:
        """Read the names of boards and members, if results are JSON (decision 0022)."""
        if not self.human:
            from bbs.terminal.names import Names  # late: most results are for people

            self.names = await Names.load(community)

    def learn(self, value: Any) -> None:
        """Take in what boards, threads and members in a value are called, for later rows."""
        if self.names is not None:
            self.names.learn(value)

    def learn_letters(self, letters: Mapping[BoardId, str]) -> None:
        """Take in the addresses of letters by id, for later rows."""
        if self.names is not None:
            self.names.learn_letters(letters)

    def named(self, value: Any) -> Any:
        """Return a value as the plain data that JSON shows of it, with `address` and `by`."""
        if self.names is None:
            return msgspec.to_builtins(value)
        self.names.learn(value)
        return self.names.named(value)

    def say(self, text: str) -> None:
        """Tell a person something beside the result, unless quiet."""
        if not self.quiet:
            terminal.tell(text, multiline=True)

    def _marked(self, value: Any) -> Any:
        """Return a value with the field that says whether something was changed."""
        named = self.named(value)
        if self.dry_run is None or not isinstance(named, dict):
            return named
        return {**named, "dry_run": self.dry_run}

    def line(self, row: Any) -> str:
        """Return plain data as the line that shows it: JSON, or the fields that were chosen."""
        if self._paths:
            return terminal.cells_text(_cell(row, path) for path in self._paths)
        return terminal.json_text(msgspec.json.encode(row))

    def _json(self, value: Any) -> None:
        terminal.echo_line(self.line(self.named(value)))


def _cell(row: Any, path: Iterable[str]) -> str:
    """Return a field of a JSON row as one value of a line; `-` where the row has none or it is empty.

    A shell takes tabs that follow each other as one, and would shift the values behind them.
    """
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    if row is None or row == "":
        return "-"
    return row if isinstance(row, str) else msgspec.json.encode(row).decode()


def table(rows: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> list[str]:
    """Return rows as aligned lines.

    Args:
        rows: Cells of foreign or own text; they are cleaned here, and cut with an ellipsis at
            `CELL_COLUMNS_MAX`, in the last column at `LAST_COLUMNS_MAX`.
        heads: Names of the columns; shown only above rows that exist.
    """
    if not rows:
        return []
    cells = [
        [*(_cut(cell, CELL_COLUMNS_MAX) for cell in first), _cut(last, LAST_COLUMNS_MAX)]
        for *first, last in ([heads, *rows] if heads else rows)
    ]
    *widths, _ = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    lines = []
    for *first, last in cells:
        pairs = zip(first, widths, strict=True)
        padded = [cell + " " * (width - _columns(cell)) for cell, width in pairs]
        lines.append("  ".join([*padded, last]))
    return lines


def _columns(text: str) -> int:
    """Return how many columns of a terminal a clean text takes, as far as Unicode defines it."""
    if text.isascii():
        return len(text)
    return sum(
        1 + (east_asian_width(char) in "WF") for char in text if character_kind(char) not in _FLAT
    )


def _cut(text: str, columns: int) -> str:
    """Return a text cleaned, or as much of it as fits before an ellipsis."""
    text = sanitize(text)
    used = fitting = 0
    for end, char in enumerate(text, 1):
        used += _columns(char)
        if used < columns:
            fitting = end
        elif used > columns:
            return text[:fitting] + "…"
    return text


def local_time(moment: datetime | None) -> str:
    """Return a moment in the reader's zone, to the minute; empty for None."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")

"""Markdown as rows of text: renders a post's body when it is first seen.

It renders paragraphs, emphasis, code, quotes, lists, tables, headings and rules. It numbers links
and shows their targets in full, and opens nothing. Images and raw HTML stay plain text. A body that
is too long or too complex to parse quickly is shown as typed (P13).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.content import Content, Span

from bbs.text import sanitize
from bbs_client.widgets import code
from bbs_client.widgets.inline import Inline, mentions_in
from bbs_client.widgets.rows import Row
from bbs_client.widgets.tables import COLUMNS_MAX, Cells, laid_out
from bbs_client.widgets.wrapping import broken, expanded, safe_with_tabs, with_stops, wrapped

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SOURCE_CHARS_MAX = 32_768  # a longer body can only come from a hostile server
TANGLE_MAX = 1_500  # brackets, stars and the like: the parser's time grows with their square
SPANS_MAX = 600  # styled spans of one body; wrapping looks at each of them for every row
NESTING_MAX = 6  # quotes in quotes in lists: deeper ones are unreadable at 80 columns
LINES_MAX = 2_000  # twice the server's limit; a hostile server may send more
QUOTED_ROWS_MAX = 8  # of a post quoted by its address, as a reminder; a key opens the whole post

_tangles = re.compile(r"[\[\]*_`<>!&\\|~]").finditer
_reference = re.compile(
    r"[a-z0-9][a-z0-9_-]{1,31}/(?:lounge|[1-9][0-9]{0,15})/[1-9][0-9]{0,15}"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # of a letter's post: its id
).fullmatch
_BULLET = "•"
_BAR = "▎ "  # before every row of quotes, code and tables: no header begins so (P13)

NOBODY: Mapping[str, str] = MappingProxyType({})

Quoted = Callable[[str], "tuple[str, str | None] | None"]
"""Takes the address of a post or a line, or the id of a letter's post; returns how its author and place are called, and its text, or
None for text that is gone. Returns None if the post or line is not here.
"""


@dataclass(frozen=True)
class RenderedLine:
    """One logical line of a body, to be wrapped.

    Attributes:
        text: The text, styled with roles.
        first: The prefix of its first row: a bullet, quote bars. An even number of columns, so that
            words begin in an odd column of the post.
        rest: The prefix of its wrapped rows, as wide as `first`.
        style: A role for the whole line; empty for none.
        table: A table in place of `text`; None for a line.
        is_code: Whether every blank counts, and a row may end within a word.
    """

    text: Content
    first: str = ""
    rest: str = ""
    style: str = ""
    table: Cells | None = None
    is_code: bool = False


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    # Imported at first use: a first paint without an open thread needs no parser.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * NESTING_MAX})
    parser.enable(["table", "strikethrough"])
    # Parse inline text only after the check that it is quick.
    parser.disable(["inline", "image", "html_inline", "html_block", "reference"])
    return parser


def raw(body: str, called: Mapping[str, str] = NOBODY) -> list[RenderedLine]:
    """Return a body as typed, line by line.

    Args:
        body: As a member wrote it.
        called: The roles of handles that it mentions, by handle.
    """
    lines = safe_with_tabs(body[:SOURCE_CHARS_MAX]).split("\n", LINES_MAX)[:LINES_MAX]
    return [
        RenderedLine(Content(line, [Span(*place) for place in mentions_in(line, called)]))
        for line in map(expanded, lines)
    ]


def rows(
    body: str,
    *,
    reveal: bool = False,
    quoted: Quoted | None = None,
    called: Mapping[str, str] = NOBODY,
) -> list[RenderedLine]:
    """Return a body as rendered lines.

    It sanitizes the body before parsing. Only an entity could then bring back a control character,
    so it sanitizes every piece of text again after parsing. Pure, and quick for any input.

    Args:
        body: Markdown as a member wrote it.
        reveal: Whether spoilers are shown.
        quoted: Looks up posts and lines quoted by their address; None to show the addresses.
        called: The roles of handles that it mentions, by handle.
    """
    return _rows(body, Inline(reveal, called=called), quoted)


def _rows(body: str, inline: Inline, quoted: Quoted | None = None) -> list[RenderedLine]:
    drawing = _drawn(body, inline, quoted)
    return raw(body) if drawing is None else drawing.rows


def links(body: str, *, reveal: bool = False) -> list[str]:
    """Return the targets of a body's links, in the order of the numbers they are shown with.

    In the form for a browser: a host's letters beyond ASCII are encoded (`xn--…`).

    Args:
        body: Markdown as a member wrote it.
        reveal: Whether spoilers are shown: links in covered ones have no number.
    """
    drawing = _drawn(body, Inline(reveal))
    return [] if drawing is None else drawing.inline.links


def _drawn(body: str, inline: Inline, quoted: Quoted | None = None) -> "_BlockRenderer | None":
    """Return a rendered body; None if it has to be shown as typed."""
    if len(body) > SOURCE_CHARS_MAX:
        return None
    source = safe_with_tabs(body)
    if source.count("\n") > LINES_MAX:
        return None
    tokens = _parser().parse(source)
    texts = [token for token in tokens if token.type == "inline"]
    if sum(1 for token in texts for _ in _tangles(token.content)) > TANGLE_MAX:
        return None
    for token in texts:
        token.children = []
        _parser().inline.parse(token.content, _parser(), {}, token.children)
    drawing = _BlockRenderer(inline, quoted)
    drawing.tokens(tokens)
    if drawing.spans > SPANS_MAX or not any(map(_says, drawing.rows)):
        return None
    return drawing


def _says(row: RenderedLine) -> bool:
    return row.table is not None or bool(row.text.plain.strip())


def wrap(lines: list[RenderedLine], width: int) -> list[Content]:
    """Return logical lines as rows of at most `width` columns, prefixes included."""
    return [row.content for row in laid(lines, width)]


def laid(lines: list[RenderedLine], width: int, *, strip: bool = True) -> list[Row]:
    """Return logical lines as rows of at most `width` columns that know what of them is text.

    Args:
        lines: The lines.
        width: Columns, prefixes included.
        strip: Whether leading blanks are stripped, as everywhere but where no header can stand.
    """
    rows: list[Row] = []
    for line in lines:
        before = line.first
        mark = before.replace(_BAR, "")
        said = mark if mark.strip() else ""  # a bullet, or the number of a link
        for row in _rows_of(line, max(4, width - len(before)), strip=strip):
            if before:
                row = row.behind(_prefix(before))
            rows.append(row._replace(said=said) if said else row)
            before, said = line.rest, ""
    return rows


def _rows_of(line: RenderedLine, room: int, *, strip: bool) -> Iterator[Row]:
    text = line.text.stylize(line.style) if line.style else line.text
    if line.table is not None:
        return map(Row, laid_out(line.table, room))
    if line.is_code:
        return (_lifted(row, room) for row in broken(with_stops(text), room))
    return wrapped(text, room, strip=strip and _BAR not in line.first)


def _lifted(row: Row, room: int) -> Row:
    """Return a row of code on a ground of its own, as wide as the post."""
    filled = row.content + Content(" " * max(0, room - row.content.cell_length))
    filling = (len(row.content), len(filled), "")
    return row._replace(content=filled.stylize_before("lifted"), swaps=(*row.swaps, filling))


def _prefix(marks: str) -> Content:
    """Return bars, bullets and the numbers of links in their roles."""
    if marks.startswith("["):
        return Content.styled(marks, "dim")
    bars = [Span(at, at + 1, "rail") for at, sign in enumerate(marks) if sign == _BAR[0]]
    return Content(marks, spans=bars)


@dataclass
class _BlockRenderer:
    """Turns block tokens into rows, and keeps track of the enclosing blocks."""

    inline: Inline
    quoted: Quoted | None = None
    rows: list[RenderedLine] = field(default_factory=list)
    spans: int = 0
    # prefixes of the first row and of the rest
    _marks: list[tuple[str, str]] = field(default_factory=list)
    _numbers: list[int | None] = field(default_factory=list)
    _heading: str = ""
    _quotes: int = 0

    def tokens(self, tokens: list["Token"]) -> None:
        rest = iter(tokens)
        for token in rest:
            match token.type:
                case "inline":
                    self._inline(token)
                case "table_open":
                    self._table(rest)
                case "fence" | "code_block":
                    self._gap()
                    for line in code.rows(token.content, token.info):
                        self._add(line, indent=_BAR, is_code=True)
                case "hr":
                    self._gap()
                    self._add(Content("───"), "dim")
                case "heading_open":
                    self._heading = "heading"
                case "heading_close":
                    self._heading = ""
                case _:
                    self._container(token)
        self._targets()

    def _container(self, token: "Token") -> None:
        match token.type:
            case "blockquote_open":
                self._gap()
                self._enter(_BAR, _BAR)
                self._quotes += 1
            case "bullet_list_open":
                self._list_gap()
                self._numbers.append(None)
            case "ordered_list_open":
                self._list_gap()
                start = token.attrGet("start")
                self._numbers.append(start if isinstance(start, int) else 1)
            case "list_item_open":
                number = self._numbers[-1]
                mark = f"{_BULLET} " if number is None else _even(f"{number}. ")
                if number is not None:
                    self._numbers[-1] = number + 1
                self._enter(mark, " " * len(mark))
            case "blockquote_close" | "list_item_close":
                self._quotes -= token.type == "blockquote_close"
                self._marks.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "paragraph_open" if not token.hidden:
                self._gap()

    def _enter(self, first: str, rest: str) -> None:
        self._marks.append(("", "") if len(self._marks) >= NESTING_MAX else (first, rest))

    def _gap(self) -> None:
        """Leave a blank row before a new block, but none at the beginning or after a bullet."""
        fresh = any(first != rest for first, rest in self._marks)
        last = self.rows[-1] if self.rows else None
        if last is not None and not fresh and (_says(last) or last.first != last.rest):
            bars = "".join(rest for _, rest in self._marks).rstrip()
            self.rows.append(RenderedLine(Content(""), bars, bars))

    def _list_gap(self) -> None:
        """Leave a blank row before a list, but none before a nested list."""
        if not self._numbers:
            self._gap()

    def _add(
        self,
        text: Content,
        style: str = "",
        *,
        indent: str = "",
        table: Cells | None = None,
        is_code: bool = False,
    ) -> None:
        first = "".join(first for first, _ in self._marks) + indent
        rest = "".join(rest for _, rest in self._marks) + indent
        if not style and self._quotes > 1:  # the bar alone tells of the first
            style = code.quote_role(self._quotes)
        self.rows.append(RenderedLine(text, first, rest, style, table, is_code))
        # Only the first row of an item has the bullet.
        self._marks = [(rest, rest) for _, rest in self._marks]

    def _inline(self, token: "Token") -> None:
        if self._heading:
            self._gap()
        if self.quoted is not None and self._quotes == 1:
            addresses = token.content.split("\n")
            if all(map(_reference, addresses)):
                for address in addresses:
                    self._quote(address, self.quoted)
                return
        for text in self._lines(token):
            self._add(text, self._heading)

    def _lines(self, token: "Token") -> list[Content]:
        lines = self.inline.lines(token.children or [])
        self.spans += sum(len(spans) for _, spans in lines)
        return [Content(text, spans=spans) for text, spans in lines]

    def _quote(self, address: str, quoted: Quoted) -> None:
        """Show the post or line of an address as far as it is here; its text fades with it (P10)."""
        found = quoted(address)
        if found is None:
            self._add(Content(f"{address}  not on this device"), "dim")
            return
        whose, body = found
        if body is None:
            self._add(Content(f"{whose}  its words are gone"), "dim")
            return
        # Without link numbers, which readers would take for those of the quoting post.
        lines = _rows(body, Inline(numbered=False))
        shown = lines[:QUOTED_ROWS_MAX]
        for row in shown:
            self._marks.append((row.first, row.rest))
            is_last = row is shown[-1] and row.table is None and not row.is_code
            text = row.text + Content.styled(f"  {whose}", "dim") if is_last else row.text
            self._add(text, row.style, table=row.table, is_code=row.is_code)
            self._marks.pop()
        if len(lines) > QUOTED_ROWS_MAX:
            self._add(Content("…"), "dim")
        if shown[-1].table is not None or shown[-1].is_code:
            self._add(Content(whose), "dim")

    def _table(self, rest: "Iterator[Token]") -> None:
        """Read a table's tokens up to its end."""
        self._gap()
        lines: list[list[Content]] = []
        align: list[str] = []
        for token in rest:
            match token.type:
                case "table_close":
                    break
                case "tr_open":
                    lines.append([])
                case "th_open":
                    align.append(str(token.attrGet("style") or "").rpartition(":")[2] or "left")
                case "inline":
                    lines[-1].append(Content(" ").join(self._lines(token)))
        columns = min(len(align), COLUMNS_MAX)
        head, *body = (tuple(line[:columns]) for line in lines)
        named = tuple(cell.stylize("strong") for cell in head)
        table = Cells((named, *body), tuple(align[:columns]))
        self._add(Content(""), indent=_BAR, table=table)

    def _targets(self) -> None:
        """Show the targets of links below the text, where the text does not show them."""
        told = self.inline.told
        if told:
            self._gap()
        for target in told:
            mark = _even(f"[{self.inline.links.index(target) + 1}] ")
            self.rows.append(RenderedLine(Content(sanitize(target)), mark, " " * len(mark), "dim"))


def _even(mark: str) -> str:
    """Return a prefix that is an even number of columns wide."""
    return mark + " " * (len(mark) % 2)


def plain(body: str) -> str:
    """Return a body's first line of text, for lists and excerpts."""
    for row in _rows(body[:1_000], Inline(numbered=False)):
        if shown := row.text.plain.strip():
            return shown
    return ""


def plain_words(body: str) -> str:
    """Return the words of a body in one line, for excerpts around a word."""
    rows = _rows(body, Inline(numbered=False))
    return " ".join(shown for row in rows if (shown := row.text.plain.strip()))

"""Markdown as rows of text: what a post's body looks like, rendered when it is first seen.

Only what reads well in a terminal: paragraphs, emphasis, code, quotes, lists, headings, rules.
Links show their whole target beside their text and are never opened; images and raw HTML stay the
text they are. What is too long or too tangled to parse quickly is shown as it was typed (P13).
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from textual.content import Content, Span

from bbs.text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SOURCE_CHARS_MAX = 32_768  # no body is longer; what is came from a hostile server
TANGLE_MAX = 1_500  # brackets, stars and the like: the parser's time grows with their square
SPANS_MAX = 600  # styled stretches of one body; wrapping looks at each of them for every row
NESTING_MAX = 6  # quotes in quotes in lists: beyond, nothing readable is left at 80 columns
TARGET_CHARS_MAX = 500  # a link's target, shown in full up to here
LINES_MAX = 2_000  # twice what a server accepts; a hostile one may send more

_tangles = re.compile(r"[\[\]*_`<>!&\\|~]").finditer
_BULLET = "•"
_QUOTE = "▏"


@dataclass(frozen=True)
class Row:
    """One logical line of a body, to be wrapped.

    Attributes:
        text: What it says, styled with roles.
        first: What stands before its first row: a bullet, quote bars.
        rest: What stands before its wrapped rows, as wide as `first`.
        style: A role for the whole line; empty for none.
    """

    text: Content
    first: str = ""
    rest: str = ""
    style: str = ""


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    # Imported at first use: a first paint without an open thread needs no parser.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * NESTING_MAX})
    parser.disable(["image", "html_inline", "html_block", "reference"])
    return parser


def raw(body: str) -> list[Row]:
    """Return a body as it was typed, line by line."""
    lines = clean(body[:SOURCE_CHARS_MAX], multiline=True).split("\n", LINES_MAX)[:LINES_MAX]
    return [Row(Content(line)) for line in lines]


def rows(body: str) -> list[Row]:
    """Return a body as rendered lines.

    Cleaned before parsing, so that nothing the parser does can bring a control character back but
    by an entity; every piece of text is cleaned again on its way out. Pure, and quick for any input.

    Args:
        body: Markdown as a member wrote it.
    """
    if len(body) > SOURCE_CHARS_MAX:
        return raw(body)
    source = clean(body, multiline=True)
    if source.count("\n") > LINES_MAX or sum(1 for _ in _tangles(source)) > TANGLE_MAX:
        return raw(body)
    drawing = _Drawing()
    drawing.tokens(_parser().parse(source))
    if drawing.spans > SPANS_MAX or not any(row.text.plain.strip() for row in drawing.rows):
        return raw(body)
    return drawing.rows


def wrap(lines: list[Row], width: int) -> list[Content]:
    """Return logical lines as rows of at most `width` columns, prefixes included."""
    wrapped: list[Content] = []
    for line in lines:
        room = max(4, width - len(line.first))
        before = line.first
        text = line.text.stylize(line.style) if line.style else line.text
        for row in text.wrap(room):
            wrapped.append(Content.styled(before, "quote") + row if before else row)
            before = line.rest
    return wrapped


@dataclass
class _Drawing:
    """Turns block tokens into rows, keeping track of what they stand in."""

    rows: list[Row] = field(default_factory=list)
    spans: int = 0
    _first: list[str] = field(default_factory=list)
    _rest: list[str] = field(default_factory=list)
    _numbers: list[int | None] = field(default_factory=list)
    _heading: str = ""

    def tokens(self, tokens: list["Token"]) -> None:
        for token in tokens:
            match token.type:
                case "inline":
                    self._inline(token)
                case "fence" | "code_block":
                    self._gap()
                    for line in clean(token.content, multiline=True).rstrip("\n").split("\n"):
                        self._add(Content("  " + line), "code")
                case "hr":
                    self._gap()
                    self._add(Content("───"), "dim")
                case "heading_open":
                    self._heading = "heading"
                case "heading_close":
                    self._heading = ""
                case _:
                    self._container(token)

    def _container(self, token: "Token") -> None:
        match token.type:
            case "blockquote_open":
                self._gap()
                self._enter(_QUOTE + " ", _QUOTE + " ")
            case "bullet_list_open":
                self._gap()
                self._numbers.append(None)
            case "ordered_list_open":
                self._gap()
                start = token.attrGet("start")
                self._numbers.append(start if isinstance(start, int) else 1)
            case "list_item_open":
                number = self._numbers[-1]
                mark = f"{_BULLET} " if number is None else f"{number}. "
                if number is not None:
                    self._numbers[-1] = number + 1
                self._enter(mark, " " * len(mark))
            case "blockquote_close" | "list_item_close":
                self._first.pop()
                self._rest.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "paragraph_open" if not token.hidden:
                self._gap()

    def _enter(self, first: str, rest: str) -> None:
        deep = len(self._first) >= NESTING_MAX
        self._first.append("" if deep else first)
        self._rest.append("" if deep else rest)

    def _gap(self) -> None:
        """Leave a blank row before a new block, but none at the beginning or after a bullet."""
        fresh = any(mark != rest for mark, rest in zip(self._first, self._rest, strict=True))
        if self.rows and not fresh and (self.rows[-1].text.plain or self.rows[-1].first.strip()):
            bars = "".join(self._rest).rstrip()
            self.rows.append(Row(Content(""), bars, bars))

    def _add(self, text: Content, style: str = "") -> None:
        self.rows.append(Row(text, "".join(self._first), "".join(self._rest), style))
        # A bullet stands at the first row of its item only.
        self._first = self._rest.copy()

    def _inline(self, token: "Token") -> None:
        if self._heading:
            self._gap()
        for text, spans in _inline_lines(token.children or []):
            self.spans += len(spans)
            self._add(Content(text, spans=spans), self._heading)


def _inline_lines(tokens: list["Token"]) -> list[tuple[str, list[Span]]]:
    """Return inline tokens as lines of text with roles; a single newline in the source is one."""
    lines: list[tuple[str, list[Span]]] = []
    text = ""
    spans: list[Span] = []
    roles: list[str] = []
    target = ""

    def put(piece: str, role: str = "") -> None:
        nonlocal text
        shown = clean(piece)
        spans.extend(
            Span(len(text), len(text) + len(shown), name) for name in (*roles, role) if name
        )
        text += shown

    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                lines.append((text, spans))
                text, spans = "", []
            case "code_inline":
                put(token.content, "code")
            case "em_open":
                roles.append("em")
            case "strong_open":
                roles.append("strong")
            case "em_close" | "strong_close":
                roles.pop()
            case "link_open":
                target = str(token.attrGet("href") or "")[:TARGET_CHARS_MAX]
                label_at = len(text)
            case "link_close":
                if text[label_at:].strip() != clean(target).strip():
                    put(" ")
                    put(f"<{target}>", "link")
                target = ""
            case _:
                put(token.content)
    lines.append((text, spans))
    return lines


def plain(body: str) -> str:
    """Return a body's first line of text, for lists and excerpts."""
    for row in rows(body[:1_000]):
        if shown := row.text.plain.strip():
            return shown
    return ""


def with_style(lines: list[Row], style: str) -> list[Row]:
    """Return the same lines in one role."""
    return [replace(line, style=style) for line in lines]

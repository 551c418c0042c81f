"""A line of Markdown as text with roles: emphasis, numbered links, spoilers kept covered (P13)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Span

from bbs.text import sanitize
from bbs_client.keys import key_of
from bbs_client.widgets.wrapping import expanded, safe_with_tabs

if TYPE_CHECKING:
    from markdown_it.token import Token

# a link's target is shown in full up to this length, which browsers accept
TARGET_CHARS_MAX = 2_000
COVER = "░"
COVER_COLUMNS_MAX = 200  # a longer one says no more

Line = tuple[str, list[Span]]

# The library's own search for bare links takes seconds for a hostile body.
_bare_links = re.compile(r"https?://[^\s<>\"'`|]+").finditer
_AFTER_A_LINK = ".,;:!?*_~"
_handles = re.compile(r"(?<![\w@])@([A-Za-z0-9][A-Za-z0-9_-]*)").finditer
_bars = re.compile(r"\|\|").finditer
_ROLES = {"em": "em", "strong": "strong", "s": "strike"}


@dataclass
class Inline:
    """Turns inline tokens into lines; a single newline in the source begins a line.

    Attributes:
        reveal: Whether what `||` encloses is shown.
        numbered: Whether links get numbers.
        called: The roles of members' handles that the text mentions, by handle.
        links: Every target met so far, each once, in the order of their numbers.
        told: The targets that the text does not show, to be shown below it.
    """

    reveal: bool = False
    numbered: bool = True
    called: Mapping[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _lines: list[Line] = field(default_factory=list)
    _text: str = ""
    _spans: list[Span] = field(default_factory=list)
    _roles: list[str] = field(default_factory=list)
    _covered: bool = False
    _covered_columns: int = 0
    _told_cover: bool = False
    _target: str = ""
    _label_at: int = 0

    def lines(self, tokens: list["Token"]) -> list[Line]:
        """Return a paragraph's tokens as lines of text with their roles."""
        self._lines, self._roles, self._covered = [], [], False
        self._text, self._spans, self._target = "", [], ""
        bars = _spoiler_bars(tokens)
        for at, token in enumerate(tokens):
            match token.type:
                case "softbreak" | "hardbreak":
                    if self._covered:
                        self._covered_columns += 1
                    else:
                        self._break()
                case "code_inline":
                    self._put(token.content, "code")
                case "em_open" | "strong_open" | "s_open":
                    self._roles.append(_ROLES[token.type.removesuffix("_open")])
                case "em_close" | "strong_close" | "s_close":
                    self._roles.remove(_ROLES[token.type.removesuffix("_close")])
                case "link_open":
                    self._target = str(token.attrGet("href") or "")[:TARGET_CHARS_MAX]
                    self._put("<" if token.markup == "autolink" else "")
                    self._label_at = len(self._text)
                case "link_close":
                    self._close_link(bracketed=token.markup == "autolink")
                case _:
                    self._pieces(token.content, bars.get(at, []))
        self._break()
        return self._lines

    def _break(self) -> None:
        self._lines.append((self._text, self._spans))
        self._text, self._spans, self._label_at = "", [], 0

    def _pieces(self, text: str, bars: list[int]) -> None:
        """Add text whose spoilers begin and end at these bars, in turn."""
        begin = 0
        for bar in bars:
            self._words(text[begin:bar])
            begin = bar + 2
            self._turn()
        self._words(text[begin:])

    def _turn(self) -> None:
        """Begin a spoiler, or end it."""
        if self.reveal:
            if "spoiler" in self._roles:
                self._roles.remove("spoiler")
            else:
                self._roles.append("spoiler")
        else:
            self._covered = not self._covered
            if self._covered:
                self._covered_columns = 0
                return
            self._add(COVER * min(max(1, self._covered_columns), COVER_COLUMNS_MAX), "rail")
            if self.numbered and not self._told_cover:
                self._told_cover = True
                self._add(f" (uncover with {key_of('uncover')})", "dim")

    def _words(self, text: str) -> None:
        """Add text; number its bare links, in the form in which a browser opens them (`xn--…`)."""
        from markdown_it.common.normalize_url import normalizeLink

        begin = 0
        for found in [] if self._target else _bare_links(text):
            url = found[0].rstrip(_AFTER_A_LINK)
            # A bracket that was opened before the link closes after it.
            while url.endswith(")") and url.count(")") > url.count("("):
                url = url[:-1].rstrip(_AFTER_A_LINK)
            self._mentions(text[begin : found.start()])
            self._put(url, "link")
            self._number(normalizeLink(url)[:TARGET_CHARS_MAX], url)
            begin = found.start() + len(url)
        if self._target:
            self._put(text[begin:], "link")
        else:
            self._mentions(text[begin:])

    def _mentions(self, text: str) -> None:
        """Add text with the handles of the members it mentions in their hues."""
        begin = 0
        for at, end, role in mentions_in(text, self.called):
            self._put(text[begin:at])
            self._put(text[at:end], role)
            begin = end
        self._put(text[begin:])

    def _close_link(self, *, bracketed: bool) -> None:
        """End a link; angle brackets are shown as typed, and an e-mail address needs no number."""
        target, label = self._target, self._text[self._label_at :]
        self._target = ""
        self._put(">" if bracketed else "")
        if not bracketed or target != f"mailto:{label}":
            self._number(target, label)

    def _number(self, target: str, label: str) -> None:
        """Add the number of a link after its label."""
        if self._covered or not target or not self.numbered:
            return
        if target not in self.links:
            self.links.append(target)
        if label.strip() != sanitize(target).strip() and target not in self.told:
            self.told.append(target)
        self._add(f"[{self.links.index(target) + 1}]", "dim")

    def _put(self, piece: str, role: str = "") -> None:
        if self._covered:
            self._covered_columns += cell_len(piece)
        else:
            shown = safe_with_tabs(piece, multiline=False)
            self._add(expanded(shown, cell_len(self._text)), role)

    def _add(self, shown: str, role: str) -> None:
        if not shown:
            return
        end = len(self._text) + len(shown)
        names = [name for name in (*self._roles, role) if name]
        self._spans.extend(Span(len(self._text), end, name) for name in names)
        self._text += shown


def mentions_in(text: str, called: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield where a text has a handle with a role: its begin, its end, the role.

    Args:
        text: In one line.
        called: The roles by handle.
    """
    for found in _handles(text) if called else ():
        if role := called.get(found[1].lower()):
            yield *found.span(), role


def _spoiler_bars(tokens: list["Token"]) -> dict[int, list[int]]:
    """Return where `||` begins and ends a spoiler: by token, the places in its text.

    As with stress, the bars stand close to what they enclose: `a || b` is what it was.
    """
    found = list(_all_bars(tokens))
    bars: dict[int, list[int]] = {}
    opening: tuple[int, int] | None = None
    for at, place, opens, closes in found:
        if opening is not None and closes:
            for token, where in (opening, (at, place)):
                bars.setdefault(token, []).append(where)
            opening = None
        elif opening is None and opens:
            opening = (at, place)
    return bars


def _all_bars(tokens: list["Token"]) -> Iterator[tuple[int, int, bool, bool]]:
    """Yield token and place of each `||`, and whether text precedes and follows it."""
    for at, token in enumerate(tokens):
        if token.type != "text":
            continue
        text = token.content
        last = at + 1 == len(tokens) or tokens[at + 1].type in ("softbreak", "hardbreak")
        first = at == 0 or tokens[at - 1].type in ("softbreak", "hardbreak")
        for bar in _bars(text):
            after, before = text[bar.end() : bar.end() + 1], text[: bar.start()][-1:]
            opens = not after.isspace() and after != "|" and bool(after or not last)
            closes = not before.isspace() and before != "|" and bool(before or not first)
            yield at, bar.start(), opens, closes

"""Code as rows with roles: highlighted in languages we know, patches by added and removed lines.

Roles are few and differ in weight as well as in colour, so that code is readable in one colour,
too.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from textual.content import Content, Span

from bbs_client.widgets.wrapping import safe_with_tabs

if TYPE_CHECKING:
    from pygments.lexer import Lexer

HIGHLIGHT_CHARS_MAX = 8_000  # a long post; hostile code of this size takes 0.1 s
HIGHLIGHT_COLUMNS_MAX = 200  # the patterns of some languages take the square of a line's length

_LANGUAGES = {
    "bash": ("bash", "sh", "shell", "zsh", "console"),
    "c": ("c", "h"),
    "cpp": ("cpp", "c++", "cc", "hpp"),
    "css": ("css",),
    "go": ("go",),
    "html": ("html", "xml"),
    "ini": ("ini", "cfg"),
    "java": ("java",),
    "javascript": ("javascript", "js"),
    "json": ("json",),
    "lua": ("lua",),
    "python": ("python", "py"),
    "ruby": ("ruby", "rb"),
    "rust": ("rust", "rs"),
    "sql": ("sql",),
    "toml": ("toml",),
    "typescript": ("typescript", "ts"),
    "yaml": ("yaml", "yml"),
}
"""Languages whose lexers were measured with hostile text; the others are shown plain."""

_LEXERS = {name: lexer for lexer, names in _LANGUAGES.items() for name in names}
_ROLES = (
    ("Token.Comment", "dim"),
    ("Token.Keyword", "keyword"),
    ("Token.Literal.String", "code"),
    ("Token.Literal.Number", "number"),
    ("Token.Name.Function", "strong"),
    ("Token.Name.Class", "strong"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Operator.Word", "keyword"),
)
_DIFF = frozenset({"diff", "patch", "udiff"})
_is_diff = re.compile(r"^(?:diff --git |@@ -\d)", re.MULTILINE).search
_quote = re.compile(r"(?:> ?)+").match
_signature = re.compile(r"-- ?|_{20,}").fullmatch  # the reader's own signature, or a mailing list's
_hunk = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@").match


def rows(source: str, info: str) -> list[Content]:
    """Return code line by line, its tabs not yet expanded.

    Args:
        source: The text between the fences.
        info: The word after the opening fence; empty for none.
    """
    text = safe_with_tabs(source).rstrip("\n")
    language = info.split(maxsplit=1)[0].lower() if info.strip() else ""
    lines = text.split("\n")
    if language in _DIFF or _is_diff(text):
        return list(_patch(lines))
    lexer = _LEXERS.get(language)
    long = len(text) > HIGHLIGHT_CHARS_MAX or max(map(len, lines)) > HIGHLIGHT_COLUMNS_MAX
    if lexer is None or long:
        return list(_written(lines, "" if language == "text" else "code"))
    return _highlighted(text, _lexer(lexer))


def _written(lines: list[str], role: str) -> Iterator[Content]:
    """Yield lines as they are; quotations and signatures of mails get quieter roles."""
    signed = False
    for line in lines:
        signed |= _signature(line) is not None
        quoted = _quote(line)
        if signed:
            yield Content.styled(line, "dim")
        else:
            yield Content.styled(line, quote_role(quoted[0].count(">")) if quoted else role)


def quote_role(depth: int) -> str:
    """Return the role of a quotation by its depth, from 1 on: the deeper, the quieter."""
    return "quote" if depth < 2 else "deep"


def _patch(lines: list[str]) -> Iterator[Content]:
    """Yield the lines of a patch with the role of their change; its signature gets a quiet role."""
    old = new = 0  # lines left of the hunk
    for at, line in enumerate(lines):
        if old <= 0 and new <= 0 and _signature(line):
            yield from (Content.styled(rest, "dim") for rest in lines[at:])
            return
        if found := _hunk(line):
            old, new = int(found[1] or 1), int(found[2] or 1)
            yield Content.styled(line, "hunk")
        elif old > 0 or new > 0:
            old -= not line.startswith(("+", "\\"))
            new -= not line.startswith(("-", "\\"))
            role = {"+": "added", "-": "removed"}.get(line[:1], "")
            yield Content.styled(line, role)
        elif line.startswith(("diff ", "+++ ", "--- ", "Index: ")):
            yield Content.styled(line, "strong")
        elif line.startswith(("index ", "new file", "deleted file", "similarity", "rename")):
            yield Content.styled(line, "dim")
        else:
            yield Content(line)


@lru_cache(maxsize=8)
def _lexer(name: str) -> "Lexer":
    # Imported late: few posts contain code, and the first painting needs no highlighter.
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


def _highlighted(text: str, lexer: "Lexer") -> list[Content]:
    spans: list[Span] = []
    at = 0
    for kind, piece in lexer.get_tokens(text):
        role = _role(kind)
        if role:
            spans.append(Span(at, at + len(piece), role))
        at += len(piece)
    return list(Content(text, spans=spans).split("\n"))


@lru_cache(maxsize=256)
def _role(kind: Any) -> str:
    name = str(kind)
    return next((role for start, role in _ROLES if name.startswith(start)), "")

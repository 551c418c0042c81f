"""Small tools of the generated pages: docstrings in parts, comments beside values, tables."""

import inspect
import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

NOTICE = "<!-- Written by docs/generate.py; change the code, then run `make reference`. -->"

_ASSIGNED = re.compile(r"\s*([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)")
_ATTRIBUTE = re.compile(r" {4}(\w+(?:, \w+)*): (.*)")


class Doc(NamedTuple):
    """A docstring in parts.

    Attributes:
        summary: Its first sentence.
        text: All of it but the attributes, in one line.
        attributes: What is said of each attribute, by name.
    """

    summary: str
    text: str
    attributes: dict[str, str]


def doc_of(thing: object) -> Doc:
    """Return the docstring of a class or function in parts; all empty if it has none."""
    return doc_parts(getattr(thing, "__doc__", "") or "")


def doc_parts(docstring: str) -> Doc:
    """Return a docstring in parts."""
    head, _, rest = inspect.cleandoc(docstring).partition("\nAttributes:\n")
    text = " ".join(head.split())
    attributes: dict[str, str] = {}
    names: list[str] = []
    for line in rest.splitlines():
        if found := _ATTRIBUTE.match(line):
            names = found[1].split(", ")
            attributes |= dict.fromkeys(names, found[2])
        elif line.strip():
            for name in names:
                attributes[name] += f" {line.strip()}"
    return Doc(re.split(r"(?<=[.!?]) ", text, maxsplit=1)[0], text, attributes)


def first_line(source: str) -> str:
    """Return the first line of a Python module's docstring; empty if it has none."""
    found = re.match(r'\s*"""(.*?)(?:"""|\n)', source)
    return found[1].strip() if found else ""


def comments_of(thing: type | ModuleType) -> dict[str, str]:
    """Return the comment that stands beside or inside each assignment of a class or module."""
    source = inspect.getsource(thing)
    names: dict[int, str] = {}
    comments: dict[str, list[str]] = {}
    name = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line = token.start[0]
        if found := _ASSIGNED.match(token.line):
            name = names.setdefault(line, found[1])
        if token.type == tokenize.COMMENT:
            alone = token.line.strip().startswith("#")
            inside = alone and token.line.startswith((" ", "\t")) and isinstance(thing, ModuleType)
            if name and (not alone or inside):
                comments.setdefault(name, []).append(token.string.lstrip("# "))
    return {name: " ".join(parts) for name, parts in comments.items()}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table; empty if there are no rows."""
    body = [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    if not body:
        return []
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *body, ""]


def cell(text: str) -> str:
    """Return text as it may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def anchor(heading: str) -> str:
    """Return the fragment by which a heading is linked to, as hosts of Markdown make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


def page(title: str, intro: str, lines: Iterable[str]) -> str:
    """Return a whole page: title, notice, introduction, and its lines."""
    text = "\n".join([f"# {title}", "", NOTICE, "", intro.strip(), "", *lines])
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def value_of(value: Any) -> str:
    """Return a default or limit as people read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)

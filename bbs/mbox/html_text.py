"""HTML mails as Markdown: paragraphs, lists, quotes, links, tables of data; nothing else of HTML.

The libraries (beautifulsoup4, lxml and markdownify: MIT, BSD, MIT) are loaded with the first such mail.
"""

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from bbs import limits
from bbs.mbox.markdown import fenced

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from markdownify import MarkdownConverter

_SILENT = ("script", "style", "head", "title", "template", "noscript", "svg", "input")
_BLOCKS = ("p", "div", "table", "ul", "ol", "dl", "pre", "blockquote", "hr", "h1", "h2", "h3")
_CELLS = ("td", "th")
_TABLES_LOOKED_INTO = 50  # in a mail with more, tables arrange the page
_TABLE_TAGS = ("table", "thead", "tbody", "tfoot", "tr", "caption", *_CELLS)

# Characters that Markdown would interpret. The library escapes more, but people read the source.
_meant = re.compile(r"[\\`*]|~~|\|\||(?<!\w)_|_(?!\w)|&(?=#?\w+;)|\](?=[(\[])").sub
_meant_at_start = re.compile(r"^(\s*(?:\d+(?=[.)]\s))?)(?=#{1,6}\s|[>+=.)-])").sub
_gaps = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n").sub


def markdown_of_html(html: str) -> str:
    """Return the readable text of an HTML mail as Markdown, never failing.

    Leaves out scripts, styles and forms, and keeps the `alt` text of images. Reads a table that only
    arranges a page cell by cell, and a table without headings row by row. Links keep their targets
    if these are http or https.

    Args:
        html: Any text; beyond `limits.IMPORT_HTML_CHARS_MAX` it is not read.
    """
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for authors of pages: text may look like a file's name
        try:
            soup = BeautifulSoup(html[: limits.IMPORT_HTML_CHARS_MAX], "lxml")
        except (ParserRejectedMarkup, ValueError, RecursionError):
            return fenced(html[: limits.IMPORT_HTML_CHARS_MAX], "html")
    for tag in soup.find_all(_SILENT):
        tag.decompose()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt") or ""))
    try:
        if len(soup.find_all(limit=limits.IMPORT_HTML_TAGS_MAX)) == limits.IMPORT_HTML_TAGS_MAX:
            raise RecursionError
        _flatten_layout(soup)
        text = _converter().convert_soup(soup)
    except (RecursionError, ValueError):
        # Nested too deep, or too many tags: the libraries' time grows with the square.
        text = _meant(r"\\\g<0>", soup.get_text("\n"))
    return _gaps("\n\n", text.replace("\xa0", " ")).strip()


def _flatten_layout(soup: "BeautifulSoup") -> None:
    """Make blocks of every table that is no table of data: no headings, or blocks in its cells."""
    tables = soup.find_all("table")
    if len(tables) > _TABLES_LOOKED_INTO:
        for tag in soup.find_all(_TABLE_TAGS):
            tag.name = "div"
    for table in reversed(tables[:_TABLES_LOOKED_INTO]):  # the inner ones first
        cells = table.find_all(_CELLS)
        holds_blocks = any(cell.find(_BLOCKS) for cell in cells)
        if not holds_blocks and not table.find("th"):
            _join_cells(table)
        if holds_blocks or not table.find("th"):
            for tag in [table, *table.find_all(_TABLE_TAGS)]:
                tag.name = "div"
    for tag in soup.find_all("soup"):
        tag.unwrap()  # the library would take this tag for one of its methods


def _join_cells(table: "Tag") -> None:
    """Join the cells of each row into a line, without empty cells."""
    for row in table.find_all("tr"):
        for text in row.find_all(string=True, recursive=False):
            if not text.strip():
                text.extract()
        is_first = True
        for cell in row.find_all(_CELLS):
            cell.name = "span"
            if not cell.get_text(strip=True):
                cell.extract()
                continue
            last = list(cell.strings)[-1]
            last.replace_with(last.rstrip())
            if not is_first:
                cell.insert(0, " | ")
            is_first = False


@cache
def _converter() -> "MarkdownConverter":
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """Overrides what mails need otherwise than the library does it."""

        def escape(self, text: str, parent_tags: set[str]) -> str:
            return _meant_at_start(r"\1\\", _meant(r"\\\g<0>", text))

        def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
            target = str(el.get("href") or "").strip()
            says = text.strip()
            if not target.startswith(("http://", "https://")) or says in ("", target):
                return text
            if any(sign in target for sign in " \t\r\n()<>\\"):
                return f"{text} ({target})"
            return f"[{says}]({target})"

        def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"\n\n{fenced(text.strip(chr(10)), 'text')}\n\n" if text.strip() else ""

    return Converter(bullets="-", heading_style="ATX")

"""Text of HTML mails: paragraphs, lists and links in plain characters, nothing else."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "table",
        "blockquote",
        "ul",
        "ol",
        "dl",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "hr",
        "form",
    ]
)
_LINES = frozenset({"br", "li", "tr", "dt", "dd"})
_LINE_CHARS = 72

_spaces = re.compile(r"[ \t\r\n\f\xa0]+").sub
_gaps = re.compile(r"\n{3,}").sub


class _Reader(HTMLParser):
    """Collects text; knows paragraphs, line breaks, list points, links and preformatted text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent = 0
        self.preformatted = 0
        self.link: str | None = None
        self.link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _PARAGRAPHS:
            self.out.append("\n\n")
            self.preformatted += tag == "pre"
        elif tag in _LINES:
            self.out.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self.link = dict(attrs).get("href")
            self.link_from = len(self.out)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _PARAGRAPHS:
            self.out.append("\n\n")
            self.preformatted = max(0, self.preformatted - (tag == "pre"))
        elif tag == "a" and self.link:
            shown = "".join(self.out[self.link_from :]).strip()
            target = self.link.removeprefix("mailto:").strip()
            if target.startswith(("http://", "https://")) and target != shown:
                self.out.append(f" ({target})")
            self.link = None

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(data if self.preformatted else _spaces(" ", data))


def text_of_html(html: str) -> str:
    """Return the readable text of an HTML mail, never failing.

    Args:
        html: Any text; what is no HTML comes back as it is, wrapped.

    Returns:
        Paragraphs separated by empty lines; lines end at 72 characters where a space allows it.
    """
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError):
        # html.parser gives up on some broken declarations; what was read until then is kept.
        reader.out.append("\n\n[the rest of this HTML could not be read]")
    lines = (line.strip(" ") for line in "".join(reader.out).split("\n"))
    text = _gaps("\n\n", "\n".join(lines)).strip("\n")
    return "\n".join(_wrapped(line) for line in text.split("\n")).strip()


def _wrapped(line: str) -> str:
    out: list[str] = []
    length = 0
    for word in line.split(" "):
        if out and length + 1 + len(word) > _LINE_CHARS:
            out.append("\n" + word)
            length = len(word)
        else:
            out.append((" " if out else "") + word)
            length += len(word) + (1 if len(out) > 1 else 0)
    return "".join(out)

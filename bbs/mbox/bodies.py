"""Make a text of a mail: its text parts and patches, and a list of its other parts."""

import re
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import Parser
from pathlib import PurePosixPath

from bbs import limits
from bbs.mbox.headers import author_name, decode_bytes, decode_words, header
from bbs.mbox.html_text import markdown_of_html
from bbs.mbox.markdown import as_markdown, fenced

_PATCH_SUFFIXES = frozenset({".patch", ".diff"})
_PATCH_SUBTYPES = frozenset({"x-patch", "x-diff", "patch", "diff"})
# Their type is text, but readers do not want the source of such a part.
_LISTED_TEXT = frozenset({"html", "calendar", "vcard", "x-vcard", "directory", "rtf"})


# A line that begins a part shows the missing boundary.
_shown_boundary = re.compile(
    r'^--([^\s"](?:[^"\n]{0,68}[^\s"])?)\s*\nContent-', re.MULTILINE
).search


@dataclass
class _Pieces:
    """The parts of a mail collected so far, in its order."""

    changes: Counter[str]
    texts: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    parts: int = 0
    mails_above: int = 0


def body_text(mail: Message, changes: Counter[str]) -> str:
    """Return the text of a mail as Markdown that shows it as its author wrote it.

    Text parts and patches stand in the order of the mail, other parts are named at its end as
    `[attachment: name, type, size]`. Of alternatives the plain one is taken; HTML is converted only
    if there is no plain alternative. A mail within the mail stands with its From, Date and Subject
    above its own text, to a depth of `limits.IMPORT_MAILS_WITHIN_MAX`.

    Args:
        mail: Parsed, however broken.
        changes: Counts the parts that could not be kept as they were, by reason.
    """
    pieces = _Pieces(changes)
    _collect(mail, pieces)
    return "\n\n".join([*pieces.texts, *pieces.listed])


def _collect(part: Message, pieces: _Pieces) -> None:
    pieces.parts += 1
    if pieces.parts > limits.IMPORT_PARTS_MAX:
        pieces.changes["more parts than can be read"] += 1
        return
    if part.get_content_type() == "multipart/alternative" and part.is_multipart():
        _collect(_best(_children(part)), pieces)
    elif part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in _children(part):
            _collect(child, pieces)
    elif part.get_content_maintype() == "multipart":
        _collect(_unbounded(part, pieces.changes), pieces)
    elif part.get_content_type() == "message/rfc822" and _children(part):
        _collect_mail(_children(part)[0], part, pieces)
    else:
        _leaf(part, pieces)


def _collect_mail(mail: Message, part: Message, pieces: _Pieces) -> None:
    """Add a mail that stands in another; its addresses stay behind, as those of every mail."""
    if pieces.mails_above == limits.IMPORT_MAILS_WITHIN_MAX or not mail.keys():
        _leaf(part, pieces)
        return
    lines = [f"From: {author_name(mail, pieces.changes)}"]
    values = ((name, header(mail, name.lower(), pieces.changes)) for name in ("Date", "Subject"))
    lines += [f"{name}: {value}" for name, value in values if value]
    pieces.texts.append(as_markdown("\n".join(lines)))
    pieces.mails_above += 1
    _collect(mail, pieces)
    pieces.mails_above -= 1


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


def _best(alternatives: list[Message]) -> Message:
    """Return the plainest of the alternatives; an empty part if there are none."""
    for wanted in ("text/plain", "text/html"):
        for part in alternatives:
            if part.get_content_type() == wanted:
                return part
    return alternatives[0] if alternatives else Message()


def _unbounded(part: Message, changes: Counter[str]) -> Message:
    """Return a multipart with a missing or wrong boundary, parsed by the boundary in its text."""
    changes["multipart without its boundary"] += 1
    text = str(part.get_payload())
    shown = _shown_boundary(text)
    if shown is not None:
        head = f'Content-Type: {part.get_content_type()}; boundary="{shown[1]}"\n\n'
        found = Parser(policy=policy.compat32).parsestr(head + text)
        if found.is_multipart():
            return found
    plain = Message()
    plain.set_payload(text)
    return plain


def _leaf(part: Message, pieces: _Pieces) -> None:
    name = _file_name(part, pieces.changes)
    kind = part.get_content_type()
    attached = (part.get_content_disposition() or "") == "attachment"
    data = _content(part, pieces.changes)
    subtype = kind.partition("/")[2]
    patch = subtype in _PATCH_SUBTYPES or PurePosixPath(name).suffix.lower() in _PATCH_SUFFIXES
    # A file named like a patch may hold anything; a text part is always read as text.
    readable_patch = patch and data is not None and b"\0" not in data
    if data is not None and (readable_patch or _is_prose(part)):
        text = _text(data, part, pieces.changes)
        if not text.strip():
            return
        if patch or attached or name:
            info = "diff" if patch else "text"
            label = f"{name}:\n\n" if name else ""
            pieces.texts.append(label + fenced(text, info))
        else:
            pieces.texts.append(as_markdown(text))
    elif data is not None and kind == "text/html" and not attached and not name:
        pieces.changes["HTML turned into text"] += 1
        if text := markdown_of_html(_text(data, part, pieces.changes)):
            pieces.texts.append(text)
    else:
        pieces.changes["attachment listed, not kept"] += 1
        size = "" if data is None else f", {len(data)} bytes"
        pieces.listed.append(f"[attachment: {name or 'without a name'}, {kind}{size}]")


def _is_prose(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_content_subtype() not in _LISTED_TEXT


def _content(part: Message, changes: Counter[str]) -> bytes | None:
    """Return a part's bytes; None if the part holds other messages."""
    if part.is_multipart():
        return None
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        changes["broken transfer encoding left as it is"] += 1
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _text(data: bytes, part: Message, changes: Counter[str]) -> str:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        charset = None
    text = decode_bytes(data, charset, changes)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").strip("\n")


def _file_name(part: Message, changes: Counter[str]) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        changes["broken header left as it is"] += 1
        return ""
    # A single line of bounded length, because the foreign name stands in the text.
    return " ".join(decode_words(name, changes).split())[: limits.TITLE_CHARS_MAX]

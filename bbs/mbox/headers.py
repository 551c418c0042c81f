"""Read names, dates, ids and subjects from the headers of mails, also of broken mails."""

import hashlib
import re
from collections import Counter
from collections.abc import Container
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import NamedTuple

from bbs.mbox.archive import patch_separator

_id = re.compile(r"<([^<>]+)>").findall
_spaces = re.compile(r"\s+").sub
_answer = re.compile(
    r"(?P<tag>(?:\[[^\]]*\]\s*)?)(?:re|aw|sv|antw|ref)(?:\[\d+\])?\s*:\s*", re.IGNORECASE
)
_ENVELOPE_DATE = re.compile(r"\w{3} +(\w{3} +\d{1,2} +\d{2}:\d{2}:\d{2}) +(?:[A-Z]{3,4} +)?(\d{4})")
# The library reads the year 0001 as 2001.
_year_of_zeros = re.compile(r"[a-z]{3}[ -]+0\d{3}\b", re.IGNORECASE).search
_FIRST_DATE = datetime(1971, 1, 1, tzinfo=UTC)


def decode_bytes(data: bytes, charset: str | None, changes: Counter[str]) -> str:
    """Return `data` as text, never failing.

    Args:
        data: The bytes in the mail.
        charset: The character set that the mail names; None if it names none.
        changes: Counts guesses, by reason.
    """
    with suppress(UnicodeError, LookupError, ValueError):
        return data.decode(charset or "ascii")
    changes["character set guessed"] += 1
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    return data.decode("cp1252", "replace")


def header(mail: Message, name: str, changes: Counter[str]) -> str:
    """Return a field's text on one line, RFC 2047 words decoded; empty if the mail has none."""
    return decode_words(raw_header(mail, name, changes), changes)


def raw_header(mail: Message, name: str, changes: Counter[str]) -> str:
    """Return a field's text on one line, as it travels; raw 8-bit bytes are decoded."""
    for field, value in mail.raw_items():
        if field.lower() == name:
            # The parser hides bytes beyond ASCII in surrogates; a broken mail may have any.
            data = str(value).encode("utf-8", "surrogateescape")
            return _spaces(" ", decode_bytes(data, None, changes)).strip()
    return ""


def decode_words(text: str, changes: Counter[str]) -> str:
    """Return `text` with its RFC 2047 encoded words decoded; a broken word stays as it is."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        changes["broken header left as it is"] += 1
        return text
    decoded = [
        piece
        if isinstance(piece, str)
        else decode_bytes(piece, charset, changes)
        if charset
        else piece.decode("raw_unicode_escape", "replace")
        for piece, charset in pieces
    ]
    return _spaces(" ", "".join(decoded)).strip()


def author_name(mail: Message, changes: Counter[str]) -> str:
    """Return the author's name: the name in From, else the part of the address before the @.

    Addresses are not imported, because the authors gave them to a list, not to a board.
    """
    raw = raw_header(mail, "from", changes)
    name, address = parseaddr(raw)
    name = decode_words(name, changes).strip("\"' ")
    if not name:
        name = address.partition("@")[0] or decode_words(re.sub(r"<[^>]*>", "", raw), changes)
    if "@" in name:
        name = name.partition("@")[0]
    if not name.strip():
        changes["author missing"] += 1
        return "unknown"
    return name.strip()


def message_id(mail: Message, data: bytes, changes: Counter[str]) -> str:
    """Return a mail's Message-ID without brackets, or an id made from its content.

    A value without `@` is no Message-ID: some programs wrote `<1>` or a date into many mails.
    """
    raw = raw_header(mail, "message-id", changes)
    found = _id(raw)
    made = _spaces("", found[0] if found else raw)
    if "@" in made:
        return made
    changes["message id missing, made from its content"] += 1
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Refs(NamedTuple):
    """The ids that a mail names as its ancestors.

    Attributes:
        references: Of its References, oldest first.
        answered: Of its In-Reply-To.
    """

    references: tuple[str, ...]
    answered: tuple[str, ...]

    def chain(self, known: Container[str]) -> tuple[str, ...]:
        """Return the ids, the oldest first and the answered mail last.

        In-Reply-To counts where References says nothing, or where it names a mail that is in the
        archive: else it may be an address or a date, as older programs wrote it.

        Args:
            known: The ids of all mails of the archive.
        """
        answered = next((each for each in self.answered if each in known), None)
        if answered is None or answered in self.references:
            return self.references or self.answered[:1]
        return (*self.references, answered)


def refs(mail: Message) -> Refs:
    """Return the ids in References and In-Reply-To, without values that have no `@`."""
    ignored: Counter[str] = Counter()
    found = (
        tuple(_spaces("", each) for each in _id(raw_header(mail, name, ignored)) if "@" in each)
        for name in ("references", "in-reply-to")
    )
    return Refs(*found)


def title(subject: str) -> str:
    """Return the subject without `Re:`; the list's tag stays. Empty for none."""
    shorter = subject
    while found := _answer.match(shorter):
        shorter = found["tag"] + shorter[found.end() :]
    return shorter.strip()


class Written(NamedTuple):
    """When a mail was written.

    Attributes:
        at: In UTC, to the second; the beginning of 1971 if neither Date nor separator has it.
        lacking: Why the Date could not be used, if `at` is not from the mail; else empty.
    """

    at: datetime
    lacking: str = ""


def written_at(mail: Message, envelope: str, *, now: datetime, changes: Counter[str]) -> Written:
    """Return when a mail was written, by its Date or else by the date on its separator line.

    Args:
        mail: The parsed mail.
        envelope: The separator line after `From `.
        now: Dates later than a day from now are not believed.
        changes: Counts the dates taken from separator lines.
    """
    text = raw_header(mail, "date", Counter())
    parsed = _parsed(text)
    date = None if _year_of_zeros(text) else _sound(parsed, now)
    if date is not None:
        return Written(date)
    lacking = "missing" if not text else "unreadable" if parsed is None else "not believable"
    date = _sound(_on_envelope(envelope), now)
    if date is not None:
        changes[f"date {lacking}, taken from its From line"] += 1
        return Written(date)
    return Written(_FIRST_DATE, lacking)


def _parsed(text: str) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        return parsedate_to_datetime(text)
    return None


def _on_envelope(envelope: str) -> datetime | None:
    found = _ENVELOPE_DATE.search(envelope)
    if found is None or patch_separator(f"From {envelope}".encode()):
        return None
    with suppress(ValueError):
        return datetime.strptime(f"{found[1]} {found[2]} +0000", "%b %d %H:%M:%S %Y %z")
    return None


def _sound(date: datetime | None, now: datetime) -> datetime | None:
    """Return `date` in UTC, to the second; None if it cannot be true."""
    if date is None:
        return None
    try:
        date = date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return date if _FIRST_DATE <= date <= now + timedelta(days=1) else None

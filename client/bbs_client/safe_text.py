"""Makes foreign text safe for the screen: sanitized, cut, and never parsed as markup (P13).

Widgets take it as `Content`, by `widgets.safe_content`.
"""

import re
from collections.abc import Mapping

from bbs.errors import (
    FOR_PEOPLE,
    FOR_PEOPLE_HINT,
    BadParams,
    Disconnected,
    FolkmootError,
    ProtocolError,
)
from bbs.features.boards.messages import Board
from bbs.features.members.author_text import author_name, full_name, writer_name
from bbs.features.members.views import Author, Member
from bbs.features.threads.views import Thread, end_word, is_untitled
from bbs.powers import Way
from bbs.refusals import CommandWaits, Conflict

_WAITS_HINT = ":proposals shows what waits, and takes it back"
_TYPED = frozenset({"address", "words", "query"})
ERROR_CHARS_MAX = 300  # a sentence and a hint; longer ones are not meant for people

unsafe = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""C0, DEL, C1, surrogates, and characters that change the direction of text or break a line."""


def safe_line(text: str | None, otherwise: str = "") -> str:
    """Return foreign `text` as one safe line.

    Args:
        text: The text as received; None if it is gone.
        otherwise: Our own words for a missing or empty text.
    """
    if not text or not (text := text.strip()):
        return otherwise
    if text.isascii() and text.isprintable():
        return text
    # Imported late, because the first painting seldom needs it.
    from bbs.text import sanitize

    return sanitize(text).strip()


def board_title(board: Board) -> str:
    """Return a board's title, or what its address names it by if it has none."""
    return safe_line(board.title, board.label)


def thread_title(thread: Thread | None) -> str:
    """Return a thread's title, or why there is none; None stands for a thread that is not here."""
    if thread is None or is_untitled(thread):
        return "(no title)"
    return safe_line(thread.title, f"({end_word(thread)})")


def letter_title(thread: Thread | None) -> str:
    """Return the title that people gave a letter; empty without one: then its people name it."""
    return "" if thread is None or is_untitled(thread) else thread_title(thread)


def handle_of(author: Author, members: Mapping[str, Member]) -> str:
    """Return an author's short name: a handle, or a replacement for a handle."""
    return safe_line(author_name(author, members, short=True))


def writer_of(author: Author, via: Way, members: Mapping[str, Member]) -> str:
    """Return an author's short name, with a note if their script wrote the text.

    Args:
        via: The way the text came.
    """
    return safe_line(writer_name(author, via, members, short=True))


def name_of(author: Author, members: Mapping[str, Member]) -> str:
    """Return an author's display name where it says more than the handle, else nothing."""
    return safe_line(full_name(author, members))


def describe_error(error: FolkmootError) -> str:
    """Return an error as a sentence for people, with its hint, safe to draw."""
    if isinstance(error, Disconnected):
        return "You are offline."
    sentence, hint = sentence_and_hint(error)
    return as_sentence(sentence) + (f" {as_sentence(hint)}" if hint else "")


def sentence_and_hint(error: FolkmootError) -> tuple[str, str]:
    """Return what an error says and the next step, safe to draw; the step may be empty."""
    sentence = safe_line(str(error))[:ERROR_CHARS_MAX]
    match error:
        case CommandWaits():
            return sentence, _WAITS_HINT
        case BadParams(field=field, rule=rule, audience="program"):
            # The reader typed these, and sees no names of fields.
            return safe_line(rule if field in _TYPED else sentence), ""
        case ProtocolError():
            return FOR_PEOPLE, FOR_PEOPLE_HINT
        case Conflict(revision=None):
            # There is no other version to read: the sentence says what to do.
            return sentence, ""
    return sentence, "" if error.audience == "program" else safe_line(error.hint)


def as_sentence(text: str) -> str:
    """Return a text with a capital at its beginning and a full stop at its end, if it has none."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"

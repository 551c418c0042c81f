"""Rules of text: which text may be stored, how text is corrected, how it is drawn (P13). Pure.

The server calls `check_…`, which refuses a text and never alters it. Editors and imports call
`normalize_…`, which corrects a text and counts its changes. `sanitize` makes any string safe to
draw on a terminal or to write to a log. All three judge each code point, never a sequence, so that
no unfinished or nested escape sequence gets past them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from bbs import limits
from bbs.characters import BASES, EVERYDAY, MARKS, STARTS, Kind, character_kind, joins, selects
from bbs.patterns import LatePattern
from bbs.refusals import TextRefused

NO_SIGN = "\ufffd"
"""The replacement for a character that cannot be shown."""

NO_BASE = "\u25cc"
"""The base under a combining mark that had none."""

TAB_SPACES = 4

_BODY_REFUSES: dict[Kind, str] = {
    Kind.CONTROL: "control characters other than newline and tab have no place in a text",
    Kind.SEPARATOR: "lines are ended by newlines alone",
    Kind.BROKEN: "this is not a character",
}
_LINE_REFUSES: dict[Kind, str] = {
    **_BODY_REFUSES,
    Kind.CONTROL: "control characters have no place here",
    Kind.BREAK: "this is one line; newlines have no place here",
    Kind.TAB: "tabs have no place here",
    Kind.SEPARATOR: "this is one line; line separators have no place here",
    Kind.OVERRIDE: "direction controls have no place in one line",
    **dict.fromkeys(
        (Kind.JOINER, Kind.SELECTOR, Kind.TAG, Kind.HIDDEN),
        "invisible characters have no place in one line",
    ),
    Kind.FORMAT: "format controls have no place in one line",
    Kind.UNKNOWN: "this character is private or not known here",
}
# Per kind: the replacement in `normalize_…`, and the reason under which it is counted.
_BODY_MENDS: dict[Kind, tuple[str, str]] = {
    Kind.CONTROL: ("", "controls"),
    Kind.SEPARATOR: ("\n", "line_breaks"),
    Kind.BROKEN: (NO_SIGN, "unreadable"),
}
_LINE_MENDS: dict[Kind, tuple[str, str]] = {
    **_BODY_MENDS,
    **dict.fromkeys((Kind.BREAK, Kind.TAB, Kind.SEPARATOR), (" ", "line_breaks")),
    **dict.fromkeys((Kind.OVERRIDE, Kind.JOINER, Kind.SELECTOR), ("", "invisible")),
    **dict.fromkeys((Kind.TAG, Kind.HIDDEN, Kind.FORMAT), ("", "invisible")),
    Kind.UNKNOWN: (NO_SIGN, "unreadable"),
}

_everyday_line = LatePattern(f"[{EVERYDAY}]*")
_everyday_body = LatePattern(f"[{EVERYDAY}\n]*")
_unusual_in_line = LatePattern(f"[^{EVERYDAY}]+")
_unusual_in_body = LatePattern(f"[^{EVERYDAY}\n]+")
_foreign_breaks = re.compile("\r\n?|[\x0b\x0c\x85]").subn

_BLACK_FLAG = "\U0001f3f4"
_FLAG_TAGS_MAX = 7  # a region of up to six letters and digits, and the cancel tag
_BRAILLE_BLANK = "\u2800"


def check_line(value: str, *, field: str, chars_max: int, empty: bool = False) -> None:
    """Refuse a text that a field of a single line must not contain, such as a title (P13). Pure.

    Args:
        value: The text, as sent.
        field: Its name in the request, for the error.
        chars_max: The most code points it may have.
        empty: True if it may be empty.

    Raises:
        TextRefused: If it is too long; contains a control, a newline or tab, a line separator, a
            direction control, an invisible, private or unassigned character, or a surrogate; has a
            combining mark without a base or more than `limits.MARKS_PER_BASE_MAX` on a base; is
            not NFC; begins or ends with white space; shows nothing although `empty` is False.
    """
    _check_length(value, field, chars_max)
    if not value and empty:
        return
    if not _everyday_line.fullmatch(value):
        _check_characters(value, field, _LINE_REFUSES)
    _check_visible(value, field)
    if value[0].isspace():
        raise TextRefused(field, "white space at the beginning", 0, _code(value[0]))
    if value[-1].isspace():
        raise TextRefused(field, "white space at the end", len(value) - 1, _code(value[-1]))


def check_body(
    value: str,
    *,
    field: str = "body",
    chars_max: int = limits.BODY_CHARS_MAX,
    bytes_max: int = limits.BODY_BYTES_MAX,
    lines_max: int = limits.BODY_LINES_MAX,
    empty: bool = False,
) -> None:
    """Refuse a text of several lines that must not be stored (P13). Pure.

    Joiners, direction marks, selectors and tags are allowed, because scripts and emoji need them.
    Overrides and isolates are allowed too; `sanitize` makes them visible.

    Args:
        value: The text, as sent; its lines end in newlines.
        field: Its name in the request, for the error.
        chars_max: The most code points it may have.
        bytes_max: The most bytes it may have in UTF-8.
        lines_max: The most lines it may have.
        empty: True if it may show nothing.

    Raises:
        TextRefused: If it has too many characters, bytes or lines; contains a control other than
            newline and tab, a line or paragraph separator, a surrogate or noncharacter; has a
            combining mark without a base or more than `limits.MARKS_PER_BASE_MAX` on a base; is not
            NFC; shows nothing although `empty` is False.
    """
    _check_length(value, field, chars_max)
    if len(value) * 4 > bytes_max and len(value.encode("utf-8", "surrogatepass")) > bytes_max:
        raise TextRefused(field, f"longer than {bytes_max} bytes")
    if value.count("\n") >= lines_max:
        raise TextRefused(field, f"more than {lines_max} lines")
    if not _everyday_body.fullmatch(value):
        _check_characters(value, field, _BODY_REFUSES)
    elif value and not value.isspace():
        return  # every other everyday character can be seen
    if not empty:
        _check_visible(value, field)


def compose(text: str) -> str:
    """Return `text` in NFC, so that every keyboard and file system gives the same text.

    Keyboards and systems write `é` as a single code point or as two. People see no difference, but
    the hash of a password differs. Pure, idempotent. JSON becomes JSON with every string in NFC,
    because no sign of JSON composes with another character.
    """
    return unicodedata.normalize("NFC", text)


def normalize_line(value: str, *, chars_max: int) -> tuple[str, dict[str, int]]:
    """Correct a text so that it passes `check_line` with `empty=True`. Pure.

    Args:
        value: Any string: pasted, imported, typed.
        chars_max: The most code points to keep; the rest is cut.

    Returns:
        The text, and the number of changes by reason: `line_breaks`, `controls`, `invisible`,
        `unreadable`, `normalised`, `spaces`, `marks`, `bare_marks`, `cut` (code points). Reasons
        that did not occur are left out. A text without visible characters becomes empty.
    """
    if len(value) <= chars_max and _everyday_line.fullmatch(value) and value == value.strip():
        return value, {}
    counts: Counter[str] = Counter()
    value, _ = _foreign_breaks("\n", value)
    value = _mend_characters(value, _LINE_MENDS, counts)
    value = _counted_strip(value, counts)
    value = _mend_marks(value, counts)
    value = _counted_strip(_cut(value, chars_max, counts), counts)
    if not _shows_something(value):
        counts["spaces"] += len(value)
        value = ""
    return value, dict(+counts)


def normalize_body(
    value: str,
    *,
    chars_max: int = limits.BODY_CHARS_MAX,
    bytes_max: int = limits.BODY_BYTES_MAX,
    lines_max: int = limits.BODY_LINES_MAX,
) -> tuple[str, dict[str, int]]:
    """Correct a text so that it passes `check_body` with `empty=True`. Pure.

    Args:
        value: Any string: pasted, imported, typed. CRLF and other line breaks become newlines.
        chars_max: The most code points to keep.
        bytes_max: The most bytes to keep, in UTF-8.
        lines_max: The most lines to keep.

    Returns:
        The text, and the number of changes by reason, as in `normalize_line`.
    """
    counts: Counter[str] = Counter()
    if not _everyday_body.fullmatch(value):
        value, counts["line_breaks"] = _foreign_breaks("\n", value)
        value = _mend_characters(value, _BODY_MENDS, counts)
        value = _mend_marks(value, counts)
    keep = len("\n".join(value.split("\n", lines_max)[:lines_max]))
    fitting = value[: min(keep, chars_max)]
    if len(fitting) * 4 > bytes_max:
        fitting = fitting.encode()[:bytes_max].decode(errors="ignore")
    return _cut(value, len(fitting), counts), dict(+counts)


def sanitize(value: str, *, multiline: bool = False) -> str:
    """Return a text that is safe to draw on a terminal and to write to a log (P13). Pure.

    Controls, surrogates and unknown characters become U+FFFD, overrides and isolates become
    `<U+202E>`. Direction marks and other invisible characters are left out, and so are joiners and
    variation selectors that change nothing visible (`bbs.characters.joins`, `selects`). Tabs become
    spaces. Idempotent; fast for everyday text.

    Args:
        value: Any string, from anywhere.
        multiline: True to keep newlines (CRLF becomes one); False to draw them as spaces.

    Returns:
        A text without ESC, C0 (but newlines if `multiline`), DEL, C1, surrogates, line separators
        and direction controls, with at most `limits.MARKS_PER_BASE_MAX` marks on one base.
    """
    if (_everyday_body if multiline else _everyday_line).fullmatch(value):
        return value
    value = value.replace("\r\n", "\n")
    drawing = _Sanitizer(multiline=multiline)
    done = 0
    for unusual in (_unusual_in_body if multiline else _unusual_in_line).finditer(value):
        drawing.everyday(value[done : unusual.start()])
        for at in range(*unusual.span()):
            drawing.character(value[at], value[at + 1 : at + 2])
        done = unusual.end()
    drawing.everyday(value[done:])
    return "".join(drawing.parts)


class _Sanitizer:
    """A text under way: the parts drawn so far, and the base that the next character stands on."""

    def __init__(self, *, multiline: bool) -> None:
        self.parts: list[str] = []
        self._multiline = multiline
        self._marks = -1  # on the current base; -1 if there is no base
        self._tags = -1  # after a black flag; -1 if there is none

    @property
    def _last(self) -> str:
        """The last character drawn; empty at the beginning."""
        return self.parts[-1][-1] if self.parts else ""

    def everyday(self, text: str) -> None:
        """Draw a stretch of everyday characters, possibly empty."""
        if text:
            self.parts.append(text)
            self._marks = -1 if text[-1] == "\n" else 0
            self._tags = -1

    def character(self, char: str, following: str) -> None:
        """Draw a character of any kind.

        Args:
            char: The character.
            following: The character after it; empty at the end.
        """
        kind = character_kind(char)
        if kind is Kind.SELECTOR and not selects(self._last, char, following):
            return
        if kind in MARKS:
            if self._marks < 0:
                self._base(NO_BASE)
            if 0 <= self._marks < limits.MARKS_PER_BASE_MAX:
                self.parts.append(char)
                self._marks += 1
        elif kind is Kind.PLAIN or kind is Kind.FORMAT:
            self._base(char)
        elif kind is Kind.TAB:
            self._base(" " * TAB_SPACES if self._multiline else " ")
        elif kind is Kind.BREAK or (kind is Kind.SEPARATOR and not self._multiline):
            self._base(" ")
        elif kind is Kind.OVERRIDE:
            self._base(f"<{_code(char)}>")
        elif kind is Kind.JOINER:
            if joins(self._last, char, following):
                self.parts.append(char)
        elif kind is Kind.TAG:
            if 0 <= self._tags < _FLAG_TAGS_MAX:
                self.parts.append(char)
                self._tags += 1
        elif kind is not Kind.HIDDEN:
            self._base(NO_SIGN)

    def _base(self, shown: str) -> None:
        self.parts.append(shown)
        self._marks = 0
        self._tags = 0 if shown == _BLACK_FLAG else -1


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _check_length(value: str, field: str, chars_max: int) -> None:
    if len(value) > chars_max:
        raise TextRefused(field, f"longer than {chars_max} characters: it has {len(value)}")


def _check_characters(value: str, field: str, refuses: Mapping[Kind, str]) -> None:
    """Refuse characters by their kind, marks in the wrong place, and a text that is not NFC."""
    marks = -1
    for position, char in enumerate(value):
        kind = character_kind(char)
        if kind in refuses:
            raise TextRefused(field, refuses[kind], position, _code(char))
        if kind in MARKS:
            if marks < 0:
                raise TextRefused(
                    field, "a combining mark with nothing to stand on", position, _code(char)
                )
            marks += 1
            if marks > limits.MARKS_PER_BASE_MAX:
                rule = f"more than {limits.MARKS_PER_BASE_MAX} combining marks on one character"
                raise TextRefused(field, rule, position, _code(char))
        elif kind in BASES:
            marks = 0
        elif kind in STARTS:
            marks = -1
    normal = unicodedata.normalize("NFC", value)
    if normal != value:
        pairs = enumerate(zip(value, normal, strict=False))
        position = next((at for at, (a, b) in pairs if a != b), min(len(value), len(normal)) - 1)
        rule = "not in Unicode's composed form (NFC)"
        raise TextRefused(field, rule, position, _code(value[position]))


def _check_visible(value: str, field: str) -> None:
    if not _shows_something(value):
        raise TextRefused(field, "empty, or nothing in it can be seen")


def _shows_something(value: str) -> bool:
    if (first := value.lstrip()[:1]) and _everyday_line.fullmatch(first):
        return True  # as most texts begin
    seen = (Kind.PLAIN, Kind.MARK, Kind.FORMAT, Kind.UNKNOWN)
    drawn = (char for char in value if not char.isspace() and char != _BRAILLE_BLANK)
    return any(character_kind(char) in seen for char in drawn)


def _mend_characters(
    value: str, mends: Mapping[Kind, tuple[str, str]], counts: Counter[str]
) -> str:
    """Replace the characters that `check_…` refuses, and compose the rest."""
    parts = []
    for char in value:
        put = char
        if mend := mends.get(character_kind(char)):
            put, reason = mend
            counts[reason] += 1
        parts.append(put)
    mended = "".join(parts)
    normal = unicodedata.normalize("NFC", mended)
    counts["normalised"] += normal != mended
    return normal


def _mend_marks(value: str, counts: Counter[str]) -> str:
    """Drop marks beyond the limit and put a base under marks without a base."""
    parts = []
    marks = -1
    for char in value:
        kind = character_kind(char)
        if kind in MARKS:
            if marks < 0:
                parts.append(NO_BASE)
                counts["bare_marks"] += 1
                marks = 0
            if marks == limits.MARKS_PER_BASE_MAX:
                counts["marks"] += 1
                continue
            marks += 1
        elif kind in BASES:
            marks = 0
        elif kind in STARTS:
            marks = -1
        parts.append(char)
    return "".join(parts)


def _counted_strip(value: str, counts: Counter[str]) -> str:
    stripped = value.strip()
    counts["spaces"] += len(value) - len(stripped)
    return stripped


def _cut(value: str, keep: int, counts: Counter[str]) -> str:
    """Keep at most `keep` code points, and no base without all its marks."""
    if keep >= len(value):
        return value
    while keep and character_kind(value[keep]) in MARKS:
        keep -= 1
    counts["cut"] += len(value) - keep
    return value[:keep]

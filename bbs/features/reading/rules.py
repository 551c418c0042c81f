"""Rules of reading: the grammar of searches, ranges of read posts, what a choice is. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from bbs import limits
from bbs.address import is_name
from bbs.errors import BadParams
from bbs.features.reading.messages import (
    ArrangeBoards,
    Choosing,
    Ranges,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Folder,
    Layout,
    MemberChoice,
    SavedChoice,
    Stance,
    ThreadChoice,
)

_parts = re.compile(r'(?P<sign>-?)"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)').finditer
_operator = re.compile(r"(from|board|before|after):(.+)", re.IGNORECASE | re.DOTALL).fullmatch
_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_NAME_OPERATORS = {
    "from": ("author", "write it like from:ana"),
    "board": ("board", "write it like board:garden"),
}
# Characters that no search engine takes; NUL would end the query inside SQLite.
_unsafe = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]").sub


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word or phrase that a found post must contain, or must not contain.

    Attributes:
        words: A word, or the words of a phrase in their order; never empty, each with at least a
            letter or digit. As typed: `bbs.words.wanted` divides `node.js` into tokens.
        negated: True if a found post must not contain it.
        prefix: True if the last word is only the beginning of one.
    """

    words: tuple[str, ...]
    negated: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A parsed search; a found post fulfils all its conditions.

    Attributes:
        terms: In the order typed; together at most `limits.SEARCH_TERMS_MAX` words.
        author: Handle after `from:`, without @.
        board: Slug after `board:`.
        before: Only posts written before this day began, UTC.
        after: Only posts written on this day or later, UTC.
        notes: Sentences about parts that were perhaps meant otherwise. They quote the typed text:
            sanitize them (P13).
    """

    terms: tuple[QueryTerm, ...] = ()
    author: str | None = None
    board: str | None = None
    before: date | None = None
    after: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_searchable(self) -> bool:
        """Whether it names something to find, not only something to leave out."""
        wanted = any(not term.negated for term in self.terms)
        return wanted or bool(self.author or self.board or self.before or self.after)


def parse_search(text: str, *, typing: bool = False) -> SearchQuery:
    """Parse a search as people type it: words, "phrases", fro*, -not, from:, board:, days.

    Any text is a valid search. An unknown operator is a word; an operator with a wrong value and a
    beginning that is too short are words and a note; an open quotation ends with the text. Of
    several authors, boards or days the first counts. Protocol 9.

    Args:
        text: The text as typed; code points beyond `limits.QUERY_CHARS_MAX` are left out.
        typing: Whether it is still being typed: then the word at its end is the beginning of one.
    """
    reading = _QueryParser()
    if len(text) > limits.QUERY_CHARS_MAX:
        reading.notes.append(f"only the first {limits.QUERY_CHARS_MAX} characters were read")
    # Stored text is in NFC.
    text = unicodedata.normalize("NFC", _unsafe(" ", text[: limits.QUERY_CHARS_MAX]))
    for part in _parts(text):
        word, goes_on = part["word"], typing and part.end() == len(text)
        if word is None:
            goes_on = goes_on and not part[0].endswith('"')
            reading.term(part["phrase"].split(), negated=part["sign"] == "-", goes_on=goes_on)
        elif not ((found := _operator(word)) and reading.operator(found[1].lower(), found[2])):
            reading.word(word, goes_on=goes_on)
    return reading.query()


@dataclass(slots=True)
class _QueryParser:
    """The parts of a search that are parsed so far."""

    notes: list[str] = field(default_factory=list)
    terms: list[QueryTerm] = field(default_factory=list)
    operators: dict[str, Any] = field(default_factory=dict)
    words: int = 0

    def query(self) -> SearchQuery:
        """Return the parsed search."""
        notes = tuple(dict.fromkeys(self.notes))
        return SearchQuery(terms=tuple(self.terms), notes=notes, **self.operators)

    def word(self, typed: str, *, goes_on: bool) -> None:
        """Add a word, perhaps with - before it or * after it."""
        # Imported late: the client's first painting needs the rules of choices, but no rules of words.
        from bbs.words import begins_words

        negated = typed.startswith("-") and len(typed) > 1
        word = typed[1:] if negated else typed
        if negated and _operator(word):
            self.notes.append(f"{word} was taken as a word: - works with words only")
        prefix = word.endswith("*") and begins_words(word)
        if word.endswith("*") and not prefix and any(char.isalnum() for char in word):
            self.notes.append(f"{word} was taken as a word: write two letters or more before *")
        self.term([word.rstrip("*")], negated=negated, prefix=prefix, goes_on=goes_on)

    def term(
        self, words: list[str], *, negated: bool, prefix: bool = False, goes_on: bool = False
    ) -> None:
        """Add a word or phrase, as far as the limit allows and it has a letter or digit.

        Args:
            words: As typed.
            negated: As in `QueryTerm`.
            prefix: As in `QueryTerm`.
            goes_on: Whether the last word is still being typed.
        """
        from bbs.words import begins_words, cut

        words = [word for word in words if cut(word)]
        room = limits.SEARCH_TERMS_MAX - self.words
        if len(words) > room:
            self.notes.append(f"only the first {limits.SEARCH_TERMS_MAX} words were looked for")
            # A shortened phrase matches more posts; negated, it would leave out more than meant.
            words, goes_on = ([] if negated else words[:room]), False
        if words:
            self.words += len(words)
            prefix |= goes_on and not negated and begins_words(words[-1])
            self.terms.append(QueryTerm(tuple(words), negated, prefix))

    def operator(self, name: str, value: str) -> bool:
        """Take `name:value`; return False, with a note, if the value is wrong."""
        meant: str | date | None
        if name in ("before", "after"):
            field_name, rule = name, "a day is like 2026-11-01"
            meant = _parse_day(value)
        else:
            field_name, rule = _NAME_OPERATORS[name]
            named = value.lower().removeprefix("@" if name == "from" else "")
            meant = named if is_name(named) else None
        if meant is None:
            self.notes.append(f"{name}:{value} was taken as a word: {rule}")
            return False
        if self.operators.setdefault(field_name, meant) != meant:
            self.notes.append(f"{name}:{value} was left out: only the first {name}: counts")
        return True


def _parse_day(value: str) -> date | None:
    if not _date(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def check_folders(folders: tuple[Folder, ...]) -> None:
    """Refuse folders that cannot be an order of boards.

    Raises:
        TextRefused: If a folder's name breaks the rules of `bbs.text.check_line`.
        BadParams: If a board or a name occurs twice, or there are too many boards.
    """
    # Imported late: the client's first painting needs the rules of choices, but no rules of text.
    from bbs.text import check_line

    names = [folder.name for folder in folders if folder.name is not None]
    for name in names:
        check_line(name, field="folders", chars_max=limits.SHORT_CHARS_MAX)
    boards = [board for folder in folders for board in folder.boards]
    if len(set(boards)) < len(boards) or len(boards) > limits.BOARDS_MAX:
        raise BadParams("folders", f"name each board once, at most {limits.BOARDS_MAX} of them")
    if len(set(names)) < len(names):
        raise BadParams("folders", "give each folder another name")


def stance_command(kind: str, key: str, stance: Stance) -> Choosing:
    """Return the command that follows or mutes something, or gives that up.

    Args:
        kind: `thread`, `board` or `member`, as `subject_of` names it.
        key: Its id.
        stance: The stance to take; `Stance.NONE` to give one up.
    """
    match kind:
        case "thread":
            return SetThreadChoice(thread=key, stance=stance)
        case "board":
            return SetBoardChoice(board=key, stance=stance)
        case _:
            return SetMemberChoice(member=key, stance=stance)


def choice_of(command: Choosing, before: Choice | None = None) -> Choice:
    """Return the choice that a command makes.

    Args:
        command: What was asked for.
        before: What stood; a board's command may say only half of it. None where nothing is known.
    """
    match command:
        case SetBoardChoice(board=board, stance=stance, level=level):
            known = before if isinstance(before, BoardChoice) else BoardChoice(board=board)
            return BoardChoice(
                board=board, stance=stance or known.stance, level=level or known.level
            )
        case SetMemberChoice(member=member, stance=stance):
            return MemberChoice(member=member, stance=stance)
        case ArrangeBoards(folders=folders):
            return Layout(folders=folders)
        case SavePost(post=post, saved=saved):
            return SavedChoice(post=post, saved=saved)
        case _:
            return ThreadChoice(thread=command.thread, stance=command.stance)


def is_default(choice: Choice) -> bool:
    """Return whether a choice equals the default, so that it need not be stored."""
    match choice:
        case Layout(folders=folders):
            return not folders
        case SavedChoice(saved=saved):
            return not saved
        case BoardChoice(board=board):
            return choice == BoardChoice(board=board)
        case _:
            return choice.stance is Stance.NONE


def subject_of(choice: Choice) -> tuple[str, str]:
    """Return the subject of a choice: its kind and the thing's id; an empty id for the layout."""
    match choice:
        case Layout():
            return "layout", ""
        case SavedChoice(post=key):
            return "post", key
        case BoardChoice(board=key):
            return "board", key
        case ThreadChoice(thread=key):
            return "thread", key
        case MemberChoice(member=key):
            return "member", key


def normalize(pairs: Iterable[tuple[int, int]]) -> Ranges:
    """Return inclusive ranges in normal form: sorted, disjoint, with gaps between them.

    Args:
        pairs: First and last number of each, in any order, overlapping or not.

    Raises:
        BadParams: If a last number is below its first.
    """
    joined: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if last < first:
            raise BadParams("last", "must not be below first")
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """Return numbers, in any order, as the ranges that hold them and nothing else."""
    return normalize((number, number) for number in numbers)


def add(ranges: Ranges, first: int, last: int) -> Ranges:
    """Return `ranges` with the numbers from `first` to `last`, both included.

    Raises:
        BadParams: If `last` is below `first`.
    """
    return normalize((*ranges, (first, last)))


def add_upto(ranges: Ranges, first: int, last: int, end: int) -> Ranges:
    """Return `ranges` with the numbers from `first` to `last`, and none beyond `end`.

    Without that bound, later posts would arrive as read (P4). Protocol 7.7.

    Raises:
        BadParams: If `last` is below `first`.
    """
    added = add(ranges, first, last)
    return remove(added, end + 1, max(added[-1][1], end + 1))


def remove(ranges: Ranges, first: int, last: int) -> Ranges:
    """Return `ranges` without the numbers from `first` to `last`, both included.

    Raises:
        BadParams: If `last` is below `first`.
    """
    if last < first:
        raise BadParams("last", "must not be below first")
    below = [(low, min(high, first - 1)) for low, high in ranges if low < first]
    above = [(max(low, last + 1), high) for low, high in ranges if high > last]
    return (*below, *above)


def mark_ranges(
    ranges: Ranges, first: int, last: int, *, read: bool, end: int | None = None
) -> Ranges:
    """Return the marks of a thread after numbers were marked as read, or as unread.

    Args:
        ranges: The marks before.
        first, last: The numbers, both included.
        read: False to mark them as unread.
        end: As `add_upto` takes it; None where the server bounds them.

    Raises:
        BadParams: If `last` is below `first`.
    """
    if not read:
        altered = remove(ranges, first, last)
    elif end is None:
        altered = add(ranges, first, last)
    else:
        altered = add_upto(ranges, first, last, end)
    return limit_ranges(altered)


def carried_ranges(numbers: Iterable[tuple[int, int]], read: Ranges, *, was_muted: bool) -> Ranges:
    """Return which posts that are moved stay read, by the numbers that they get (P4).

    Args:
        numbers: Of each post the number it had and the one it gets.
        read: The reader's marks of the thread they come from.
        was_muted: Whether that thread was muted, and theirs now is not: then none of them is to be
            found unread elsewhere.
    """
    return ranges_of(new for old, new in numbers if was_muted or contains(read, old))


def contains(ranges: Ranges, number: int) -> bool:
    """Return whether `number` is in one of the ranges."""
    at = bisect_right(ranges, number, key=itemgetter(0)) - 1
    return at >= 0 and number <= ranges[at][1]


def limit_ranges(ranges: Ranges, ranges_max: int = limits.MARK_RANGES_MAX) -> Ranges:
    """Return at most `ranges_max` of the ranges; the numbers of the others are unread again.

    The ranges with the fewest posts are dropped, among equals the lowest, so that the newest marks
    stay. No unread post becomes read, because then its reader would never see it (P4).

    Args:
        ranges: Sorted and disjoint.
        ranges_max: At least 1.
    """
    surplus = len(ranges) - ranges_max
    if surplus <= 0:
        return ranges
    sizes = sorted((last - first, at) for at, (first, last) in enumerate(ranges))
    dropped = {at for _, at in sizes[:surplus]}
    return tuple(pair for at, pair in enumerate(ranges) if at not in dropped)

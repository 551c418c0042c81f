"""Leaving a board, a letter or the community, in words that commands and screens share. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bbs import limits
from bbs.features.ownership.views import LeaveWords, Leaving, LeavingPart, LeavingState
from bbs.plural import counted

Moment = Callable[[datetime], str]


class WordsChoice(NamedTuple):
    """What can become of the words of somebody who leaves.

    Attributes:
        label: Its name, in a word or two.
        does: What others see from then on, a sentence.
        is_so: The same of words for which it was chosen, after "your words".
    """

    label: str
    does: str
    is_so: str


CHOICES: Mapping[LeaveWords, WordsChoice] = {
    LeaveWords.LEFT: WordsChoice(
        "under my name", "They stay, and you are named as who wrote them.", "stay under your name"
    ),
    LeaveWords.FORMER: WordsChoice(
        "former member",
        "They stay, with “a former member” where your name stood.",
        "stay, as those of a former member",
    ),
    LeaveWords.TAKEN: WordsChoice(
        "taken back",
        "Nobody reads them from now on; each leaves a marker.",
        "are taken back",
    ),
}
"""The three choices, in the order in which they are offered. No board leaves one out (P9)."""

STAYS = (
    "What you did in an office stays in the log, without your name.",
    f"A copy in a case stays until {limits.EVIDENCE_DAYS} days after the case is over.",
    "Backups hold it until their day, which the sysop announces.",
    "A file that somebody took away is theirs: an export, a pack, a lifeboat.",
)
"""What stays whatever was chosen, a sentence each (P10)."""

KEPT_BOARDS_ERASED = (
    "What this device keeps as lifeboats is erased here; before you leave, bbs lifeboat make BOARD"
    " FILE makes a file of a board."
)
"""What leaving the community does to boards kept on the device, for whoever keeps any (P10)."""

LETTER_ENDS = (
    "You read the letter no more, and nobody can let you in again; a new one begins empty. Once"
    " nobody is left in it, it ends and is erased at once."
)
_LETTER_BACK = {
    LeaveWords.TAKEN: f" For {limits.LEAVING_DAYS} days you can bring your words back; then they are"
    " erased for good.",
    LeaveWords.FORMER: f" For {limits.LEAVING_DAYS} days you can put your name back on them; then the"
    " server forgets whose they are.",
}
EXPORT_OFFER = "Take your words with you first? A folder for them, or Enter for none"


def letter_left(words: LeaveWords) -> str:
    """Return what leaving a letter does, in sentences."""
    return f"Your words {CHOICES[words].is_so}.{_LETTER_BACK.get(words, '')} {LETTER_ENDS}"


def ask_about_words(name: str, written: str, *, is_community: bool) -> str:
    """Return how much somebody wrote, and the question about it.

    Args:
        name: Of the board or the community; clean.
        written: How much, as `describe_written` says it; empty for nothing.
        is_community: Whether the whole community is left.
    """
    where = f"{'in' if is_community else 'on'} {name}"
    if not written:
        return f"You wrote nothing {where}."
    return f"You wrote {written} {where}. What becomes of your words?"


def describe_written(posts: int, lines: int) -> str:
    """Return how much somebody wrote, as in `41 posts and 3 lines`; empty for nothing."""
    said = (counted(posts, "post") if posts else "", counted(lines, "line") if lines else "")
    return " and ".join(filter(None, said))


def has_words(leaving: Leaving) -> bool:
    """Return whether somebody wrote anything where they leave, so that there is a choice about it."""
    return bool(leaving.posts or leaving.lines)


def describe_parts(
    parts: Sequence[LeavingPart], place_of: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Return each place where something was written, with how much; where most was, first.

    Args:
        parts: What the server counted.
        place_of: Returns what a board or letter is called, by its id; clean.
    """
    written = [part for part in parts if part.posts or part.lines]
    written.sort(key=lambda part: (-part.posts - part.lines, part.board))
    return [(place_of(part.board), describe_written(part.posts, part.lines)) for part in written]


def ends_at_once(*, is_community: bool) -> str:
    """Return what ends at once, a sentence."""
    if is_community:
        return "Your seats, offices, sessions, tokens and invitations end at once."
    return "Your seat ends at once, and an office here with it."


def when_back(leaving: Leaving, moment: Moment) -> str:
    """Return when somebody who leaves can come back, a sentence without its full stop.

    Args:
        leaving: The leaving.
        moment: Writes a moment for people.
    """
    until = moment(leaving.erase_at)
    if leaving.back_from is None:
        return f"Until {until} you can come back"
    return (
        f"You came back {limits.COMEBACKS_MAX} times within a day, so the way back is open only from"
        f" {moment(leaving.back_from)}, until {until}"
    )


def the_day(words: LeaveWords, back: str, *, is_community: bool) -> str:
    """Return until when it can be taken back, and what the server does then.

    Args:
        words: What was chosen.
        back: When they can come back, as `when_back` says it.
        is_community: Whether the whole community is left.
    """
    then = describe_then(words, is_community=is_community)
    return f"{back}. {then}".rstrip()


def describe_then(words: LeaveWords, *, is_community: bool) -> str:
    """Return what the server does once the time to come back is over, a sentence; empty for nothing.

    Args:
        words: What was chosen.
        is_community: Whether the whole community is left.
    """
    what = "your account" if is_community else ""
    if words is LeaveWords.TAKEN:
        what = f"{what} and these words" if what else "these words"
    erases = f"erases {what}" if what else ""
    forgets = "forgets whose these words are" if words is LeaveWords.FORMER else ""
    does = " and ".join(filter(None, (erases, forgets)))
    return f"Then the server {does}, for good." if does else ""


def describe_leaving(leaving: Leaving, where: str, moment: Moment) -> str:
    """Return what somebody is leaving, and until when they can come back.

    Args:
        leaving: The leaving.
        where: The board, letter or community; clean.
        moment: Writes a moment for people.
    """
    words = f"; your words {CHOICES[leaving.words].is_so}" if has_words(leaving) else ""
    if leaving.state is LeavingState.ERASING:
        return f"You left {where}{words}, and nothing brings that back any more."
    if leaving.back_from is not None:
        return f"You are leaving {where}{words}. {when_back(leaving, moment)}."
    return f"You are leaving {where}{words}. You can come back until {moment(leaving.erase_at)}."

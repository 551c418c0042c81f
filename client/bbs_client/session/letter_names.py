"""How letters are named after the people in them: `~ana+ben`."""

from collections.abc import Iterable, Mapping

from bbs.features.letters.views import LetterState
from bbs.features.members.author_text import member_name
from bbs.features.members.views import Member
from bbs.ids import BoardId, MemberId
from bbs.letter_address import LetterAddress
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.reads import LetterRow
from bbs_client.safe_text import safe_line

UNKNOWN = "~?"
"""The address of a letter of which nothing is here."""


def people_of(cache: Mirror, row: LetterRow) -> list[str]:
    """Return who is in a letter, or was asked, besides the reader: handles in alphabetical order; cleaned.

    Of a request that the reader sent nobody but this device knows whom they asked.
    """
    letter, members = row.letter, cache.members()
    if letter.state is LetterState.ASKED and letter.asked_by == cache.reader:
        return sorted(safe_line(handle) for handle in row.asked)
    others = letter.members or (letter.asked_by, *letter.others)
    return sorted(_handle(members, id) for id in others if id != cache.reader)


def _handle(members: Mapping[MemberId, Member], member: MemberId) -> str:
    return safe_line(member_name(member, members)).removeprefix("@")


def letter_address(cache: Mirror, letter: BoardId) -> str:
    """Return how the reader addresses a letter: `~ana+ben`; by their own handle if they are alone in it."""
    row = cache.letter(letter)
    if row is None or cache.reader is None:
        return UNKNOWN
    return addressed(people_of(cache, row) or [_handle(cache.members(), cache.reader)])


def addressed(handles: Iterable[str]) -> str:
    """Return the address of the letter among the reader and these: `~ana+ben`."""
    return str(LetterAddress(tuple(sorted(handles))))

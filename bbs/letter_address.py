"""Addresses of letters, by the handles of the people in them: `~ana`, `~ana+ben`, `~ana/3`. Pure.

Where several letters have the same people, a number names one: `~ana:2`, the second that was asked
for. A client resolves them among its member's own letters; the server knows letters by id alone. In a
shell `~` is somebody's home, so commands take handles instead.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from bbs import address, limits
from bbs.errors import BadParams

OTHERS_MAX = limits.LETTER_SEATS_MAX - 1
"""How many people besides the member a letter has at most."""

PEOPLE_RULE = f"a letter is for 1 to {OTHERS_MAX} others, like ~ana or ~ana+ben"
_CHARS_MAX = (OTHERS_MAX + 1) * (limits.HANDLE_CHARS_MAX + 1) + 22
_post = re.compile(r"[1-9][0-9]{0,15}").fullmatch
_which = re.compile(r"[1-9][0-9]{0,3}").fullmatch
_POST_MAX = 2**53 - 1


class LetterAddress(Struct, frozen=True):
    """A letter, by the people in it: `~ana+ben`.

    Attributes:
        handles: Each once, in the order of the alphabet.
        which: Of several with the same people, in the order in which they were asked for; 0 where it
            was not said.
    """

    handles: tuple[str, ...]
    which: int = 0

    def __str__(self) -> str:
        return f"~{'+'.join(self.handles)}{f':{self.which}' if self.which else ''}"


class LetterPostAddress(Struct, frozen=True):
    """A post of a letter, by its number in the letter's one thread: `~ana+ben/3`."""

    letter: LetterAddress
    post: int

    def __str__(self) -> str:
        return f"{self.letter}/{self.post}"


AnyAddress = address.Address | LetterAddress | LetterPostAddress
"""An address as it is typed in a client, of a letter too."""


def parse_any(text: str) -> AnyAddress:
    """Parse an address as it is typed in a client; like `address.parse`, and letters too.

    Raises:
        BadParams: If `text` is no address; the rule shows the right form.
    """
    return parse_letter(text) if is_of_letter(text) else address.parse(text)


def is_of_letter(text: str) -> bool:
    """Return whether a text is meant as a letter's address."""
    return text.startswith("~")


def parse_letter(text: str) -> LetterAddress | LetterPostAddress:
    """Parse the address of a letter, or of a post in one.

    Args:
        text: The address, without white space around it. The handles may come in any order, and
            the member's own may be among them.

    Returns:
        The address; `str()` of it names the same.

    Raises:
        BadParams: If `text` is no such address; the rule shows the right form.
    """
    if len(text) > _CHARS_MAX:
        raise BadParams("address", PEOPLE_RULE)
    people, slash, number = text.removeprefix("~").partition("/")
    if not is_of_letter(text) or not people:
        raise BadParams("address", f"after ~ come handles, joined by +; {PEOPLE_RULE}")
    letter = letter_of(people.split("+"))
    if not slash:
        return letter
    if not _post(number) or int(number) > _POST_MAX:
        raise BadParams("address", f"after the letter comes a post's number, like {letter}/3")
    return LetterPostAddress(letter, int(number))


def letter_of(handles: list[str]) -> LetterAddress:
    """Return the address of the letter among some people.

    Args:
        handles: As they are typed, with or without `@`; one may be the member's own. After the last
            one may stand which of several letters is meant: `ben:2`.

    Raises:
        BadParams: If one is no handle, or there are too many.
    """
    *first, last = handles or [""]
    last, colon, which = last.partition(":")
    if colon and not _which(which):
        raise BadParams("address", f"after : comes a number, like ~{last}:2")
    names = [handle.removeprefix("@") for handle in (*first, last)]
    for name in names:
        if not address.is_name(name):
            raise BadParams("address", f"a handle is {address.NAME_RULE}; {PEOPLE_RULE}")
    if len(set(names)) > OTHERS_MAX + 1:
        raise BadParams("address", PEOPLE_RULE)
    return LetterAddress(tuple(sorted(set(names))), int(which or 0))


class Correspondence(NamedTuple):
    """An open letter of the member's, as far as an address can mean it.

    Attributes:
        id: The letter's.
        people: The handles of the others in it, in alphabetical order.
        asked: How many people were asked for it.
        asked_at: When they were.
    """

    id: str
    people: tuple[str, ...]
    asked: int
    asked_at: datetime


def number_alike(letters: Iterable[Correspondence]) -> dict[str, int]:
    """Return which of several letters with the same people each letter is, by id; 0 for the only one."""
    alike: dict[tuple[str, ...], list[Correspondence]] = {}
    for each in sorted(letters, key=lambda each: (each.asked_at, each.id)):
        alike.setdefault(each.people, []).append(each)
    return {
        each.id: place if len(same) > 1 else 0
        for same in alike.values()
        for place, each in enumerate(same, 1)
    }


def find_meant(
    named: LetterAddress,
    own: str | None,
    letters: Iterable[Correspondence],
    title_of: Callable[[str], str] = lambda letter: "",
    *,
    to_read: bool = False,
) -> str | None:
    """Return the id of the letter that an address means; None if there is none.

    To read, a letter for which exactly these people were asked goes before those that others have left,
    or may still enter. The member's own handle alone names the letter that everybody else has left.

    Args:
        named: The address; whether it names the member makes no difference.
        own: The member's handle.
        letters: The member's open letters.
        title_of: Returns a letter's title by its id, cleaned; empty for none.
        to_read: Whether nothing is changed by it.

    Raises:
        BadParams: If the address fits several letters and does not say which, or names nobody but the
            member and there is no such letter.
    """
    known = list(letters)
    is_alone = named.handles == (own,) and any(not each.people for each in known)
    people = () if is_alone else others_in(named, own)
    fitting = sorted(
        (each for each in known if each.people == people), key=lambda each: (each.asked_at, each.id)
    )
    if named.which:
        return fitting[named.which - 1].id if named.which <= len(fitting) else None
    exact = [each for each in fitting if each.asked == len(people)] if to_read else []
    if len(exact) == 1:
        return exact[0].id
    if len(fitting) > 1:
        bare = LetterAddress(people or (own or "",))
        told = [
            f"{LetterAddress(bare.handles, place)} of {each.asked_at:%Y-%m-%d}"
            + (f", “{title}”" if (title := title_of(each.id)) else "")
            for place, each in enumerate(fitting, 1)
        ]
        rule = f"{bare} fits {len(fitting)} of your letters; say which: {'; '.join(told)}"
        raise BadParams("address", rule)
    return fitting[0].id if fitting else None


def people_to_ask(handles: list[str], own: str | None) -> tuple[str, ...]:
    """Return whom a request for a letter names, besides the member.

    Raises:
        BadParams: As `letter_of` and `others_in`, or if it says which of several letters is meant.
    """
    named = letter_of(handles)
    if named.which:
        raise BadParams("address", "a letter that is asked for has no number yet")
    return others_in(named, own)


def others_in(letter: LetterAddress, own: str | None) -> tuple[str, ...]:
    """Return the handles of the people in a letter besides the member.

    Args:
        letter: The letter; whether it names the member makes no difference.
        own: The member's handle; None for a member without one.

    Raises:
        BadParams: If nobody else is left, or too many are.
    """
    others = tuple(handle for handle in letter.handles if handle != own)
    if not others:
        raise BadParams("address", "a letter to yourself has no reader; name somebody else")
    if len(others) > OTHERS_MAX:
        raise BadParams("address", PEOPLE_RULE)
    return others

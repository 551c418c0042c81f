"""Addresses of letters, by the handles of the people in them: `~ana`, `~ana+ben`, `~ana/3`. Pure.

A client resolves them among its member's own letters; the server knows letters by id alone. In a
shell `~` is somebody's home, so commands take handles instead.
"""

import re

from msgspec import Struct

from bbs import address, limits
from bbs.errors import BadParams

OTHERS_MAX = limits.LETTER_SEATS_MAX - 1
"""How many people besides the member a letter has at most."""

PEOPLE_RULE = f"a letter is for 1 to {OTHERS_MAX} others, like ~ana or ~ana+ben"
_CHARS_MAX = (OTHERS_MAX + 1) * (limits.HANDLE_CHARS_MAX + 1) + 17
_post = re.compile(r"[1-9][0-9]{0,15}").fullmatch
_POST_MAX = 2**53 - 1


class LetterAddress(Struct, frozen=True):
    """A letter, by the people in it: `~ana+ben`.

    Attributes:
        handles: Each once, in the order of the alphabet.
    """

    handles: tuple[str, ...]

    def __str__(self) -> str:
        return f"~{'+'.join(self.handles)}"


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
        handles: As they are typed, with or without `@`; one may be the member's own.

    Raises:
        BadParams: If one is no handle, or there are too many.
    """
    names = [handle.removeprefix("@") for handle in handles]
    for name in names:
        if not address.is_name(name):
            raise BadParams("address", f"a handle is {address.NAME_RULE}; {PEOPLE_RULE}")
    if len(set(names)) > OTHERS_MAX + 1:
        raise BadParams("address", PEOPLE_RULE)
    return LetterAddress(tuple(sorted(set(names))))


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

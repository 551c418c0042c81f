"""The verbs of the `:` line: the functions of the key table by name, and what each may be told."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bbs import address
from bbs.errors import BadParams
from bbs.settings import did_you_mean
from bbs_client.keys import KEYS, KeyScope


class ArgumentKind(StrEnum):
    """What may follow a verb, as help shows it."""

    NOTHING = ""
    POST = "[garden/42/7]"
    PLACE = "[garden or garden/42]"
    MEMBER = "[@member]"
    ANYTHING = "[garden, garden/42 or @member]"
    WORDS = "[words]"
    NAME = "[name]"


_TAKES: dict[str, ArgumentKind] = {
    "switch": ArgumentKind.ANYTHING,
    "reply": ArgumentKind.POST,
    "quote": ArgumentKind.POST,
    "edit": ArgumentKind.POST,
    "withdraw": ArgumentKind.POST,
    "info": ArgumentKind.POST,
    "copy": ArgumentKind.POST,
    "unread_from": ArgumentKind.POST,
    "member": ArgumentKind.MEMBER,
    "threads": ArgumentKind.PLACE,
    "lounge": ArgumentKind.PLACE,
    "new_thread": ArgumentKind.PLACE,
    "seat": ArgumentKind.PLACE,
    "catch_up": ArgumentKind.PLACE,
    "catch_up_board": ArgumentKind.PLACE,
    "search": ArgumentKind.WORDS,
    "links": ArgumentKind.POST,
    "chain": ArgumentKind.POST,
    "fold": ArgumentKind.POST,
    "uncover": ArgumentKind.POST,
    "skip": ArgumentKind.PLACE,
    "peek": ArgumentKind.PLACE,
    "follow": ArgumentKind.ANYTHING,
    "mute": ArgumentKind.ANYTHING,
    "level": ArgumentKind.PLACE,
    "board_up": ArgumentKind.PLACE,
    "board_down": ArgumentKind.PLACE,
    "folder": ArgumentKind.PLACE,
    "save": ArgumentKind.POST,
    "thanks": ArgumentKind.POST,
    "keymap": ArgumentKind.NAME,
    "theme": ArgumentKind.NAME,
    "communities": ArgumentKind.NAME,
}

_ALSO: dict[str, str] = {
    "go": "switch",
    "open": "switch",
    "read": "switch",
    "write": "new-thread",
    "chat": "lounge",
    "mark": "catch-up",
    "next": "next-unread",
    "keys": "keymap",
    "q": "quit",
    "exit": "quit",
}
"""Words of the shell and of other programs, and the verbs they stand for."""


@dataclass(frozen=True)
class Verb:
    """One thing that can be typed.

    Attributes:
        name: The word: its id in the key table, with hyphens.
        id: The function it runs.
        takes: What may follow.
        help: A sentence.
    """

    name: str
    id: str
    takes: ArgumentKind
    help: str


VERBS: dict[str, Verb] = {
    name: Verb(name, entry.id, _TAKES.get(entry.id, ArgumentKind.NOTHING), entry.help)
    for entry in KEYS
    if entry.context is not KeyScope.COMPOSER and entry.id != "command_line"
    for name in [entry.id.replace("_", "-")]
}


@dataclass(frozen=True)
class ParsedCommand:
    """What was typed, understood.

    Attributes:
        id: A function of the key table.
        takes: What kind of thing `about` is.
        about: What it is to be done to; empty for what the cursor is on.
    """

    id: str
    takes: ArgumentKind = ArgumentKind.NOTHING
    about: str = ""


class CommandSyntaxError(Exception):
    """The line is no order; the message is a sentence that says what could be typed instead."""


def find_verb(word: str) -> Verb | None:
    """Return the verb a word stands for; None for none."""
    return VERBS.get(_ALSO.get(word, word))


def parse(text: str, boards: Container[str] = ()) -> ParsedCommand:
    """Understand a line: a verb and what it is about, or an address alone.

    Args:
        text: The line, with or without a colon before it.
        boards: Slugs that are addresses by themselves.

    Raises:
        CommandSyntaxError: If there is no such verb, or it cannot be told that.
    """
    word, _, about = text.strip().removeprefix(":").partition(" ")
    about = about.strip()
    verb = find_verb(word.lower())
    if verb is None:
        if not about and (word in boards or _names(word)):
            return ParsedCommand("switch", ArgumentKind.ANYTHING, word)
        raise CommandSyntaxError(
            f"There is no verb {word!r}{did_you_mean(word.lower(), (*VERBS, *_ALSO))}"
        )
    if about and verb.takes is ArgumentKind.NOTHING:
        raise CommandSyntaxError(f"{verb.name} takes nothing; {verb.help}")
    wrong = about and _wrong(verb, about)
    if wrong:
        raise CommandSyntaxError(f"{verb.name} {verb.takes}: {wrong}")
    return ParsedCommand(verb.id, verb.takes, about)


def complete(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a line could become, the likeliest first, each with a word about it.

    Args:
        text: What was typed so far.
        names: What can follow its verb.
    """
    word, space, about = text.lstrip().removeprefix(":").partition(" ")
    if not space:
        begin = [verb for name, verb in VERBS.items() if name.startswith(word)]
        begin += [VERBS[name] for also, name in _ALSO.items() if word and also.startswith(word)]
        inside = [verb for name, verb in VERBS.items() if word in name and verb not in begin]
        found = list(dict.fromkeys([*begin, *inside]))
        if not word:
            # A list to learn from: what a key does as well comes last.
            found.sort(key=lambda verb: verb.takes is ArgumentKind.NOTHING)
        return [(_line(verb), f"{verb.takes} {verb.help}".strip()) for verb in found]
    verb = find_verb(word.lower())
    if verb is None or verb.takes is ArgumentKind.NOTHING:
        return []
    return [(f"{word} {name}", "") for name in names if name.startswith(about)]


def _line(verb: Verb) -> str:
    return verb.name if verb.takes is ArgumentKind.NOTHING else f"{verb.name} "


def _names(word: str) -> bool:
    try:
        return not isinstance(address.parse(word), address.BoardAddress)
    except BadParams:
        return False


def _wrong(verb: Verb, about: str) -> str:
    """Return why a verb cannot be told this; empty if it can."""
    if verb.takes in (ArgumentKind.WORDS, ArgumentKind.NAME):
        return ""
    try:
        found = address.parse(about)
    except BadParams as error:
        return f"{error.rule}."
    member = isinstance(found, address.MemberAddress)
    if verb.takes is ArgumentKind.MEMBER and not member:
        return "name a member, as in @ana."
    if verb.takes is ArgumentKind.POST and not isinstance(
        found, address.PostAddress | address.ThreadAddress
    ):
        return "name a post, as in garden/42/7, or a thread for its first."
    if verb.takes is ArgumentKind.PLACE and member:
        return "name a board or a thread."
    return ""

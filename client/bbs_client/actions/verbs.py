"""The verbs: the actions by name with their arguments, on the `:` line and in plain mode."""

from collections.abc import Container, Iterable
from importlib import import_module

from msgspec import Struct

from bbs import address
from bbs.errors import BadParams
from bbs.letter_address import LetterAddress, LetterPostAddress, parse_any
from bbs.settings import did_you_mean
from bbs_client.actions.action import TAKES_ANY_WORDS, Action, ArgumentKind, KeyScope
from bbs_client.actions.surface import Run
from bbs_client.actions.table import ACTIONS

VERBS: dict[str, Action] = {
    action.verb: action
    for action in ACTIONS
    if action.context is not KeyScope.COMPOSER and action.id != "command_line"
}
_ALSO: dict[str, str] = {word: verb for verb, action in VERBS.items() for word in action.also}


class ParsedCommand(Struct, frozen=True):
    """A parsed line.

    Attributes:
        id: The id of an action.
        about: The thing that it acts on; empty for the selected one.
    """

    id: str
    about: str = ""


class CommandSyntaxError(Exception):
    """The line is no command; the message is a sentence with a valid one."""


def find_verb(word: str) -> Action | None:
    """Return the action that a word means; None for none."""
    return VERBS.get(_ALSO.get(word, word))


def find_run(action: Action) -> Run:
    """Return the function of an action that has a `run`; its module is loaded at the first call."""
    module, _, name = action.run.partition(":")
    function: Run = getattr(import_module(f"bbs_client.actions.{module}"), name)
    return function


def parse(text: str, boards: Container[str | None] = ()) -> ParsedCommand:
    """Parse a line: a verb with its argument, or an address alone.

    Args:
        text: The line, with or without a colon before it.
        boards: Slugs that count as addresses.

    Raises:
        CommandSyntaxError: If there is no such verb, or it does not take that argument.
    """
    word, _, about = text.strip().removeprefix(":").partition(" ")
    about = about.strip()
    verb = find_verb(word.lower())
    if verb is None:
        if not about and is_address(word, boards):
            return ParsedCommand("switch", word)
        raise CommandSyntaxError(
            f"There is no verb {word!r}{did_you_mean(word.lower(), (*VERBS, *_ALSO))}"
        )
    if about and verb.takes is ArgumentKind.NOTHING:
        raise CommandSyntaxError(f"{verb.verb} takes nothing; {verb.help}")
    wrong = about and _wrong(verb, about)
    if wrong:
        raise CommandSyntaxError(f"{verb.verb} {verb.takes}: {wrong}")
    return ParsedCommand(verb.id, about)


def complete(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return possible completions of a line, the likeliest first, each with a short description.

    Args:
        text: The text so far.
        names: The words that can follow its verb.
    """
    word, space, about = text.lstrip().removeprefix(":").partition(" ")
    if not space:
        begin = [verb for name, verb in VERBS.items() if name.startswith(word)]
        begin += [VERBS[name] for also, name in _ALSO.items() if word and also.startswith(word)]
        if (exact := find_verb(word)) is not None:
            begin.insert(0, exact)
        inside = [verb for name, verb in VERBS.items() if word in name and verb not in begin]
        found = list(dict.fromkeys([*begin, *inside]))
        if not word:
            # Members learn verbs from this list, so verbs for which keys exist come last.
            found.sort(key=lambda verb: verb.takes is ArgumentKind.NOTHING)
        # Another name that is typed whole stays as it was typed.
        said = {exact: word} if exact is not None and word in exact.also else {}
        return [
            (_line(verb, said.get(verb, verb.verb)), f"{verb.takes} {verb.help}".strip())
            for verb in found
        ]
    verb = find_verb(word.lower())
    if verb is None or verb.takes is ArgumentKind.NOTHING:
        return []
    if verb.takes is ArgumentKind.PEOPLE:
        # Several names may be typed; Tab completes the last of them.
        before, _, about = about.rpartition(" ")
        word = f"{word} {before}".rstrip()
    # A name that is typed whole comes before longer ones, or Tab could not take it.
    found_names = sorted((name for name in names if name.startswith(about)), key=about.__ne__)
    return [(f"{word} {name}", "") for name in found_names]


def _line(verb: Action, name: str) -> str:
    return name if verb.takes is ArgumentKind.NOTHING else f"{name} "


def is_address(word: str, boards: Container[str | None]) -> bool:
    """Return whether a word is an address; of a board only if its slug is among `boards`."""
    try:
        return not isinstance(parse_any(word), address.BoardAddress) or word in boards
    except BadParams:
        return False


def _wrong(verb: Action, about: str) -> str:
    """Return why a verb does not take this argument; empty if it does."""
    if verb.takes in TAKES_ANY_WORDS:
        return ""
    try:
        found = parse_any(about)
    except BadParams as error:
        return f"{error.rule}."
    member = isinstance(found, address.MemberAddress)
    if verb.takes is ArgumentKind.MEMBER and not member:
        return "name a member, as in @ana."
    if verb.takes is ArgumentKind.POST and not isinstance(
        found, address.PostAddress | address.ThreadAddress | LetterAddress | LetterPostAddress
    ):
        return "name a post, as in garden/42/7, or a thread for its first."
    if verb.takes is ArgumentKind.PLACE and member:
        return "name a board or a thread."
    return ""

"""What can be typed at the prompt: the table's actions, and a few words of lines alone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bbs import address
from bbs.errors import BadParams
from bbs.features.members.views import Member
from bbs.features.reading.views import Stance
from bbs.settings import did_you_mean
from bbs_client.actions.action import Action, ArgumentKind, KeyScope
from bbs_client.actions.personal import stand_to
from bbs_client.actions.table import ACTIONS, BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.plain import own, people, reading, round
from bbs_client.plain.places import Place, find_place
from bbs_client.plain.surface import PlainSurface
from bbs_client.session.addresses import place_of_member

Run = Callable[[PlainSurface, str], Awaitable[None]]


class QuitRequested(Exception):
    """The visitor wants to leave."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be typed.

    Attributes:
        name: The word.
        also: Other words for it.
        takes: What may follow, as help shows it.
        help: A sentence.
        run: Does it, given the visit and what followed the word.
    """

    name: str
    also: tuple[str, ...]
    takes: str
    help: str
    run: Run


async def quit_visit(_plain: PlainSurface, _argument: str) -> None:
    """End the visit. Raises `QuitRequested`."""
    raise QuitRequested


async def show_help(plain: PlainSurface, argument: str) -> None:
    """List the verbs, or explain one."""
    verb = find_verb(argument) if argument else None
    if argument and verb is None:
        plain.lines.tell(f"There is no verb {argument!r}.")
        return
    for each in (verb,) if verb else LISTED:
        also = f" (also: {', '.join(each.also)})" if each.also else ""
        plain.lines.tell(f"{' '.join([each.name, each.takes]).strip()}: {each.help}{also}")
    if not verb:
        plain.lines.tell("An address alone opens it. Enter alone is next.")


async def _on_screen(action: Action, plain: PlainSurface, _: str) -> None:
    """Say that it is for the screen."""
    await plain.do_here(action)


async def _mark(plain: PlainSurface, about: str) -> None:
    """Mark a thread as read, or the whole board where `board` follows."""
    if about in ("b", "board"):
        await _run(BY_ID["catch_up_board"], plain, "")
        return
    action = BY_ID["catch_up"]
    await _aimed(action.id, action.takes, partial(_run, action), plain, about)


OWN: Mapping[str, Run] = {
    "boards": reading.boards,
    "switch": reading.open_place,
    "back": reading.back,
    "threads": reading.threads,
    "lounge": reading.lounge,
    "turn": reading.flat,
    "parent": reading.parent,
    "search": reading.search,
    "inbox": reading.inbox,
    "saved": reading.saved,
    "catch_up": _mark,
    "info": reading.info,
    "member": people.member,
    "who": people.who,
    "seat": people.seat,
    "help": show_help,
    "quit": quit_visit,
}
"""How lines do by themselves what the table has no `run` for yet, by the action's id."""

_TAKES = {
    "member": "[@member]",
    "switch": "[ADDRESS or NUMBER]",
    "turn": "[NUMBER]",
    "catch_up": "[board]",
    "who": "[seen|hidden]",
    "seat": "[leave]",
    "help": "[VERB]",
}
"""What follows some verbs here that is no address, or no address alone."""

_SCREEN = frozenset({"keymap", "theme", "tour"})
"""Actions that choose or show how the screen is."""

_WORDS_FOLLOW = frozenset({"reply", "quote", "edit", "new_thread"})
"""Actions whose verb may be followed by what is to be written."""

_SHORT: Mapping[str, tuple[str, ...]] = {  # single letters are keys on the screen, and words here
    "boards": ("b",),
    "switch": ("o",),
    "threads": ("t",),
    "next_unread": ("n",),
    "parent": ("^",),
    "lounge": ("l",),
    "search": ("/",),
    "reply": ("a",),
    "who": ("w",),
    "help": ("h", "?"),
    "quit": ("bye",),
}

_ALONE = (
    Verb("say", ("s",), "WORDS", "Say a line in this board's lounge.", own.say),
    Verb("members", (), "", "List the members.", people.members),
    Verb("norms", (), "", "Read the norms of this board.", people.norms),
)
_UNDOING = {
    "unfollow": ("Stop following this thread or board.", ArgumentKind.ANYTHING, own.unfollow),
    "unmute": ("Stop muting this thread or board.", ArgumentKind.ANYTHING, own.unmute),
    "unsave": ("Remove a post from your saved posts.", ArgumentKind.POST, own.unsave),
}


def _verb(action: Action) -> Verb:
    """Return how an action of the table is done in lines."""
    also = (*action.also, *_SHORT.get(action.id, ()))
    numbered = "[NUMBER or garden/42/7]" if action.takes is ArgumentKind.POST else ""
    takes = _TAKES.get(action.id, numbered or action.takes.value)
    run: Run
    if action.id in _SCREEN:
        run = partial(_on_screen, action)
    elif action.id in _TAKES or action.takes in (ArgumentKind.WORDS, ArgumentKind.NAME):
        run = OWN.get(action.id) or partial(_run, action)
    elif action.id in OWN or action.run:
        run = partial(_aimed, action.id, action.takes, OWN.get(action.id) or partial(_run, action))
    else:
        run = partial(_on_screen, action)
    return Verb(action.verb, also, takes, action.help, run)


async def _run(action: Action, plain: PlainSurface, about: str) -> None:
    if action.run.startswith("round:"):
        await round.catch_up(plain)
    await find_run(action)(plain, about)


async def _aimed(id: str, takes: ArgumentKind, run: Run, plain: PlainSurface, about: str) -> None:
    """Do something to what an address says that follows its verb, or else to what is here.

    Raises:
        BadParams: If something else follows.
        NotFound: If there is no such thing.
    """
    first, _, rest = about.partition(" ")
    named = takes is not ArgumentKind.NOTHING and _is_address(plain, first)
    plain.given = (rest if named else about).strip()
    if plain.given and id not in _WORDS_FOLLOW:
        raise BadParams("address", f"{takes.value} may follow" if takes else "nothing may follow")
    try:
        if not named:
            await run(plain, "")
            return
        found = await _find(plain, first)
        if isinstance(found, Member):
            if id not in Stance.__members__.values():
                raise BadParams("address", "a member cannot be meant here")
            stand_to(plain, place_of_member(found), Stance(id))
            return
        with plain.aimed(found):
            await run(plain, "")
    finally:
        plain.given = ""


async def _find(plain: PlainSurface, word: str) -> Place | Member:
    """Return what a word names: a post of this thread by its number, or an address."""
    where = plain.here.address(plain.session)
    if word.isdecimal() and plain.here.thread is not None:
        return await find_place(plain.session, f"{where}/{word}")
    found = await find_place(plain.session, word)
    if isinstance(found, Place) and found.thread is not None and found.post is None:
        first = next(iter(plain.session.cache.posts(found.thread, [1])), None)
        return Place(found.board, found.thread, first.id if first else None)
    return found


def _is_address(plain: PlainSurface, word: str) -> bool:
    """Tell whether a word names something, rather than being the first of others."""
    if word.isdecimal():
        return plain.here.thread is not None
    try:
        named = address.parse(word)
    except BadParams:
        return False
    if not isinstance(named, address.BoardAddress):
        return True
    return any(row.board.slug == named.board for row in plain.session.cache.boards())


async def obey(plain: PlainSurface, line: str) -> None:
    """Do what a line says.

    Raises:
        QuitRequested: If it says to leave.
        FolkmootError: If it cannot be done.
    """
    word, _, about = line.partition(" ")
    verb = find_verb(word.lower()) if line else find_verb("next")
    if verb is None and _is_address(plain, line):
        verb, about = find_verb("open"), line
    if verb is None:
        near = did_you_mean(word.lower(), _BY_WORD) or "."
        plain.lines.tell(f"There is no verb {word!r}{near} help lists them.")
        return
    await verb.run(plain, about.strip())
    await plain.show()


def find_verb(word: str) -> Verb | None:
    """Return the verb a word stands for, or None."""
    return _BY_WORD.get(word)


VERBS: tuple[Verb, ...] = (
    *(
        _verb(action)
        for action in ACTIONS
        if action.context is not KeyScope.COMPOSER and action.id != "command_line"
    ),
    *_ALONE,
    *(
        Verb(name, (), takes.value, says, partial(_aimed, name, takes, run))
        for name, (says, takes, run) in _UNDOING.items()
    ),
)
LISTED = tuple(verb for verb in VERBS if getattr(verb.run, "func", None) is not _on_screen)
"""What help lists: all but what is for the screen alone."""

_BY_WORD = {word: verb for verb in VERBS for word in (verb.name, *verb.also)}

"""The verbs at the prompt: the table's actions, and a few of plain mode alone."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from msgspec.structs import replace

from bbs import address
from bbs.errors import BadParams
from bbs.letter_address import parse_any
from bbs.settings import did_you_mean
from bbs_client.actions import places, writing
from bbs_client.actions.action import TAKES_ANY_WORDS, Action, ArgumentKind, HelpGroup
from bbs_client.actions.program import aim
from bbs_client.actions.surface import NothingHere
from bbs_client.actions.table import ACTIONS, BY_ID
from bbs_client.actions.verbs import find_run, is_address
from bbs_client.plain import reading, round
from bbs_client.plain.surface import PlainSurface
from bbs_client.session.destination import Destination, DestinationKind

Run = Callable[[PlainSurface, str], Awaitable[None]]


class QuitRequested(Exception):
    """The visitor asked to leave."""


async def quit_visit(_plain: PlainSurface, _: str) -> None:
    """End the visit. Raises `QuitRequested`."""
    raise QuitRequested


async def show_help(plain: PlainSurface, word: str) -> None:
    """List the verbs, or explain one."""
    verb = find_verb(word)
    if word and verb is None:
        plain.lines.tell(f"There is no verb {word!r}{_near(word)}")
        return
    for each in (verb,) if verb else LISTED:
        also = f" (also: {', '.join(each.also)})" if each.also else ""
        plain.lines.tell(f"{each.verb} {_takes(each)}".strip() + f": {each.help}{also}")
    if not verb:
        plain.lines.tell("An address alone opens it. Enter alone goes to the next unread post.")


async def open_place(plain: PlainSurface, named: str) -> None:
    """Go to an address, or show the open place again, a thread from a number on."""
    if named.isdecimal():
        await reading.show_thread(plain, plain.thread_here(), first=int(named))
    elif named:
        await places.go(plain, named)
    elif plain.here.board is None:
        raise BadParams("address", "name a place, like garden or garden/42; boards lists them")
    else:
        plain.show_again()


async def say(plain: PlainSurface, words: str) -> None:
    """Say a line in the lounge of the board that is open."""
    if not words:
        raise BadParams("words", "type what to say, like: say good evening")
    plain.given = words
    board = plain.board_here().board.id
    await writing.begin(plain, Destination(DestinationKind.LINE, board))


async def show_lounge(plain: PlainSurface, _: str) -> None:
    """Show the lounge of the open board, also from inside it."""
    plain.show_lounge(plain.board_here().board.id)


async def catch_up(plain: PlainSurface, _: str) -> None:
    """Mark the open thread as read, or the whole board if the word for it follows."""
    await find_run(BY_ID["catch_up_board" if plain.given else "catch_up"])(plain, "")


OWN: Mapping[str, Run] = {
    "switch": open_place,
    "back": reading.back,
    "lounge": show_lounge,
    "turn": reading.turn,
    "parent": reading.parent,
    "catch_up": catch_up,
    "help": show_help,
    "quit": quit_visit,
    "say": say,
}
"""Actions that plain mode does in its own way, by id: they move in its output, or exist only there.
"""

_SCREEN = frozenset({"command_line", "command_palette", "keymap", "settings", "theme", "tour"})
"""Actions that choose or show the look of the screen."""

_WORDS_FOLLOW = frozenset({"reply", "quote", "edit", "new_thread"})
"""Actions whose verb may be followed by text to write."""

_MAY_FOLLOW: Mapping[str, tuple[str, ...]] = {
    "catch_up": ("board", "b"),
    "who": ("seen", "hidden"),
    "seat": ("leave",),
}
"""Words that may follow some verbs instead of an address."""

_FREE = frozenset({"switch", "turn", "help", "say"})
"""Actions that parse the words after their verb themselves."""

_TAKES = {
    "switch": "[ADDRESS or NUMBER]",
    "turn": "[NUMBER]",
    "catch_up": "[board]",
    "who": "[seen|hidden]",
    "seat": "[leave]",
    "help": "[VERB]",
    "say": "WORDS",
}
"""Parameters of verbs that are no address, or not only an address."""

_SHORT: Mapping[str, tuple[str, ...]] = {  # single letters are keys on the screen, and verbs here
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
    Action("say", (), "say", "Say a line in this board's lounge.", HelpGroup.WRITING, also=("s",)),
    Action("unfollow", (), "unfollow", "Stop following this thread or board.", HelpGroup.READING,
        takes=ArgumentKind.ANYTHING, run="personal:unfollow"),
    Action("unmute", (), "unmute", "Stop muting this thread or board.", HelpGroup.READING,
        takes=ArgumentKind.ANYTHING, run="personal:unmute"),
    Action("unsave", (), "unsave", "Remove a post from your saved posts.", HelpGroup.READING,
        takes=ArgumentKind.POST, run="personal:unsave"),
)  # fmt: skip
"""Further words for actions, in one direction or with text: on the screen a key does both."""


async def obey(plain: PlainSurface, line: str) -> None:
    """Run a typed line.

    Raises:
        QuitRequested: If the line asks to leave.
        FolkmootError: If the verb fails.
    """
    word, _, about = line.partition(" ")
    verb = find_verb(word.lower() or "next")
    if verb is None and _is_address(plain, line):
        verb, about = BY_ID["switch"], line
    if verb is None:
        plain.pass_shown()
        plain.lines.tell(f"There is no verb {word!r}{_near(word)} help lists them.")
        return
    if verb.id == "skip" and not about:
        plain.leave_shown()
    plain.pass_shown()
    plain.given = ""
    with suppress(NothingHere):
        await _do(plain, verb, about.strip())
    await plain.show()


async def _do(plain: PlainSurface, verb: Action, about: str) -> None:
    """Run an action on the thing that the address after its verb names, or else on the thing here.

    Raises:
        BadParams: If other words follow.
        NotFound: If there is no such thing.
    """
    if not _is_done_here(verb):
        await plain.do_here(verb)
        return
    if verb.run.startswith("round:"):
        await round.catch_up(plain)
    run = OWN.get(verb.id) or find_run(verb)
    if about in _MAY_FOLLOW.get(verb.id, ()):
        plain.given = about
        await run(plain, "")
        return
    if verb.id in _FREE or verb.takes in TAKES_ANY_WORDS:
        await run(plain, about)
        return
    word, _, rest = about.partition(" ")
    named = verb.takes is not ArgumentKind.NOTHING and _is_address(plain, word)
    plain.given = (rest if named else about).strip()
    if plain.given and verb.id not in _WORDS_FOLLOW:
        raise BadParams("address", f"after {verb.verb} may follow: {_takes(verb) or 'nothing'}")
    await (_aim(plain, verb, run, word) if named else run(plain, ""))


async def _aim(plain: PlainSurface, verb: Action, run: Run, word: str) -> None:
    """Run an action on the thing of an address or number; the reader stays, unless it leads there."""
    where, before = f"{plain.address}/{word}" if word.isdecimal() else word, plain.here
    is_member = isinstance(parse_any(where), address.MemberAddress)
    by_name = verb.takes is ArgumentKind.MEMBER
    if verb.takes is not ArgumentKind.ANYTHING and is_member is not by_name:
        raise BadParams(
            "address",
            f"{verb.verb} takes a member, like @ana" if by_name else f"{verb.verb} takes no member",
        )
    if verb.takes in (ArgumentKind.ANYTHING, ArgumentKind.MEMBER):
        await run(plain, where)
        return
    await aim(plain, verb, where)
    with plain.staying(before):
        await run(plain, "")


def _is_done_here(verb: Action) -> bool:
    """Return whether plain mode has the action at all; the rest is for the screen."""
    return verb.id in OWN or bool(verb.run and verb.id not in _SCREEN)


def _is_address(plain: PlainSurface, word: str) -> bool:
    """Return whether a word is an address or number, and not the first of other words."""
    if word.isdecimal():
        return plain.in_thread
    is_board = plain.session.cache.board_named(word) is not None
    return is_address(word, [word] if is_board else ())


def _takes(verb: Action) -> str:
    """Return the words that may follow a verb, for people; empty for none."""
    numbered = "[NUMBER or garden/42/7]" if verb.takes is ArgumentKind.POST else verb.takes.value
    return _TAKES.get(verb.id, numbered)


def _near(word: str) -> str:
    return did_you_mean(word.lower(), _BY_WORD) or "."


def find_verb(word: str) -> Action | None:
    """Return the verb that a word means, or None."""
    return _BY_WORD.get(word)


VERBS: tuple[Action, ...] = (
    *(replace(verb, also=(*verb.also, *_SHORT.get(verb.id, ()))) for verb in ACTIONS),
    *_ALONE,
)
LISTED = tuple(verb for verb in VERBS if _is_done_here(verb))
"""The verbs that help lists: all but those for the screen alone."""

_BY_WORD = {word: verb for verb in VERBS for word in (verb.verb, *verb.also)}

"""The one key table: bindings, footer, help and palette entries are all made from it.

A key whose function cannot be found in help and palette is a secret, and a function without a key
a toll; so there is one list, and a test that walks it.
"""

import string
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS

FOOTER_MAX = 6  # keys a footer shows: more are not read


class KeyScope(StrEnum):
    """Where a key means what the table says."""

    READING = "reading"  # letters are commands
    COMPOSER = "composer"  # letters are letters
    EVERYWHERE = "everywhere"


class Pane(StrEnum):
    """What has the focus; decides which keys the footer shows."""

    HOME = "home"
    BOARDS = "boards"
    THREADS = "threads"
    THREAD = "thread"
    LOUNGE = "lounge"
    POST_COMPOSER = "post_composer"
    LINE_COMPOSER = "line_composer"
    DIALOG = "dialog"
    PAGE = "page"  # a dialog that is only read
    LINE = "line"  # a dialog of one line to type
    QUESTION = "question"  # a dialog that brings its own answers
    TOUR = "tour"


class HelpGroup(StrEnum):
    """A heading of the help page."""

    MOVING = "Moving about"
    READING = "Reading"
    WRITING = "Writing"
    COMPOSER = "While writing"
    LOOKING = "Looking things up"
    CLIENT = "This program"


class Action(Struct, frozen=True):
    """One function of the client.

    Attributes:
        id: Its stable name; the action that carries it out is `action_` and this.
        keys: Textual's names of its default keys, the one to show first.
        label: What the footer says, a word or two.
        help: What it does, a sentence.
        group: The heading it stands under.
        context: Where its keys work.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: HelpGroup
    context: KeyScope = KeyScope.READING


_ALL, _WRITING = KeyScope.EVERYWHERE, KeyScope.COMPOSER

KEYS: tuple[Action, ...] = (
    Action("down", ("j", "down"), "down", "Go to the next item.", HelpGroup.MOVING),
    Action("up", ("k", "up"), "up", "Go to the item before.", HelpGroup.MOVING),
    Action("enter", ("enter", "l", "right"), "open", "Open the selected item; in a lounge: write a line.",
        HelpGroup.MOVING),
    Action("back", ("q", "h", "escape", "left"), "back",
        "Go back out; from the list of boards, q quits.", HelpGroup.MOVING),
    Action("first", ("home",), "first", "Go to the first item.", HelpGroup.MOVING),
    Action("last", ("end", "G"), "last", "Go to the last item.", HelpGroup.MOVING),
    Action("page_down", ("pagedown",), "page down", "Go forward by a page, at most to the end.",
        HelpGroup.MOVING),
    Action("page_back", ("pageup", "minus"), "page back", "Go back by a page.", HelpGroup.MOVING),
    Action("home", ("0", "H"), "home", "Show what is new for you, and how much it is.", HelpGroup.MOVING),
    Action("boards", ("b", "1"), "boards", "Show the boards and go there.", HelpGroup.MOVING),
    Action("threads", ("2",), "threads", "Show the board's threads.", HelpGroup.MOVING),
    Action("lounge", ("3", "L"), "lounge", "Show the board's lounge; from there, its threads.",
        HelpGroup.MOVING),
    Action("switch", ("g",), "go to", "Go to a board, thread or member by a few letters of its name.",
        HelpGroup.MOVING),
    Action("board_up", ("left_square_bracket",), "board up",
        "Move the board up in your own order.", HelpGroup.MOVING),
    Action("board_down", ("right_square_bracket",), "board down",
        "Move the board down in your own order.", HelpGroup.MOVING),
    Action("folder", ("backslash",), "folder", "Put the board into a folder of yours, or take it out.",
        HelpGroup.MOVING),
    Action("page_on", ("space",), "read on",
        "Read everything new, page by page and thread by thread, until you are caught up.",
        HelpGroup.READING),
    Action("next_unread", ("n", "tab", "alt+a"), "next unread",
        "Go to the next unread post of the round, wherever it is.", HelpGroup.READING),
    Action("previous_unread", ("N",), "previous unread", "Go to the unread post before.",
        HelpGroup.READING),
    Action("follow", ("f",), "follow",
        "Follow this thread or board: it comes early in your rounds. Nobody else sees this.", HelpGroup.READING),
    Action("mute", ("m",), "mute",
        "Mute this thread or board: it leaves your rounds and counts. Nobody else sees this.", HelpGroup.READING),
    Action("save", ("asterisk",), "save", "Save this post, or remove it from your saved posts. Nobody else sees this.",
        HelpGroup.READING),
    Action("thanks", ("plus",), "thanks",
        "Thank the author of this post; only the author will see it.", HelpGroup.READING),
    Action("skip", ("s",), "skip", "Leave this thread for the next round.", HelpGroup.READING),
    Action("peek", ("p",), "peek", "Read this thread without marking it as read; press again to end that.",
        HelpGroup.READING),
    Action("catch_up", ("c",), "catch up", "Mark the whole thread as read.", HelpGroup.READING),
    Action("catch_up_board", ("C",), "catch up board", "Mark all of the board as read; asks first.",
        HelpGroup.READING),
    Action("unread_from", ("U",), "unread from here", "Mark this post and all after it as unread.",
        HelpGroup.READING),
    Action("turn", ("v",), "tree/list", "Show the thread as a tree, or in the order of time.",
        HelpGroup.READING),
    Action("fold", ("z",), "fold", "Hide the answers to this post, or show them again.",
        HelpGroup.READING),
    Action("parent", ("circumflex_accent",), "parent", "Go to the post this one answers.",
        HelpGroup.READING),
    Action("next_sibling", ("J",), "next answer", "Go to the next answer to the same post.",
        HelpGroup.READING),
    Action("previous_sibling", ("K",), "answer before", "Go to the previous answer to the same post.",
        HelpGroup.READING),
    Action("chain", ("a",), "chain", "Show this post below the posts that led to it.", HelpGroup.READING),
    Action("uncover", ("full_stop",), "spoilers", "Show this post's spoilers, or cover them again.",
        HelpGroup.READING),
    Action("reply", ("r",), "reply", "Answer this post; in a lounge: write a line.",
        HelpGroup.WRITING),
    Action("quote", ("R",), "reply with quote", "Answer this post and quote it, by its address.", HelpGroup.WRITING),
    Action("new_thread", ("t",), "new thread", "Start a thread on this board.",
        HelpGroup.WRITING),
    Action("make_thread", ("T",), "make a thread",
        "In a lounge: mark a line; pressed again, make the lines from there to here a thread.",
        HelpGroup.WRITING),
    Action("edit", ("e",), "edit", "Change your own post, or a text that is not sent yet.",
        HelpGroup.WRITING),
    Action("withdraw", ("D",), "withdraw", "Withdraw your own post or line; asks first.",
        HelpGroup.WRITING),
    Action("outbox", ("o",), "outbox", "Show the posts that wait to be sent and those that were refused.",
        HelpGroup.WRITING),
    Action("send", ("ctrl+s", "ctrl+d"), "send", "Send the post.", HelpGroup.COMPOSER, _WRITING),
    Action("send_line", ("enter",), "send", "Send the line, in a lounge.",
        HelpGroup.COMPOSER, _WRITING),
    Action("newline", ("alt+enter", "ctrl+j"), "new line", "Begin a new line, in a lounge.",
        HelpGroup.COMPOSER, _WRITING),
    Action("editor", ("ctrl+e",), "own editor", "Write in the editor that $VISUAL or $EDITOR names.",
        HelpGroup.COMPOSER, _WRITING),
    Action("preview", ("f3",), "preview", "Show the post as readers will see it.", HelpGroup.COMPOSER, _WRITING),
    Action("complete", ("tab",), "complete",
        "Complete a @handle, a board, an address or an emoji's :name:; otherwise go to the next field.",
        HelpGroup.COMPOSER, _WRITING),
    Action("leave", ("escape",), "leave, keep draft", "Go back to reading; the draft is kept.",
        HelpGroup.COMPOSER, _WRITING),
    Action("search", ("slash",), "search", "Search everything you may read.", HelpGroup.LOOKING),
    Action("info", ("i",), "about", "Show a post's address, times and earlier wordings.",
        HelpGroup.LOOKING),
    Action("member", ("u",), "who is this", "Show the author of this post.", HelpGroup.LOOKING),
    Action("who", ("w",), "who is here", "Show who is here, and choose whether you are seen.",
        HelpGroup.LOOKING),
    Action("seat", ("S",), "seat", "Read a board's charter and norms; take or leave a seat.",
        HelpGroup.LOOKING),
    Action("inbox", ("4", "I"), "inbox", "Show answers to you, mentions of you, and thanks.",
        HelpGroup.LOOKING),
    Action("saved", ("5", "apostrophe"), "saved", "Show the posts you saved.", HelpGroup.LOOKING),
    Action("level", ("B",), "notices", "Choose which news of this board notify you.",
        HelpGroup.LOOKING),
    Action("copy", ("y",), "copy", "Copy the selection, or else the post's address; press again for its text.",
        HelpGroup.LOOKING),
    Action("links", ("x",), "links", "Show the targets of this post's links; open or copy a link.",
        HelpGroup.LOOKING),
    Action("command_palette", ("ctrl+p",), "commands", "Find any function, board or thread by name.",
        HelpGroup.CLIENT, _ALL),
    Action("command_line", ("colon",), "command line",
        "Type a function and its address, such as reply garden/42/7.", HelpGroup.CLIENT),
    Action("communities", ("W",), "communities",
        "Go to another community of this device, or see what is new in the others.", HelpGroup.CLIENT),
    Action("keymap", ("f4",), "keys", "Choose other keys: vi, irc, newsreader, or your own.",
        HelpGroup.CLIENT, _ALL),
    Action("theme", ("ctrl+t",), "theme", "Choose a theme; the screen shows each while you choose.",
        HelpGroup.CLIENT, _ALL),
    Action("tour", ("f2",), "tour", "Show the community's banner and a short tour.",
        HelpGroup.CLIENT, _ALL),
    Action("help", ("question_mark", "f1"), "help", "Show this page.",
        HelpGroup.CLIENT, _ALL),
    Action("redraw", ("ctrl+l",), "redraw", "Draw the screen anew.", HelpGroup.CLIENT, _ALL),
    Action("interrupt", ("ctrl+c",), "quit at once", "Quit when pressed twice; drafts are kept.",
        HelpGroup.CLIENT, _ALL),
    Action("quit", ("ctrl+q",), "quit", "Quit; asks only if something is unsent.",
        HelpGroup.CLIENT, _ALL),
)  # fmt: skip

BY_ID = {key.id: key for key in KEYS}

NAMED = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
"""Keys that type nothing, by Textual's names, as people write them; beside them F1 to F24."""


def key_name(character: str) -> str:
    """Return Textual's name of the key that types a character: `slash`, `question_mark`, `j`."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


CHARACTERS = {key_name(character): character for character in string.punctuation}
"""The characters that have keys with names, by these names."""

FOOTERS: dict[Pane, tuple[str, ...]] = {
    Pane.HOME: ("page_on", "enter", "boards", "switch", "help", "back"),
    Pane.BOARDS: ("enter", "page_on", "switch", "seat", "help", "back"),
    Pane.THREADS: ("enter", "page_on", "new_thread", "lounge", "help", "back"),
    Pane.THREAD: ("page_on", "next_unread", "reply", "skip", "help", "back"),
    Pane.LOUNGE: ("reply", "lounge", "who", "page_back", "help", "back"),
    Pane.POST_COMPOSER: ("send", "leave", "editor", "preview", "complete"),
    Pane.LINE_COMPOSER: ("send_line", "newline", "complete", "leave"),
    Pane.DIALOG: ("enter", "back"),
    Pane.LINE: ("enter", "back"),
    Pane.PAGE: ("page_down", "back"),
    Pane.QUESTION: ("back",),
    Pane.TOUR: ("page_on", "page_back", "back"),
}
"""What the footer shows for each pane, the most useful first; at most `FOOTER_MAX`."""

_FOOTER_LABELS = {
    (Pane.BOARDS, "back"): "quit",
    (Pane.LOUNGE, "reply"): "write",
    (Pane.LOUNGE, "lounge"): "threads",
    (Pane.DIALOG, "enter"): "choose",
    (Pane.LINE, "enter"): "do it",
    (Pane.TOUR, "page_on"): "go on",
    (Pane.TOUR, "page_back"): "card before",
    (Pane.TOUR, "back"): "leave",
}
"""Labels of entries that do something more telling on one pane."""

_FOOTER_KEYS = {
    (pane, "back"): "escape"
    for pane in (Pane.DIALOG, Pane.LINE, Pane.PAGE, Pane.QUESTION, Pane.TOUR)
}
"""Keys that work on one pane where the main key may be text."""


_other: dict[str, tuple[str, ...]] = {}


def activate_keymap(other: Mapping[str, tuple[str, ...]]) -> None:
    """Put other keys in force: a process has one screen, and a screen has one set of keys.

    Args:
        other: Keys by id where they differ from the table's; none for a function without a key.
    """
    _other.clear()
    _other.update(other)


def keys_of(id: str) -> tuple[str, ...]:
    """Return the keys of a function that are in force, the one to show first."""
    return _other.get(id, BY_ID[id].keys)


def key_of(id: str) -> str:
    """Return how to reach a function, as people write it: its first key, or what to type for it."""
    keys = keys_of(id)
    return format_key(keys[0]) if keys else f":{id.replace('_', '-')}"


def format_key(key: str) -> str:
    """Return a key as people write it: `^P`, `Alt+a`, `Esc`, `j`."""
    before, _, last = key.rpartition("+")
    last = NAMED.get(last) or CHARACTERS.get(last) or (last.upper() if _function(last) else last)
    if before == "ctrl" and len(last) == 1:
        return f"^{last.upper()}"
    return "+".join([*(part.capitalize() for part in before.split("+") if part), last])


def _function(key: str) -> bool:
    return key[:1] == "f" and key[1:].isdecimal()


def format_keys(entry: Action) -> str:
    """Return all keys of an entry that are in force as people write them, the main one first."""
    return " ".join(format_key(key) for key in keys_of(entry.id))


def bindings(
    *contexts: KeyScope, only: Iterable[str] = (), first: bool = False
) -> list[BindingType]:
    """Return Textual bindings for the entries of some contexts.

    Args:
        contexts: Whose entries; the actions are looked up on the class that has the bindings.
        only: Ids to restrict them to; empty for all.
        first: True to act before the focused widget sees the key. What is typed ahead then acts
            on what the key before it led to, not on what had the focus when it was typed.
    """
    wanted = frozenset(only) or frozenset(BY_ID)
    return [
        Binding(
            ",".join(entry.keys),
            entry.id,
            entry.label,
            show=False,
            id=entry.id,
            # These two must work whatever has the focus, dialogs included.
            priority=first or entry.id in {"interrupt", "redraw"},
        )
        for entry in KEYS
        if entry.context in contexts and entry.id in wanted
    ]


def footer(pane: Pane) -> list[tuple[str, str]]:
    """Return what the footer shows for a pane, most useful first: keys as written, and labels."""
    return [
        (
            format_key(_FOOTER_KEYS[pane, id]) if (pane, id) in _FOOTER_KEYS else key_of(id),
            _FOOTER_LABELS.get((pane, id), BY_ID[id].label),
        )
        for id in FOOTERS[pane][:FOOTER_MAX]
    ]


def grouped() -> list[tuple[HelpGroup, list[Action]]]:
    """Return all entries under their headings, for the help page."""
    return [(group, [entry for entry in KEYS if entry.group is group]) for group in HelpGroup]

"""The keys of the actions: bindings, footers, and the form of keys for people."""

import string
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum

from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS

from bbs_client.actions.action import Action, HelpGroup, KeyScope
from bbs_client.actions.table import ACTIONS, BY_ID

FOOTER_MAX = 6  # keys in a footer; readers do not read more


class Pane(StrEnum):
    """The widget with the focus, which decides the keys of the footer."""

    HOME = "home"
    END = "end"  # home, at the end of a round
    BOARDS = "boards"
    THREADS = "threads"
    THREAD = "thread"
    LOUNGE = "lounge"
    POST_COMPOSER = "post_composer"
    LINE_COMPOSER = "line_composer"
    DIALOG = "dialog"
    TEXT = "text"  # a box to read
    PAGE = "page"
    HELP = "help"
    FIELD = "field"  # a field on a page
    LINE = "line"  # a dialog of one line to type
    QUESTION = "question"  # a dialog that brings its own answers
    DRAFT = "draft"  # a form whose words are kept when it is left
    TOUR = "tour"
    WELCOME = "welcome"


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
"""Keys that type no character, by Textual's names, in the form for people; besides these F1 to F24.
"""


def key_name(character: str) -> str:
    """Return Textual's name of the key that types a character: `slash`, `question_mark`, `j`."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


CHARACTERS = {key_name(character): character for character in string.punctuation}
"""The characters whose keys have names, by these names."""

FOOTERS: dict[Pane, tuple[str, ...]] = {
    Pane.HOME: ("page_on", "enter", "boards", "switch", "help", "back"),
    Pane.END: ("home", "boards", "lounge", "new_thread", "help", "back"),
    Pane.BOARDS: ("enter", "page_on", "switch", "seat", "help", "back"),
    Pane.THREADS: ("enter", "page_on", "new_thread", "lounge", "help", "back"),
    Pane.THREAD: ("page_on", "next_unread", "reply", "skip", "help", "back"),
    Pane.LOUNGE: ("reply", "lounge", "who", "page_back", "help", "back"),
    Pane.POST_COMPOSER: ("send", "keep_draft", "editor", "preview", "complete"),
    Pane.LINE_COMPOSER: ("send_line", "newline", "complete", "keep_draft"),
    Pane.DIALOG: ("enter", "back"),
    Pane.LINE: ("enter", "back"),
    Pane.TEXT: ("page_down", "back"),
    Pane.PAGE: ("help", "back"),
    Pane.HELP: ("back",),
    Pane.FIELD: ("back",),
    Pane.QUESTION: ("back",),
    Pane.DRAFT: ("back",),
    Pane.TOUR: ("page_on", "page_back", "back"),
    Pane.WELCOME: ("page_on", "page_back", "back", "help"),
}
"""The keys of the footer for each pane, the most useful first; at most `FOOTER_MAX`."""

_FOOTER_LABELS = {
    (Pane.HOME, "back"): "quit",
    (Pane.END, "back"): "quit",
    (Pane.LOUNGE, "reply"): "write",
    (Pane.LOUNGE, "lounge"): "threads",
    (Pane.LOUNGE, "page_back"): "earlier",
    (Pane.DIALOG, "enter"): "choose",
    (Pane.DRAFT, "back"): "leave, keep draft",
    (Pane.LINE, "enter"): "do it",
    (Pane.TOUR, "page_on"): "go on",
    (Pane.TOUR, "page_back"): "card before",
    (Pane.TOUR, "back"): "leave",
    (Pane.WELCOME, "page_on"): "go on",
    (Pane.WELCOME, "page_back"): "back a page",
    (Pane.WELCOME, "back"): "look around first",
}
"""Labels of entries with a special effect on one pane."""

_LEFT_BY_ESC = frozenset(
    {
        Pane.DIALOG,
        Pane.LINE,
        Pane.TEXT,
        Pane.FIELD,
        Pane.QUESTION,
        Pane.DRAFT,
        Pane.TOUR,
        Pane.WELCOME,
    }
)
"""Panes in which the main key of going back may type text."""


_other: dict[str, tuple[str, ...]] = {}


def activate_keymap(other: Mapping[str, tuple[str, ...]]) -> None:
    """Make other keys current for the whole process, which has one screen.

    Args:
        other: Keys by id where they differ from the table's; none for a function without a key.
    """
    _other.clear()
    _other.update(other)


def keys_of(id: str) -> tuple[str, ...]:
    """Return the current keys of a function, the main one first."""
    return _other.get(id, BY_ID[id].keys)


def key_of(id: str) -> str:
    """Return how to run a function, for people: its first key, or its name to type."""
    keys = keys_of(id)
    return format_key(keys[0]) if keys else f":{id.replace('_', '-')}"


def format_key(key: str) -> str:
    """Return a key in the form for people: `^P`, `Alt+a`, `Esc`, `j`."""
    before, _, last = key.rpartition("+")
    last = (
        NAMED.get(last) or CHARACTERS.get(last) or (last.upper() if last[1:].isdecimal() else last)
    )
    if before == "ctrl" and len(last) == 1:
        return f"^{last.upper()}"
    return "+".join([*(part.capitalize() for part in before.split("+") if part), last])


def format_keys(entry: Action) -> str:
    """Return all current keys of an entry in the form for people, the main one first."""
    return " ".join(format_key(key) for key in keys_of(entry.id))


def bindings(
    *contexts: KeyScope, only: Iterable[str] = (), first: bool = False, runs: bool = False
) -> list[BindingType]:
    """Return Textual bindings for the entries of some contexts.

    Args:
        contexts: The contexts of the entries; Textual looks up their actions on the class with the
            bindings.
        only: Ids to restrict them to; empty for all.
        first: True to act before the focused widget gets the key. Then a key typed ahead acts on
            the result of the key before it, not on the widget that had the focus.
        runs: True if `action_do` runs them. Of the app's own entries, only those with a `run`,
            because Textual binds some of the others, too.
    """
    wanted = frozenset(only) or frozenset(BY_ID)
    reading = KeyScope.READING in contexts
    return [
        Binding(
            ",".join(entry.keys),
            f"do({entry.id!r})" if runs and (entry.run or reading) else entry.id,
            entry.label,
            show=False,
            id=entry.id,
            # These must work with every focus, also in dialogs.
            priority=first or entry.id in {"interrupt", "redraw", "suspend"},
        )
        for entry in ACTIONS
        if entry.context in contexts and entry.id in wanted
    ]


def footer(pane: Pane) -> list[tuple[str, str]]:
    """Return the footer of a pane, the most useful keys first: keys for people, with labels."""
    return [
        (
            format_key("escape") if id == "back" and pane in _LEFT_BY_ESC else key_of(id),
            _FOOTER_LABELS.get((pane, id), BY_ID[id].label),
        )
        for id in FOOTERS[pane][:FOOTER_MAX]
    ]


def grouped() -> list[tuple[HelpGroup, list[Action]]]:
    """Return all entries under their headings, for the help page."""
    return [(group, [entry for entry in ACTIONS if entry.group is group]) for group in HelpGroup]

"""Keys that differ from the table's: presets and a reader's own file, with its faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bbs.settings import did_you_mean, read_toml
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import ACTIONS, BY_ID
from bbs_client.keys import CHARACTERS, NAMED, grouped, key_name
from bbs_client.settings import BadSetting, settings_path

DEFAULT = "default"
OWN_FILE = "keys.toml"  # offered beside the presets if the file exists
KEYS_PER_FUNCTION_MAX = 8

PRESETS: dict[str, dict[str, tuple[str, ...]]] = {
    DEFAULT: {},
    "vi": {
        "first": ("g", "home"),
        "last": ("G", "end"),
        "switch": ("ctrl+o",),
        "page_down": ("ctrl+f", "ctrl+d", "pagedown"),
        "page_back": ("ctrl+b", "ctrl+u", "pageup"),
        "info": ("ctrl+g",),
        "reply": ("i", "r"),
        "new_thread": ("o", "t"),
        "outbox": ("O",),
        "open_board": ("f6",),
        "claim": ("f11",),
    },
    "irc": {
        "command_line": ("slash", "colon"),
        "search": ("ctrl+f",),
        "next_unread": ("alt+a", "n", "tab"),
        "page_back": ("pageup", "minus"),
        "switch": ("alt+g", "g"),
        "catch_up_board": ("alt+h", "C"),
    },
    "newsreader": {
        "previous_unread": ("P", "N"),
        "quote": ("F", "R"),
        "new_thread": ("w", "t"),
        "who": ("ctrl+w",),
        "batches": ("f11",),
        "plan": ("f12",),
    },
}
"""Keys of other programs: keys by id, where they differ from the table's. A key that a preset gives
to a function is taken from the function that has it in the table.
"""

# In every keymap, Esc leads out of dialogs and of the composer, and ^C out of the program.
_KEPT = {"back": "escape", "keep_draft": "escape", "interrupt": "ctrl+c"}

_FUNCTION_KEYS = frozenset(f"f{number}" for number in range(1, 25))
_MODIFIERS = frozenset({"ctrl", "alt", "shift"})
_CONFUSED = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace"}


class KeymapError(
    BadSetting,
    code="client.bad_keys",
    hint="bbs keys --defaults prints every function with its keys",
):
    """A file of keys names an unknown function or key, or a key twice."""


@dataclass(frozen=True)
class Keymap:
    """The keys of all functions.

    Attributes:
        name: The name of the preset or the file.
        keys: The keys by id; empty for a function that has only a name.
    """

    name: str
    keys: Mapping[str, tuple[str, ...]]

    def differences(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that differ from the table's."""
        return {id: given for id, given in self.keys.items() if given != BY_ID[id].keys}

    def for_textual(self) -> dict[str, str]:
        """Return the differences in the form for `App.set_keymap`."""
        # Textual takes an empty string for no difference; this name belongs to no key.
        return {id: ",".join(given) or "no_key" for id, given in self.differences().items()}


def preset(name: str) -> Keymap:
    """Return a preset.

    Raises:
        KeymapError: If there is no preset of that name.
    """
    if name not in PRESETS:
        raise KeymapError("keys", f"there is no preset {name!r}{did_you_mean(name, PRESETS)}")
    return Keymap(name, _laid_over(PRESETS[name], {one.id: one.keys for one in ACTIONS}))


def find(name: str) -> Keymap:
    """Return the keymap that a setting or a flag names: a preset, or the reader's own file.

    Args:
        name: A preset's name, or a path; a relative path counts from here, else from the folder of
            `client.toml`.

    Raises:
        KeymapError: If there is neither, or the file is not valid.
        BadSetting: If the file cannot be read.
    """
    if name in PRESETS:
        return preset(name)
    for path in (Path(name).expanduser(), settings_path().parent / name):
        if path.is_file():
            return read(path)
    raise KeymapError(
        "keys",
        f"{name!r} is neither a file nor one of {', '.join(PRESETS)}{did_you_mean(name, PRESETS)}",
    )


def read(path: Path) -> Keymap:
    """Read a file of keys: `preset = "vi"`, and a table `[keys]` of `id = ["key", …]`.

    Raises:
        KeymapError: If it names an unknown preset, function or key, or gives one key twice.
        BadSetting: If the file cannot be read.
    """
    found = read_toml(path, error=BadSetting)
    for name in found:
        if name not in ("preset", "keys"):
            near = did_you_mean(name, ("preset", "keys"))
            inside = "; write it below [keys]" if name in BY_ID else near
            raise KeymapError(name, f"stands outside of [keys] in {path.name}{inside}")
    base = preset(_text(found.get("preset", DEFAULT), "preset")).keys
    table = found.get("keys", {})
    if not isinstance(table, dict):
        raise KeymapError("keys", "write it as a table: [keys] on a line of its own")
    changes: dict[str, tuple[str, ...]] = {}
    for id, given in table.items():
        if id not in BY_ID:
            raise KeymapError(id, f"there is no such function{did_you_mean(id, BY_ID)}")
        changes[id] = _checked(id, given)
    return Keymap(path.name, _laid_over(changes, base))


def choices() -> list[str]:
    """Return the choices on this device: the presets, and the reader's own file if it exists."""
    own = [OWN_FILE] if (settings_path().parent / OWN_FILE).is_file() else []
    return [*PRESETS, *own]


def as_toml(keymap: Keymap) -> list[str]:
    """Return the lines of a file with the same keys, for editing."""
    base = keymap.name if keymap.name in PRESETS else DEFAULT
    lines = [
        f"# Keys of Folkmoot. Save this as {settings_path().parent / OWN_FILE}, keep the lines you",
        f'# change, and choose it: f4 in the client, or keys = "{OWN_FILE}" below [client] in',
        f"# {settings_path().name}. What is not named here is as in the preset.",
        f'preset = "{base}"',
        "",
        "[keys]",
    ]
    for group, entries in grouped():
        lines += ["", f"# {group}"]
        for entry in entries:
            given = ", ".join(f'"{_written(key)}"' for key in keymap.keys[entry.id])
            lines.append(f"{f'{entry.id} = [{given}]':<44} # {entry.help}")
    return lines


def _written(key: str) -> str:
    """Return a key in the form for a file: characters as themselves if TOML needs no escape."""
    character = CHARACTERS.get(key, key)
    return key if character in '"\\' else character


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise KeymapError(name, "write it in quotes")
    return value


def _checked(id: str, given: Any) -> tuple[str, ...]:
    """Return the keys of a file for a function, by Textual's names."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
        raise KeymapError(id, f'write a list of keys, as in {id} = ["x", "ctrl+x"]')
    if len(listed) > KEYS_PER_FUNCTION_MAX:
        raise KeymapError(id, f"more than {KEYS_PER_FUNCTION_MAX} keys")
    found = tuple(dict.fromkeys(_key(id, key) for key in listed))
    if BY_ID[id].context is KeyScope.COMPOSER:
        letter = next((key for key in found if _types(key)), None)
        if letter is not None:
            raise KeymapError(
                id, f"{_written(letter)!r} is text while you write; take ctrl or a function key"
            )
    kept = _KEPT.get(id)
    return found if kept is None or kept in found else (*found, kept)


def _key(id: str, given: str) -> str:
    """Return Textual's name for a key in the form for people."""
    before, plus, last = given[:-1].rpartition("+")
    modifiers, last = (before.split("+") if plus else []), last + given[-1:]
    name = key_name(last) if len(last) == 1 else last
    known = NAMED.keys() | _FUNCTION_KEYS | CHARACTERS.keys()
    if not (name in known or (len(name) == 1 and name.isalnum())) or set(modifiers) - _MODIFIERS:
        raise KeymapError(id, f"there is no key {given!r}{did_you_mean(given, known)}")
    full = "+".join([*modifiers, name])
    if full in _CONFUSED:
        raise KeymapError(id, f"terminals cannot tell {given!r} from {_CONFUSED[full]!r}")
    return full


def _types(key: str) -> bool:
    return len(key) == 1 or key in CHARACTERS or key == "space"


def _meet(one: KeyScope, other: KeyScope) -> bool:
    """Return whether two contexts never compete for a key."""
    return one is other or KeyScope.EVERYWHERE in (one, other)


def _laid_over(
    changes: Mapping[str, tuple[str, ...]], base: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the keys of all functions: a key given to one function is taken from the others.

    Raises:
        KeymapError: If a key occurs twice, or a function would have no key.
    """
    owner: dict[tuple[KeyScope, str], str] = {}
    for id, given in changes.items():
        for key in given:
            for context in KeyScope:
                if not _meet(context, BY_ID[id].context):
                    continue
                before = owner.setdefault((context, key), id)
                if before != id and _meet(BY_ID[before].context, BY_ID[id].context):
                    raise KeymapError(id, f"{_written(key)!r} is given to {before} too")
    laid = dict(changes)
    for id, given in base.items():
        if id in changes:
            continue
        left = tuple(key for key in given if (BY_ID[id].context, key) not in owner)
        if given and not left:
            taker = owner[BY_ID[id].context, given[0]]
            raise KeymapError(
                id,
                f"has no key left, for {_written(given[0])!r} is given to {taker}; give it another,"
                f" or {id} = [] to do without",
            )
        laid[id] = left
    return {entry.id: laid[entry.id] for entry in ACTIONS}

"""What the terminal sent, as Textual's events; what no key of ours is named by becomes none.

Textual takes the number in any sequence of this form for a character (`ESC [ 99 ~` types c), and
the letter that a modifier changes for that letter.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import IS_ITERM, SPECIAL_KEY_TO_CHARACTER, XTermParser
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key
from textual.message import Message

from bbs_client.tui.terminal_input import Token, What
from bbs_client.tui.terminal_output import ALT_MODES
from bbs_client.widgets.paste import LongPaste

_MODIFIERS: Final = ("shift", "alt", "ctrl", "super", "hyper", "meta")  # by their bits
_SHIFT, _ALT, _LOCKS = 1, 2, 64 | 128
_STRONG: Final = 4 | 8 | 16 | 32  # a letter with one of these is no text
_RELEASED: Final = "3"  # as the type of an event of a key
_SIDE_MAX: Final = 5_000  # columns or rows; no terminal is so large

_KEY = re.compile(r"\x1b\[([0-9:;]*)([u~ABCDEFHPQRS])")
_MOUSE = re.compile(r"\x1b\[<\d{1,3};\d{1,5};\d{1,5}[Mm]")
_MODE = re.compile(r"\x1b\[\?(\d{1,5});(\d)\$y")
_SIZE = re.compile(
    r"\x1b\[48;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?t"
)


_SCREEN = "\x1b[>83;"  # how GNU Screen's answer begins


class HoldsEscape(Message):
    """The terminal is GNU Screen, which holds Esc back until the next key while the mouse is on."""


class TypesOtherLetters(Message):
    """The terminal knows one of `ALT_MODES`, and it is off.

    Attributes:
        mode: Its number.
    """

    def __init__(self, mode: str) -> None:
        """Hold the number of the mode."""
        super().__init__()
        self.mode = mode


class TerminalKeys:
    """Makes events of tokens; remembers where the mouse was, and the size of a cell."""

    def __init__(self) -> None:
        """Begin with nothing known of the terminal."""
        self._mouse = XTermParser()

    def events(self, tokens: Iterable[Token]) -> Iterator[Message]:
        """Yield the events of some tokens, in order."""
        for what, text, lost in tokens:
            if what is What.PASTE:
                text = text.replace("\x00", "")
                yield LongPaste(text, lost) if lost else events.Paste(text)
            elif what is What.CHARACTER:
                yield from _typed(text)
            elif what is What.ALT:
                yield from _with_alt(text)
            else:
                yield from self._of_sequence(text, alt=what is What.ALT_SEQUENCE)

    def _of_sequence(self, sequence: str, *, alt: bool) -> Iterator[Message]:
        key = _named(sequence)
        if key is not None:
            yield from (events.Key(_join({"alt"}, each.key), None) if alt else each for each in key)
            return
        report = self._report(sequence)
        if report is not None and alt:  # no key: the ESC before it was pressed
            yield from _typed("\x1b")
        if report is not None:
            yield report

    def _report(self, sequence: str) -> Message | None:
        """Return what the terminal tells: the mouse, its size, its focus, what it can do."""
        if _MOUSE.fullmatch(sequence):
            return self._mouse.parse_mouse_code(sequence)
        if sequence == "\x1b[I":
            return events.AppFocus()
        if sequence == "\x1b[O":
            return events.AppBlur()
        if sequence.startswith(_SCREEN) and sequence.endswith("c"):
            return HoldsEscape()
        if mode := _MODE.fullmatch(sequence):
            return _mode(mode[1], int(mode[2]))
        if sides := _SIZE.fullmatch(sequence):
            return self._size(*(int(side) for side in sides.groups()))
        return None

    def _size(
        self, height: int, width: int, pixels_down: int, pixels_across: int
    ) -> Message | None:
        if not (0 < height <= _SIDE_MAX and 0 < width <= _SIDE_MAX):
            return None
        resize = events.Resize.from_dimensions((width, height), (pixels_across, pixels_down))
        if pixels_down and pixels_across:
            self._mouse.terminal_size = resize.size
            self._mouse.terminal_pixel_size = resize.pixel_size
            self._mouse.mouse_pixels = True
        return resize


def _mode(id: str, setting: int) -> Message | None:
    if id in ALT_MODES and setting == 2:
        return TypesOtherLetters(id)
    if id == "2026" and setting > 0:
        return messages.TerminalSupportsSynchronizedOutput()
    if id == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
        return messages.InBandWindowResize.from_setting_parameter(setting)
    return None


def _name(character: str) -> str:
    """Return Textual's name of the key that types a character."""
    known = ANSI_SEQUENCES_KEYS.get(character)
    if isinstance(known, tuple):
        return str(known[0].value)
    name = character if character.isalnum() else _character_to_key(character)
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _join(modifiers: Iterable[str], name: str) -> str:
    """Return the name of a key with modifiers more, in the order that bindings have."""
    *before, last = name.split("+")
    return "+".join([*sorted({*before, *modifiers}), last])


def _typed(character: str) -> list[events.Key]:
    """Return the key that typed a character; none for what no key types."""
    if character not in ANSI_SEQUENCES_KEYS and not character.isprintable() and len(character) == 1:
        name = _name(character)
        return [events.Key(name, character)] if len(name) > 1 and ord(character) > 0x9F else []
    return [events.Key(_name(character), character)]


def _with_alt(character: str) -> list[events.Key]:
    """Return the key of a character that came after ESC: it types nothing."""
    if character == "\x03":  # pressed right after Esc: ^C leads out of everything
        return _typed(character)
    known = ANSI_SEQUENCES_KEYS.get(f"\x1b{character}")
    if isinstance(known, tuple):
        return [events.Key(str(known[0].value), None)]
    if not character.isprintable() and character not in ANSI_SEQUENCES_KEYS:
        return []
    if character.isalpha() and character.isupper():
        return [events.Key(_join({"alt", "shift"}, character.lower()), None)]
    return [events.Key(_join({"alt"}, _name(character)), None)]


def _named(sequence: str) -> list[events.Key] | None:
    """Return the keys that a sequence names; None if it is of no key that is known."""
    if found := _KEY.fullmatch(sequence):
        fields = [*found[1].split(";"), "", ""]
        if found[2] == "u":
            return _by_code(fields[0], fields[1], fields[2])
        if found[2] == "~" and fields[0] == "27" and fields[2]:
            return _by_code(fields[2], fields[1], "", is_shifted=True)
        key = _functional(fields[0], fields[1], found[2])
        if key is not None:
            return key
    known = ANSI_SEQUENCES_KEYS.get(sequence)
    if isinstance(known, str):
        return _typed(known)
    if isinstance(known, tuple):
        *alt, key_name = (str(key.value) for key in known)
        return [events.Key(_join({"alt"} if alt else (), key_name), None)]
    return None


def _functional(number: str, modifiers: str, final: str) -> list[events.Key] | None:
    """Return a key that types no character, such as an arrow, by its number and final letter."""
    bits, released = _bits(modifiers)
    plain = number or "1"
    name = FUNCTIONAL_KEYS.get(f"{plain}{final}") if final != "~" or number else None
    if name is None:
        known = ANSI_SEQUENCES_KEYS.get(f"\x1b[{number}{final}") if modifiers else None
        if not isinstance(known, tuple):
            return None
        name = str(known[0].value)
    if bits is None or released:
        return []
    return [events.Key(_join(_names_of(bits), name), None)]


def _by_code(
    codes: str, modifiers: str, texts: str, *, is_shifted: bool = False
) -> list[events.Key] | None:
    """Return the keys of the kitty protocol, and of xterm's `modifyOtherKeys`.

    Args:
        codes: The key's code point, and perhaps that of the same key with Shift.
        modifiers: One more than their bits, and perhaps the type of the event.
        texts: The code points that it types, if the terminal says so.
        is_shifted: Whether the code is already that with Shift.
    """
    own, _, shifted = codes.partition(":")
    code, (bits, released) = _code(own), _bits(modifiers)
    if code is None or bits is None or released:
        return [] if released else None
    text = "".join(filter(None, (_code(each) for each in texts.split(":") if each)))
    text = text if text.isprintable() else ""
    name = FUNCTIONAL_KEYS.get(f"{own}u")
    if name in MODIFIER_FUNCTIONAL_KEYS:
        return []
    is_text = not bits & _STRONG and not (bits & _ALT and text.lower() == code.lower())
    if text and is_text:
        shift = ["shift"] if bits & _SHIFT and text.isspace() else []
        return [events.Key(_join(shift, _name(each)), each) for each in text]
    if name is None and bits & ~_SHIFT == 0 and code.isprintable():
        typed = _code(shifted.partition(":")[0]) or (code if is_shifted else code.upper())
        if not bits:
            return _typed(code)
        if len(typed) == 1 and (is_shifted or typed != code):
            return _typed(typed)
    if name is None and not code.isprintable():
        return None
    key = _join(_names_of(bits), name or _name(code))
    return [events.Key(key, None if bits else SPECIAL_KEY_TO_CHARACTER.get(key))]


def _bits(modifiers: str) -> tuple[int | None, bool]:
    """Return the bits of modifiers without the locks, and whether the key was let go."""
    number, _, kind = modifiers.partition(":")
    if len(number) > 4:
        return None, False
    return max(int(number or "1") - 1, 0) & ~_LOCKS, kind.partition(":")[0] == _RELEASED


def _names_of(bits: int) -> list[str]:
    return [name for at, name in enumerate(_MODIFIERS) if bits & (1 << at)]


def _code(number: str) -> str | None:
    """Return the character of a code point; None if it is none."""
    if not number.isdecimal() or len(number) > 7:
        return None
    code = int(number)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None

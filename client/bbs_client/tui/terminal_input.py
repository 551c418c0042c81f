"""The terminal's bytes, cut into what a person did: keys, pastes, and reports of the terminal. Pure.

Textual's own parser ends a paste at the first ESC in it, and types the letters of any sequence it
does not know. Here nothing is typed but what stands for itself: a sequence is whole, or it is
dropped, and a paste lasts to its end mark.

Time is a number that the caller gives, so that a slow line can be played to the tests.
"""

import codecs
import os
import re
from enum import Enum
from typing import Final, NamedTuple

from bbs import limits

ESCAPE_SECONDS: Final = max(int(os.environ.get("ESCDELAY") or 100), 1) / 1000
"""How long an ESC may be the beginning of a sequence before it is the key; as Textual reads it."""

CUT_SECONDS: Final = 1.0  # a line that stops in a sequence goes on within this, or it is dropped
ALONE_SECONDS: Final = 0.05  # a person's next key comes later; what a program sends, sooner
PASTE_SECONDS: Final = 2.0  # a paste that stops for so long is shown as far as it came
INTERRUPT_SECONDS: Final = 0.2  # ^C that comes alone so long after the last byte was pressed
SEQUENCE_BYTES_MAX: Final = 256  # the longest key has 40; of a longer sequence all is dropped

PASTE_BEGINS: Final = b"\x1b[200~"
PASTE_ENDS: Final = b"\x1b[201~"

_INTERRUPTS: Final = frozenset({b"\x03", b"\x1b[99;5u", b"\x1b[27;5;99~"})
_EIGHT_BITS: Final = {
    control: bytes([control - 0x40]) for control in b"\x8f\x90\x98\x9b\x9d\x9e\x9f"
}
"""The controls of one byte that mean ESC and another one."""

_STRINGS: Final = b"P]X^_"  # after ESC these begin what lasts until a terminator

_LATE = re.compile(rb"[\[O]|[P\]_][0-9>|!$+G]")  # how the rest of a sequence begins after its ESC
_RXVT = re.compile(rb"\x1b\[\d+\$")  # keys with Shift there: the form has no end of its own
_CSI = re.compile(rb"\x1b\[(?:\[[ -~]|[ -?]+[@-~]|[@-Z\\-~])")
_CSI_BEGUN = re.compile(rb"\x1b\[(?:\[|[ -?]*)")
_SS3 = re.compile(rb"\x1bO[ -?]*[@-~]")
_SS3_BEGUN = re.compile(rb"\x1bO[ -?]*")
_STRING = re.compile(rb"\x1b[P\]X^_][^\x03\x07\x18\x1a\x1b]*")
_ONE_KEY = re.compile(rb"\x1b?\x1b(?:\[[ -?]*[@-~]|O[@-~]|[^\x1b])|[^\x1b]|\x1b", re.DOTALL)


class What(Enum):
    """What the terminal sent."""

    CHARACTER = "character"  # one, which a key typed; also a control character
    ALT = "alt"  # a character that came right after ESC
    SEQUENCE = "sequence"  # of ESC [ or ESC O, whole
    ALT_SEQUENCE = "alt sequence"  # the same right after another ESC, given without that
    PASTE = "paste"


class Token(NamedTuple):
    """One thing that the terminal sent.

    Attributes:
        what: Its kind.
        text: The character, the sequence, or the pasted text.
        lost: Characters at a paste's end that were not kept.
    """

    what: What
    text: str
    lost: int = 0


_ESCAPE = Token(What.CHARACTER, "\x1b")


class TerminalInput:
    """Cuts bytes into tokens, wherever the line cut them.

    Attributes:
        deadline: When to call `tick` if nothing comes before; None for never.
    """

    def __init__(self) -> None:
        """Begin between two keys."""
        self.deadline: float | None = None
        self._rest = b""  # not understood yet
        self._last = 0.0  # when the last bytes came
        self._drops = False  # the sequence that is read is too long
        self._late_until = 0.0  # an ESC was taken for the key; its sequence may still come
        self._is_late = False  # what is read may be that
        self._paste: bytearray | None = None  # what came since the begin mark
        self._beyond = 0  # characters of it that were not kept
        self._alone = b""  # a key in a paste that stopped: a person's, if nothing follows

    def feed(self, data: bytes, now: float) -> list[Token]:
        """Take in what was read at once.

        Args:
            data: Any bytes.
            now: A time that only goes forward, in seconds.

        Returns:
            What is whole by now, in order.
        """
        tokens = self.tick(now)
        if not data:
            return tokens
        quiet, self._last = now - self._last, now
        if self._paste is not None:
            is_key = not self._alone and not self._rest and self._may_be_pressed(data, quiet)
            data, self._alone = (b"", data) if is_key else (self._alone + data, b"")
        elif now < self._late_until and not self._rest and _LATE.match(data):
            data, self._is_late = b"\x1b" + data, True
        if data:
            self._late_until = 0.0
        self._rest += data
        tokens += self._read()
        self._set_deadline()
        return tokens

    def tick(self, now: float) -> list[Token]:
        """Decide what time decides: an ESC alone, a sequence that was cut, a paste that stopped."""
        if self.deadline is None or now < self.deadline:
            return []
        tokens: list[Token] = []
        if self._paste is not None and self._alone:
            tokens = self._end_paste()
            self._rest, self._alone = self._alone, b""
            tokens += self._read()
            if self._rest == b"\x1b":
                tokens += self._give_up(now)
        elif self._paste is not None:
            self._keep(self._rest)
            self._rest = b""
            tokens = self._end_paste()
            self._paste = bytearray()
        else:
            tokens = self._give_up(now)
        self._set_deadline()
        return tokens

    def _give_up(self, now: float) -> list[Token]:
        """Take what is read as it is: the sequence that it might begin does not come."""
        rest, self._rest = self._rest, b""
        dropped, self._drops = self._drops, False
        late, self._is_late = self._is_late, False
        if dropped:
            return []
        if late and len(rest) == 2:
            return [Token(What.CHARACTER, chr(rest[1]))]
        if rest == b"\x1b":
            self._late_until = now + CUT_SECONDS
            return [_ESCAPE]
        if rest == b"\x1b\x1b":
            return [_ESCAPE, _ESCAPE]
        if len(rest) == 2 and rest[0] == 0x1B:
            return [Token(What.ALT, chr(rest[1]))]
        if _RXVT.fullmatch(rest):
            return [Token(What.SEQUENCE, rest.decode())]
        return []

    def _set_deadline(self) -> None:
        if self._paste is not None:
            held = self._paste or self._rest
            wait = ALONE_SECONDS if self._alone else PASTE_SECONDS if held else None
        elif not self._rest:
            wait = None
        elif self._rest in (b"\x1b", b"\x1b\x1b"):
            wait = ESCAPE_SECONDS
        elif (self._is_late and len(self._rest) == 2) or _RXVT.fullmatch(self._rest):
            wait = ALONE_SECONDS
        else:
            wait = CUT_SECONDS
        self.deadline = None if wait is None else self._last + wait

    # Keys

    def _read(self) -> list[Token]:
        """Return the tokens that are whole."""
        tokens: list[Token] = []
        while self._rest:
            if self._paste is not None:
                if not self._read_paste(tokens):
                    break
                continue
            size, found = self._next()
            if not size:
                break
            self._rest = self._rest[size:]
            self._is_late = False
            if self._drops:
                self._drops = False
            elif found == [Token(What.SEQUENCE, PASTE_BEGINS.decode())]:
                self._paste, self._beyond = bytearray(), 0
            else:
                tokens += found
        return tokens

    def _next(self) -> tuple[int, list[Token]]:
        """Return the size of what the rest begins with, and the tokens in it; 0 if it is not whole."""
        rest = self._rest
        first = rest[0]
        if first == 0xC2 and len(rest) > 1 and rest[1] in _EIGHT_BITS:
            self._rest = rest = b"\x1b" + _EIGHT_BITS[rest[1]] + rest[2:]
        elif first in _EIGHT_BITS:
            self._rest = rest = b"\x1b" + _EIGHT_BITS[first] + rest[1:]
        elif first != 0x1B:
            size, text = _character(rest)
            return size, [Token(What.CHARACTER, text)] if text else []
        if len(rest) == 1:
            return 0, []
        second = rest[1]
        if second == 0x1B:
            return self._after_two()
        if second == 0x5B:
            return self._whole(_CSI, _CSI_BEGUN)
        if second == 0x4F:
            return self._whole(_SS3, _SS3_BEGUN)
        if second in _STRINGS:
            return self._string()
        size, text = _character(rest[1:])
        return size and size + 1, [Token(What.ALT, text)] if text else []

    def _whole(self, whole: re.Pattern[bytes], begun: re.Pattern[bytes]) -> tuple[int, list[Token]]:
        """Read a sequence; what ends it too early, such as another ESC, stands for itself."""
        rest = self._rest
        found = whole.match(rest)
        if found is None:
            so_far = begun.match(rest)
            size = so_far.end() if so_far else 2
            if size < len(rest):
                return size, []
            self._shorten()
            return 0, []
        if found[0] == b"\x1b[M":  # a report of the mouse in its oldest form: three bytes follow
            return (6, []) if len(rest) >= 6 else (0, [])
        return found.end(), [Token(What.SEQUENCE, found[0].decode())]

    def _string(self) -> tuple[int, list[Token]]:
        """Read a report that lasts until its terminator: it is never for a person."""
        found = _STRING.match(self._rest)
        size = found.end() if found else 2
        end = self._rest[size : size + 2]
        if end[:1] == b"\x1b":
            return (0, []) if len(end) == 1 else (size + 2 if end[1:] == b"\\" else size, [])
        if end:
            return size if end[0] == 0x03 else size + 1, []
        self._shorten()
        return 0, []

    def _after_two(self) -> tuple[int, list[Token]]:
        """Read what begins with two ESC: Alt and a key in some terminals, or Esc and something."""
        rest = self._rest
        if len(rest) == 2:
            return 0, []
        if rest[2] not in b"[O":
            return 1, [_ESCAPE]
        self._rest = rest[1:]
        size, found = self._next()
        self._rest = rest[:1] + self._rest
        if not size:
            return 0, []
        if not found or found[0].text == PASTE_BEGINS.decode():
            return 1, [_ESCAPE]
        return size + 1, [Token(What.ALT_SEQUENCE, found[0].text)]

    def _shorten(self) -> None:
        """Keep only the beginning of a sequence that is too long, to know its end and drop it."""
        if len(self._rest) > SEQUENCE_BYTES_MAX:
            self._drops = True
            self._rest = self._rest[:2]

    # Pastes

    def _may_be_pressed(self, data: bytes, quiet: float) -> bool:
        """Return whether a person pressed this in a paste whose end mark did not come."""
        wait = INTERRUPT_SECONDS if data in _INTERRUPTS else PASTE_SECONDS
        if quiet < wait or data in (PASTE_BEGINS, PASTE_ENDS):
            return False
        return bool(_ONE_KEY.fullmatch(data)) or _character(data)[0] == len(data)

    def _read_paste(self, tokens: list[Token]) -> bool:
        """Take in what is pasted; return whether its end was found."""
        end = self._rest.find(PASTE_ENDS)
        if end >= 0:
            self._keep(self._rest[:end])
            self._rest = self._rest[end + len(PASTE_ENDS) :]
            tokens += self._end_paste()
            return True
        # The last bytes may be the beginning of the mark.
        begun = next(n for n in range(5, -1, -1) if self._rest.endswith(PASTE_ENDS[:n]))
        size = len(self._rest) - begun
        self._keep(self._rest[:size])
        self._rest = self._rest[size:]
        return False

    def _keep(self, data: bytes) -> None:
        assert self._paste is not None
        room = limits.PASTE_BYTES_MAX - len(self._paste)
        self._paste += data[:room]
        self._beyond += sum(byte & 0xC0 != 0x80 for byte in data[room:])

    def _end_paste(self) -> list[Token]:
        """Return the paste as far as it came, if anything did, and leave it."""
        kept, lost = self._paste or b"", self._beyond
        self._paste, self._beyond = None, 0
        # At the bound the last character may be half: it is one of those beyond.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = decoder.decode(bytes(kept), final=not lost)
        return [Token(What.PASTE, text, lost)] if text else []


def _character(data: bytes) -> tuple[int, str]:
    """Return the size of a character and itself; 0 if more of it has to come, "" if it is none."""
    first = data[0]
    if first < 0x80:
        return 1, chr(first)
    size = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4
    if not 0xC2 <= first < 0xF5:
        return 1, ""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:size])
    except UnicodeDecodeError:
        return 1, ""
    return (size, text) if text else (0, "")

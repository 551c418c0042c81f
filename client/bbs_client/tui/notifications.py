"""Notices outside of the screen: a bell, or a notice of the terminal's desktop, and never too many."""

import os
import time
from collections.abc import Callable, Mapping

from bbs.features.members.views import MemberAuthor
from bbs_client.safe_text import safe_line, writer_of
from bbs_client.session.events import AttentionNeeded, AttentionReason
from bbs_client.session.session import Session

TEXT_CHARS_MAX = 80  # our own words and a name; never what somebody wrote
EVERY_SECONDS_MIN = 10.0  # a bell that rings all the time is turned off
IDLE_SECONDS = 60.0  # a terminal that tells no focus: somebody who typed is there so long

_SAYS = {
    AttentionReason.MENTION: "mentions you",
    AttentionReason.ANSWER: "answered you",
    AttentionReason.NEW: "wrote",
}
_BELL = "\a"
_OSC_777 = ("rxvt", "foot", "vte")  # by the beginning of TERM; the others that know any know OSC 9


def describe_call(call: AttentionNeeded, session: Session) -> str:
    """Return what to say of a call: who, where and why, and never what they wrote (P13)."""
    who = writer_of(MemberAuthor(id=call.member), call.via, session.members)
    return f"{who} {_SAYS[call.why]} in {session.slug(call.board)} · {session.community}"


def sequence(kind: str, text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return what is written to the terminal for a notice.

    Args:
        kind: `none`, `bell` or `desktop`, as in the settings.
        text: What it says; cleaned and cut here (P13).
        environment: Tells which terminal this is. Inside tmux and screen a notice is a bell,
            which they show beside the window; they let nothing else through.
    """
    if kind == "none":
        return ""
    term = environment.get("TERM", "")
    inside = environment.get("TMUX") or environment.get("STY") or term in ("linux", "dumb")
    if kind == "bell" or inside:
        return _BELL
    # A semicolon would begin another field.
    said = safe_line(text)[:TEXT_CHARS_MAX].replace(";", ",")
    if term.startswith(_OSC_777):
        return f"\x1b]777;notify;Folkmoot;{said}\x1b\\"
    return f"\x1b]9;Folkmoot: {said}\x1b\\"


class DesktopNotifier:
    """Decides whether somebody who is not looking is told."""

    def __init__(
        self,
        kind: str,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin as looked at.

        Args:
            kind: `none`, `bell` or `desktop`.
            write: Writes to the terminal.
            clock: Tells the time, in seconds.
        """
        self.kind = kind
        self._write = write
        self._clock = clock
        self._touched = clock()
        self._told = clock() - EVERY_SECONDS_MIN
        self._focused: bool | None = None  # None: the terminal has told nothing yet

    def touched(self) -> None:
        """A key or the mouse: somebody is there."""
        self._touched = self._clock()

    def focused(self, focused: bool) -> None:
        """The terminal told that it came to the front, or went."""
        self._focused = focused

    def tell(self, text: str) -> None:
        """Tell it, unless the screen is looked at or the last notice was a moment ago."""
        now = self._clock()
        touched = now - self._touched < IDLE_SECONDS
        watched = touched if self._focused is None else self._focused
        if watched or now - self._told < EVERY_SECONDS_MIN:
            return
        self._told = now
        self._write(sequence(self.kind, text))

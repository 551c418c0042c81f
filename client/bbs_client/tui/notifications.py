"""Notifications outside of the screen: a bell or a desktop notification, and never too many."""

import os
import time
from collections.abc import Callable, Mapping

from bbs.features.members.views import MemberAuthor
from bbs_client.safe_text import safe_line, writer_of
from bbs_client.session.events import AttentionNeeded, AttentionReason
from bbs_client.session.session import Session

TEXT_CHARS_MAX = 80  # our own words and a name; never the text of a member
EVERY_SECONDS_MIN = 10.0  # readers turn off a bell that rings all the time
# on terminals that do not report focus, a member who typed counts as present for so long
IDLE_SECONDS = 60.0

_SAYS = {
    AttentionReason.MENTION: "mentions you",
    AttentionReason.ANSWER: "answered you",
    AttentionReason.NEW: "wrote",
    AttentionReason.LETTER: "wrote to you",
}
_BELL = "\a"
# by the beginning of TERM; other terminals with notifications know OSC 9
_OSC_777 = ("rxvt", "foot", "vte")


def describe_call(call: AttentionNeeded, session: Session) -> str:
    """Return the text of a notification: member, board and reason, never a member's text (P13)."""
    who = writer_of(MemberAuthor(id=call.member), call.via, session.members)
    return f"{who} {_SAYS[call.why]} in {session.slug(call.board)} · {session.community}"


def sequence(kind: str, text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the bytes to write to the terminal for a notification.

    Args:
        kind: `none`, `bell` or `desktop`, as in the settings.
        text: The text; sanitized and shortened here (P13).
        environment: The variables that identify the terminal. Inside tmux and screen a notification
            is a bell, because they pass nothing else on.
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
    """Decides whether to notify a member who is not looking."""

    def __init__(
        self,
        kind: str,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with a member who is looking.

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
        self._focused: bool | None = None  # None: the terminal has not reported its focus yet

    def touched(self) -> None:
        """Note a key or the mouse: the member is there."""
        self._touched = self._clock()

    def focused(self, focused: bool) -> None:
        """Note that the terminal gained or lost the focus."""
        self._focused = focused

    def tell(self, text: str) -> None:
        """Notify, unless the member is looking or the last notification was a moment ago."""
        now = self._clock()
        touched = now - self._touched < IDLE_SECONDS
        watched = touched if self._focused is None else self._focused
        if watched or now - self._told < EVERY_SECONDS_MIN:
            return
        self._told = now
        self._write(sequence(self.kind, text))

"""Somebody at a terminal, on either surface: what they do by the table, with keys or in lines."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from bbs_client.actions.table import BY_ID
from tests.cli import terminal as lines
from tests.client.pty.terminal import Terminal

LOOKS = 200  # at what the server knows; each takes as long as a command


def until(true: Callable[[], bool]) -> None:
    """Look at the server until something is true; fail if it never is."""
    assert any(true() for _ in range(LOOKS))


class Step(NamedTuple):
    """What the reader does, by the table of actions, and what they see then.

    Attributes:
        action: Its id.
        shows: What the surface shows in its course, in this order.
        writes: What is written; empty for nothing.
        confirms: Whether the reader is asked, and says yes.
    """

    action: str
    shows: tuple[str, ...] = ()
    writes: str = ""
    confirms: bool = False


class Reader(Protocol):
    """Somebody who follows the script on a surface."""

    def do(self, step: Step) -> None:
        """Do a step and see what it shows."""
        ...

    def go(self, address: str, shows: str) -> None:
        """Open a place and see something there."""
        ...

    def sees(self, text: str) -> None:
        """See something, or have seen it."""
        ...

    def leave(self) -> int:
        """Leave; return the exit code."""
        ...


class AtScreen:
    """Follows it with keys."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def do(self, step: Step) -> None:
        """Press the key of a step; what is destroyed has reached the server first."""
        if step.confirms:
            self.terminal.wait_gone("  sending")
        self.terminal.press(BY_ID[step.action].keys[0])
        if step.writes:
            self.terminal.wait_for("WRITING")
            self.terminal.press(f"{step.writes}\x13")
            self.terminal.wait_for("READING")
        for text in step.shows:
            self.terminal.wait_for(text)
        if step.confirms:
            # What is typed before such a question was seen is dropped: a person types again.
            while step.shows[-1] in self.terminal.text:
                self.terminal.press("\r")
                self.terminal.read(0.05)
            self.terminal.wait_for("withdrawn")
            # The answer led away from the post that it answers, which is read once passed.
            self.terminal.press("k")

    def sees(self, text: str) -> None:
        """Wait until it is on the screen."""
        self.terminal.wait_for(text)

    def go(self, address: str, shows: str) -> None:
        """Type it on the `:` line."""
        self.terminal.press(f":{address}\r")
        self.terminal.wait_for(shows)

    def leave(self) -> int:
        """Go home, and from there out."""
        self.terminal.press("0qq")
        return self.terminal.wait_end()


class InLines:
    """Follows it with verbs."""

    def __init__(self, terminal: lines.Terminal) -> None:
        self.terminal = terminal

    def do(self, step: Step) -> None:
        """Type the verb of a step."""
        self.terminal.type(f"{BY_ID[step.action].verb} {step.writes}".strip())
        for text in step.shows:
            self.terminal.expect(text)
        if step.confirms:
            self.terminal.type("yes")
            self.terminal.expect("Withdrawn: ")
        self.terminal.expect("> ")

    def sees(self, text: str) -> None:
        """Look at all that was told."""
        assert text in self.terminal.shown

    def go(self, address: str, shows: str) -> None:
        """Type it."""
        self.terminal.type(address)
        self.terminal.expect(shows)
        self.terminal.expect("> ")

    def leave(self) -> int:
        """Say so."""
        self.terminal.type("quit")
        return self.terminal.end()


@contextmanager
def at_screen(home: Path, who: str) -> Iterator[Reader]:
    """Connect as somebody, on the screen; who has not left by then is ended by SIGKILL."""
    env = {"BBS_HOME": str(home), "BBS_TOUR": "taken", "BBS_OPENS": "boards"}
    words = ("-m", "bbs.cli.main", "connect", "--profile", who)
    with Terminal(*words, env=env) as terminal:
        terminal.wait_for(f"READING  {who}")
        yield AtScreen(terminal)


@contextmanager
def in_lines(home: Path, who: str) -> Iterator[Reader]:
    """Connect as somebody, in lines; who has not left by then is ended by SIGKILL."""
    with lines.terminal(home, "connect", "--plain", "--profile", who) as terminal:
        terminal.expect("> ")
        yield InLines(terminal)


Connect = Callable[[Path, str], AbstractContextManager[Reader]]
"""Opens a surface for the length of a block, given the home of the profiles, and whose."""

"""The journey of a round, by one script: with keys on the screen, and in lines; on real terminals."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol

import pytest

from bbs_client.actions.table import BY_ID
from tests.cli import terminal as lines
from tests.cli.house import House
from tests.client.plain.conftest import thread
from tests.client.pty.terminal import Terminal

LOOKS = 200  # at what the server knows: marks are gathered for a moment before they are sent


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


JOURNEY = (
    Step("home", ("4 threads, 4 posts, about 1 minute", "To you", "You follow", "On your boards")),
    Step("next_unread", ("Tell me, @",)),
    Step("reply", ("An answer.",), writes="An answer."),
    Step("withdraw", ("Take this post back?",), confirms=True),
    Step("next_unread", ("Followed words.",)),
    Step("next_unread", ("Words to skip.",)),
    Step("skip", ("1 post left for the next round", "Last words.")),
    Step("next_unread"),
    Step("next_unread", ("Words to skip.",)),
)
"""Coming home, and a round stop by stop: an answer is taken back, and a thread left for another round."""

END = Step("next_unread", ("All caught up.", "1 newer, next round"))
"""What a round comes to that leaves nothing, while somebody wrote on."""


class Reader(Protocol):
    """Somebody who follows the script on a surface."""

    def do(self, step: Step) -> None:
        """Do a step and see what it shows."""
        ...

    def leave(self) -> int:
        """Leave; return the exit code."""
        ...


class AtScreen:
    """Follows it with keys."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def do(self, step: Step) -> None:
        """Press the key of a step."""
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

    def leave(self) -> int:
        """Go to the boards, and from there out."""
        self.terminal.press("bq")
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

    def leave(self) -> int:
        """Say so."""
        self.terminal.type("quit")
        return self.terminal.end()


@contextmanager
def at_screen(house: House, who: str) -> Iterator[Reader]:
    """Connect as somebody, on the screen."""
    env = {"BBS_HOME": str(house.home), "BBS_TOUR": "taken"}
    words = ("-m", "bbs.cli.main", "connect", "--profile", who)
    with Terminal(*words, env=env) as terminal:
        terminal.wait_for(" 4 ▕")
        yield AtScreen(terminal)


@contextmanager
def in_lines(house: House, who: str) -> Iterator[Reader]:
    """Connect as somebody, in lines."""
    with lines.terminal(house.home, "connect", "--plain", "--profile", who) as terminal:
        terminal.expect("> ")
        yield InLines(terminal)


def unread_of(house: House, who: str, *addresses: str) -> list[str]:
    """Return which of some threads hold what is new to somebody, as the server knows it."""
    return [each for each in addresses if house.data(who, "read", each, "--unread")["posts"]]


@pytest.mark.parametrize(("who", "connect"), [("sven", at_screen), ("lina", in_lines)])
def test_a_round_is_the_same_journey_on_both_surfaces(
    house: House, who: str, connect: Callable[[House, str], AbstractContextManager[Reader]]
) -> None:
    """One script by the table: each post is read once passed, an answer written once, and all of it ends.

    Also what a reader leaves for the next round is left, and what came meanwhile waits (P2, P4, P12).
    """
    house.join(who, house.invitation)
    house.ok(who, "seat", "garden", "--accept-norms", "1")
    to_me = thread(house, "For you", f"Tell me, @{who}.")
    followed = thread(house, "Followed", "Followed words.")
    skipped = thread(house, "Skipped", "Words to skip.")
    last = thread(house, "Last", "Last words.")
    house.ok(who, "follow", followed)
    with connect(house, who) as reader:
        for step in JOURNEY:
            reader.do(step)
        newer = thread(house, "Newer")
        reader.do(END)
        for _ in range(LOOKS):
            unread = unread_of(house, who, to_me, followed, skipped, last, newer)
            if unread == [newer]:
                break
        assert unread == [newer]
        assert reader.leave() == 0
    posts = house.data("ana", "read", to_me)["posts"]
    assert [post.get("body") for post in posts] == [f"Tell me, @{who}.", None]

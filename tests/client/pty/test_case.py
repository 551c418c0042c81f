"""A case on three real terminals at once: who reports, who decides, and whom it is about."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.house import House
from tests.client.conftest import new_house
from tests.client.plain.test_cases import moderated
from tests.client.pty.terminal import Terminal

SEND, RIGHT, F8, F9 = "\x13", "\x1b[C", "\x1b[19~", "\x1b[20~"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: at its desk wait no cases of other tests."""
    yield from new_house(tmp_path_factory)


def opened(stack: ExitStack, home: Path, who: str) -> Terminal:
    """Return somebody's screen."""
    env = {"BBS_HOME": str(home), "BBS_TOUR": "taken", "BBS_OPENS": "boards"}
    words = ("-m", "bbs.cli.main", "connect", "--profile", who)
    terminal = stack.enter_context(Terminal(*words, env=env))
    terminal.wait_for(f"READING  {who}")
    return terminal


def then(terminal: Terminal, shows: str, *typed: str) -> None:
    """Type one after the other, each once its line or box has opened, and see what comes of it."""
    for keys in typed:
        terminal.settled(0.2)
        terminal.press(keys)
    terminal.wait_for(shows)


def test_a_report_becomes_a_decision_on_screens(house: House) -> None:
    """What one of them does, the others see without a key that asks for it; nobody sees who reported."""
    moderated(house, "bower", "elsa", "igor")
    address = house.ok("igor", "write", "bower", "--title", "June", "-m", "Serves you right.")
    with ExitStack() as stack:
        reporter = opened(stack, house.home, "elsa")
        then(reporter, "Serves you right.", f":{address.strip()}\r")
        then(reporter, "choose one", "!")
        then(reporter, "Speak as if they sat here.", RIGHT)
        then(reporter, "Reported.", "\t", f"Aimed at me.{SEND}")
        desk = opened(stack, house.home, "ana")
        then(desk, "case 1 on bower", "d")
        then(desk, "reported it by norm 1: “Aimed at me.”", "\r")
        then(desk, "Ask the author, case 1", "2")
        then(desk, "told the author what is said", f"It reads unkind.{SEND}")
        person = opened(stack, house.home, "igor")
        then(person, "It reads unkind.", F9)
        then(person, "Answer in case 1", "r")
        then(person, "You answered:", f"I meant the month.{SEND}")
        desk.wait_for("igor answered: “I meant the month.”")
        then(desk, "Decide case 1", "4")
        then(desk, "it is said to them", "\t", "\t", RIGHT)
        then(desk, "It takes effect at once.", "\t", "\t", "\t", f"Aimed at a person.{SEND}")
        then(desk, "decided by norm 1", "\r")
        assert "elsa" not in desk.text
        person.wait_for("Why: “Aimed at a person.”")
        assert "elsa" not in person.text
        then(reporter, "Decided.", F8)

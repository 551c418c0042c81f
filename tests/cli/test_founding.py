"""From nothing to a community: the first start of the server and of the client, on a real pty."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bbs.features.norms.templates import TEMPLATES
from tests.cli.house import PASSWORD, House
from tests.cli.terminal import Terminal, terminal

ANY_PORT = ("--listen", "127.0.0.1:0", "--log", "error")


@contextmanager
def serving(tmp_path: Path, *words: str) -> Iterator[Terminal]:
    """Start a server in a terminal; stop it at the end, as Ctrl-C does."""
    with terminal(tmp_path, "serve", "--data", str(tmp_path / "data"), *ANY_PORT, *words) as bbs:
        yield bbs
        bbs.press(b"\x03")
        assert bbs.end() == 0


def invitation(bbs: Terminal) -> str:
    """Return the link that the server printed."""
    bbs.expect("bbs join '")
    return bbs.expect("'")


def test_enter_enter_enter_founds_a_community(tmp_path: Path) -> None:
    """Every question has a default; what was not answered has a name, norms and a first board (P5)."""
    began = time.monotonic()
    with serving(tmp_path) as bbs:
        bbs.expect("Name of the community [A Folkmoot community]")
        bbs.type("")
        bbs.expect("for people who decide something together")
        bbs.expect("Norms that hold on every board [table]")
        bbs.type("")
        bbs.expect("First board, begun with one of these, or none [workshop]")
        bbs.type("")
        house = House(tmp_path / "home", invitation(bbs))
        house.join("ana", house.invitation)
        shown = house.data("ana", "read", "workshop")["board"]
        assert shown["charter"] == TEMPLATES["workshop"].charter
        (seat,) = house.data("ana", "admin", "seats", "list", "workshop")["seats"]
        assert seat["moderator"] is True
        assert "opened" in house.ok("ana", "log", "commons")
        assert time.monotonic() - began < 180


def test_answers_are_taken_and_mistakes_asked_again(tmp_path: Path) -> None:
    """A wrong name is told with the nearest one; what was answered is what is there."""
    with serving(tmp_path) as bbs:
        bbs.expect("Name of the community")
        bbs.type("Our village")
        bbs.expect("Norms that hold")
        bbs.type("asembly")
        bbs.expect("norms: there is none called 'asembly'; did you mean assembly?")
        bbs.type("assembly")
        bbs.expect("First board")
        bbs.type("none")
        house = House(tmp_path / "home", invitation(bbs))
        house.join("ana", house.invitation)
        listed = house.data("ana", "admin", "boards", "list")["boards"]
        assert [board["title"] for board in listed] == ["Our village"]
        clauses = house.data("ana", "admin", "norms", "show", "commons")["clauses"]
        assert clauses[0]["text"] == TEMPLATES["assembly"].clauses[0].text


def test_a_second_start_asks_nothing(tmp_path: Path) -> None:
    """Whoever interrupts the questions has made nothing; a community that is there is served."""
    with terminal(tmp_path, "serve", "--data", str(tmp_path / "data"), *ANY_PORT) as bbs:
        bbs.expect("Name of the community")
        bbs.press(b"\x04")
        assert bbs.end() == 130
    assert not (tmp_path / "data").exists()
    with serving(tmp_path) as bbs:
        for question in ("Name of", "Norms", "First board"):
            bbs.expect(question)
            bbs.type("")
        invitation(bbs)
    with serving(tmp_path) as bbs:
        invitation(bbs)
        assert "Name of the community" not in bbs.shown


def test_without_a_terminal_a_line_says_how_to_go_on(tmp_path: Path) -> None:
    """A service manager or a script is asked nothing: defaults, and one line in the log."""
    words = ("serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0")
    server = subprocess.Popen(
        [sys.executable, "-m", "bbs.cli.main", *words],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        said = server.stderr.readline()
        assert "a new community with default name and norms; bbs serve at a terminal" in said
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_the_clients_first_start_leads_into_a_community(house: House, tmp_path: Path) -> None:
    """Without a profile it asks for a link; the whole command in its quotes may be pasted."""
    with terminal(tmp_path / "new", "connect") as bbs:
        bbs.expect("This device knows no community yet.")
        bbs.expect("Link or address")
        bbs.type("bbs://nowhere/#!")
        bbs.expect("Link or address")
        bbs.type(f"bbs join '{house.invitation}'")
        bbs.expect("Do you accept them?")
        bbs.type("y")
        bbs.expect("Handle, for ever")
        bbs.type("petra")
        bbs.expect("Display name")
        bbs.type("")
        for question in ("Password:", "The same password again:"):
            bbs.expect(question)
            bbs.type(PASSWORD)
        bbs.expect("Press Enter to go in")
        # The end of the input waits to be read; an interrupt just before that read is lost.
        bbs.press(b"\x04")
        assert bbs.end() == 130
    members = json.loads(house.ok("ana", "admin", "members", "list", "--json"))["members"]
    assert "petra" in {member["handle"] for member in members}


def test_leaving_the_question_says_what_was_missing(tmp_path: Path) -> None:
    """Enter alone leaves with the code for "not signed in" and the commands that help."""
    with terminal(tmp_path, "connect") as bbs:
        bbs.expect("Link or address")
        bbs.type("")
        bbs.expect("join with bbs join INVITE")
        assert bbs.end() == 4


def test_who_wants_lines_is_led_into_lines(house: House, tmp_path: Path) -> None:
    """After joining by `bbs connect --plain` lines open, and no screen."""
    with terminal(tmp_path, "connect", "--plain") as bbs:
        bbs.expect("Link or address")
        bbs.type(house.invitation)
        bbs.expect("Do you accept them?")
        bbs.type("y")
        for question, answer in (("Handle", "quinn"), ("Display", ""), ("Password:", PASSWORD)):
            bbs.expect(question)
            bbs.type(answer)
        bbs.expect("The same password again:")
        bbs.type(PASSWORD)
        bbs.expect("Press Enter to go in")
        bbs.type("")
        bbs.expect("Welcome, quinn.")
        bbs.type("quit")
        assert bbs.end() == 0
        assert "\x1b[?1049h" not in bbs.shown

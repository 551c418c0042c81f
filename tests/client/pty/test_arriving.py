"""From an invitation link and nothing else to the first post, on real terminals."""

from pathlib import Path

from bbs_client.actions.table import BY_ID
from tests.cli import terminal as lines
from tests.cli.house import PASSWORD, House
from tests.client.pty.terminal import Terminal


def test_a_link_leads_to_a_first_post_on_the_screen(house: House, tmp_path: Path) -> None:
    """Norms page by page, a name, a password, the welcome, its second step, and words are sent (P5)."""
    words = ("-m", "bbs.cli.main", "join", house.invitation)
    with Terminal(*words, env={"BBS_HOME": str(tmp_path / "new")}) as terminal:
        terminal.wait_for("Enter shows the rest")
        terminal.press("\r")
        terminal.wait_for("Do you accept them?")
        terminal.press("y\r")
        terminal.wait_for("Handle, for ever")
        terminal.press("nora\r")
        terminal.wait_for("Display name")
        terminal.press("\r")
        terminal.wait_for("Password:")
        terminal.press(f"{PASSWORD}\r")
        terminal.wait_for("The same password again:")
        terminal.press(f"{PASSWORD}\r")
        terminal.wait_for("Press Enter to go in")
        terminal.press("\r")
        terminal.wait_for("Welcome, nora.")
        assert "@ana invited you and is your host" in terminal.text
        terminal.press("2")
        terminal.wait_for("New thread in")
        terminal.press("Hello from nora\tI have just come in.\x13")
        terminal.wait_for("READING")
        terminal.wait_for("Hello from nora")
        terminal.press("0")
        terminal.wait_for("done   say hello")
        terminal.press("qq")
        assert terminal.wait_end() == 0


def test_lines_lead_to_a_first_post_without_a_screen(house: House, tmp_path: Path) -> None:
    """The client started with nothing asks for the link, and goes on in lines by itself."""
    with lines.terminal(tmp_path / "new", "connect", "--plain") as terminal:
        terminal.expect("Link or address")
        terminal.type(house.invitation)
        terminal.expect("Do you accept them?")
        terminal.type("y")
        for question, answer in (("Handle", "omar"), ("Display", ""), ("Password:", PASSWORD)):
            terminal.expect(question)
            terminal.type(answer)
        terminal.expect("The same password again:")
        terminal.type(PASSWORD)
        terminal.expect("Press Enter to go in")
        terminal.type("")
        terminal.expect("Welcome, omar. @ana invited you and is your host.")
        terminal.expect("new-thread commons Hello")
        terminal.expect("> ")
        terminal.type("new-thread commons Hello from omar")
        terminal.expect("commons")
        terminal.type("I have just come in.")
        terminal.type(".")
        terminal.expect("> ")
        terminal.type(BY_ID["welcome"].verb)
        terminal.expect("done: say hello")
        terminal.type("quit")
        assert terminal.end() == 0
        assert "\x1b[?1049h" not in terminal.shown

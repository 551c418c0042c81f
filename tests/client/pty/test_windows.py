"""Two windows of one profile, screens or lines: the second works beside the first, and nothing is lost."""

import shutil
from itertools import product
from pathlib import Path

import pytest

from bbs.profiles import load_profile, save_profile
from tests.cli.house import House
from tests.client.plain.conftest import bodies, offline, thread, visit
from tests.client.pty.surfaces import AtScreen, Connect, Reader, Step, at_screen, in_lines, until

SURFACES = (at_screen, in_lines)
SAYS = {
    True: ("second window", "to be sent"),
    False: ("This profile is open in another window too.", "waits for its turn."),
}
"""How a screen, and lines, say that they are second, and that something waits."""


def answer(reader: Reader, text: str, *shows: str) -> None:
    """Answer the post that is here."""
    reader.do(Step("reply", shows, writes=text))


@pytest.mark.parametrize(("first", "second"), [*product(SURFACES, SURFACES)])
def test_a_second_window_of_a_profile_works_beside_the_first(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Connect, second: Connect
) -> None:
    """It says so, reads the mirror, sends at once, but nothing before what the first holds there.

    Both are killed: what the first held is sent next, then what the second wrote, each once (P12).
    """
    held, free = thread(house, "Held", "Where both write."), thread(house, "Free")
    home = tmp_path / "home"
    shutil.copytree(house.home, home)
    monkeypatch.setenv("BBS_HOME", str(home))
    profile = load_profile("bo")
    visit(profile, held, free, "quit")
    save_profile(offline("bo"))
    with first(home, "bo") as one:
        one.go(f"{held}/1", "Where both write.")
        answer(
            one, "First.", "First." if isinstance(one, AtScreen) else "waits for the connection."
        )
        save_profile(profile)
        with second(home, "bo") as two:
            is_second, waits = SAYS[isinstance(two, AtScreen)]
            two.sees(is_second)
            two.go(f"{free}/1", "Its words.")
            answer(two, "At once.", "At once." if isinstance(two, AtScreen) else "Posted as ")
            until(lambda: bodies(house, free) == ["Its words.", "At once."])
            two.go(f"{held}/1", "Where both write.")
            answer(two, "Second.", waits)
            assert bodies(house, held) == ["Where both write."]
    told = visit(profile, f"{held}/1", "reply", "yes", ".", "quit")
    assert "A draft of yours is kept here:\n  Second.\n" in told
    assert bodies(house, held)[1:] == ["First.", "Second."]
    assert "A draft" not in visit(profile, f"{held}/1", "reply", ".", f"{free}/1", "reply", ".")
    assert bodies(house, free)[1:] == ["At once."]

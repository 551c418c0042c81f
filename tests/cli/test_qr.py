"""QR codes in characters: a phone reads from the screen what the link says."""

import segno
from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.qr import QUIET_ZONE, qr_rows
from tests.cli.house import House

_READ = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def modules(rows: list[str]) -> list[list[bool]]:
    """Return the dark modules that a camera sees, row by row."""
    upper_and_lower = [[_READ[sign] for sign in row] for row in rows]
    return [[not pair[half] for pair in row] for row in upper_and_lower for half in (0, 1)]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=250))
def test_what_is_drawn_is_the_code_with_its_margin(text: str) -> None:
    """Every module of the code stands where it belongs, and all rows are equally wide."""
    seen = modules(qr_rows(text))
    code = segno.make(text, micro=False, error="l", boost_error=False)
    wanted = [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    assert seen[: len(wanted)] == wanted
    assert len(seen) - len(wanted) in (0, 1)
    assert len({len(row) for row in seen}) == 1


def test_the_link_of_an_invitation_is_drawn_beside_the_result(house: House) -> None:
    """What is read by a program is the link alone; the code goes where notes go."""
    made = house.bbs("admin", "invitations", "make", "--qr", "--profile", "ana")
    link = made.stdout.strip()
    assert link.startswith("bbs://")
    assert "\n".join(qr_rows(link)) in made.stderr
    rehearsed = house.bbs("admin", "invitations", "make", "--qr", "--dry-run", "--profile", "ana")
    assert "█" not in rehearsed.stderr

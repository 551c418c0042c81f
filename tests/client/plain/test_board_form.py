"""The form of a board's settings in lines, against a real server: opening, changing, renaming (P8)."""

from bbs.features.norms.templates import TEMPLATES
from bbs_client.actions.boards import BEGINNINGS
from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_board_is_opened_and_renamed_in_lines(house: House) -> None:
    """Each setting is changed by its number; the board's new name holds, and the old one leads on."""
    own, norm = str(len(BEGINNINGS)), "Say where. :: Climates differ."
    opened = ("open-board", own, "plot", "Plot", "Beds.", norm, "", "", "back")
    told = visit("ana", *opened, "quit")
    assert "A new board:" in told
    changed = ("configure plot", "7", "never", "", "7", "14", "1", "allotment", "", "quit")
    told = visit("ana", *changed)
    assert "retention: type a number from 0 to 36500, or kept." in told
    assert "Changed: name: “plot”, now “allotment”; retention: kept, now 14 days." in told
    board = house.data("bo", "read", "plot")["board"]
    assert (board["slug"], board["title"], board["retention_days"]) == ("allotment", "Plot", 14)
    assert "allotment>" in visit("bo", "go plot", "quit")


def test_a_board_is_opened_from_a_template_in_lines(house: House) -> None:
    """A number and Enter open a board with a charter and norms, which are shown before (P5)."""
    told = visit("ana", "open-board", "5", "", "quit")
    template = TEMPLATES["assembly"]
    assert "assembly" in told
    assert all(f"   {each.text} :: {each.why}" in told for each in template.clauses)
    assert house.data("bo", "read", "assembly")["board"]["charter"] == template.charter


def test_nothing_is_changed_without_an_answer(house: House) -> None:
    """The end of the input and an empty form change nothing; others are told whose it is."""
    assert "Nothing was changed." in visit("ana", "configure garden", "", "quit")
    assert "Nothing was changed." in visit("ana", "open-board", "", "quit")
    visit("ana", "configure garden", "6", "1")
    assert house.data("bo", "read", "garden")["board"].get("retention_days", 0) == 0
    left = visit("ana", "configure garden", "6", "1", "cancel", "quit")
    assert "cancel to leave all as it was)" in left
    assert left.endswith("Nothing was changed.\n\n> quit\nGoodbye.\n")
    assert house.data("bo", "read", "garden")["board"].get("retention_days", 0) == 0
    taken = ("open-board", str(len(BEGINNINGS)), "garden", "Again", "More beds.", "Say. :: So.")
    left = visit("ana", *taken, "", "", "cancel", "quit")
    assert left.index("name: This name in addresses is taken") < left.index("Nothing was changed.")
    assert "Only moderators of a board" in visit("bo", "configure garden", "quit")
    assert "Only the sysop opens boards" in visit("bo", "open-board", "quit")


def test_a_name_that_is_taken_costs_nothing_of_what_was_typed(house: House) -> None:
    """The server's refusal is told, and all lines stand as they were typed; only the name is changed."""
    own, norm = str(len(BEGINNINGS)), "Say where. :: Climates differ."
    typed = ("open-board", own, "garden", "Hedge", "Privet and yew.", norm, "", "")
    told = visit("ana", *typed, "1", "hedge", "", "quit")
    assert "name: This name in addresses is taken" in told
    board = house.data("ana", "read", "hedge")["board"]
    assert (board["title"], board["charter"]) == ("Hedge", "Privet and yew.")

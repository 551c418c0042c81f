"""What a token wrote says so in lines (P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import thread, visit


def test_a_visit_tells_what_a_script_wrote(house: House) -> None:
    """Threads, posts, wordings, lines and what was found name the script beside its owner (P8)."""
    script = house.script("ana", "read", "write")
    by_script = script("write", "garden", "--title", "Almanac", "-m", "Hoarfrost tonight.")
    script("chat", "garden", "-m", "Hoarfrost is near.")
    by_hand = thread(house, "By hand", "Before")
    script("write", f"{by_hand}/1", "--edit", "-m", "After")
    house.wait_for_index()
    told = visit(
        *("bo", "open garden", f"open {by_script}", "info", f"open {by_hand}", "info"),
        *("lounge garden", "search hoarfrost", "quit"),
    )
    assert f"{by_script}: Almanac (by @ana (by script), 1 post" in told
    assert f"{by_hand}: By hand (by @ana, 1 post" in told
    [head] = {row for row in told.splitlines() if row.startswith(f"{by_script}/1  @ana")}
    assert ", by script" in head
    [head] = {row for row in told.splitlines() if row.startswith(f"{by_hand}/1  @ana")}
    assert ", edited by script" in head
    assert "@ana (by script): Hoarfrost is near." in told
    assert f"{by_script}/1, @ana (by script): Almanac" in told
    wordings = [row for row in told.splitlines() if row.startswith("Wording of ")]
    assert [row.endswith(" by script:") for row in wordings] == [False, True]

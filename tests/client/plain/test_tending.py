"""Tending in lines, against a real server: by an address, with a reason (P5, P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_thread_is_pinned_in_lines(house: House) -> None:
    """The verb takes an address; what is done is chosen by its number, and why is typed."""
    house.ok("ana", "write", "garden", "--title", "Compost", "-m", "Words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"]
    told = visit("ana", "garden", f"tend {address}", "1", "Everybody asks", "", "quit")
    assert f"Pinned {address}." in told
    assert "pinned" in visit("bo", "garden", "quit")
    assert "Only moderators of a board tend it." in visit("bo", f"tend {address}", "quit")


def test_a_board_is_closed_in_lines(house: House) -> None:
    """Of the board itself the verb closes it to writing; what holds is said to who comes there."""
    told = visit("ana", "garden", "tend garden", "1", "Harvest time", "", "quit")
    assert "Read-only now: garden." in told
    assert "This board is read-only (“Harvest time”)" in visit("bo", "garden", "quit")
    assert "Opened again: garden." in visit(
        "ana", "garden", "tend garden", "1", "Spring", "", "quit"
    )


def test_a_board_is_slowed_down_in_lines(house: House) -> None:
    """Minutes and days are asked; who comes there reads the pace, and after writing when again."""
    norm = ("--norm", "Say where. :: Climates differ.")
    house.ok("ana", "admin", "boards", "open", "weir", "--hold-s", "0", *norm)
    house.ok("bo", "seat", "weir", "--accept-norms", "1")
    told = visit("ana", "weir", "tend weir", "3", "Sleep over it", "1", "15", "", "quit")
    assert "Slowed down: weir." in told
    there = visit("bo", "weir", "quit")
    assert "verybody can write on this board once in 15 minutes" in " ".join(there.split())
    house.ok("bo", "write", "weir", "--title", "T", "-m", "Words.")
    assert "You can write there next at" in " ".join(visit("bo", "weir", "quit").split())
    told = visit("ana", "weir", "tend weir", "3", "They talked", "", "quit")
    assert "Ended for weir." in told


def test_posts_are_moved_in_lines(house: House) -> None:
    """Of a post the verb moves it with its answers; the old address opens it where it is now."""
    for title in ("Ants", "Bees"):
        house.ok("ana", "write", "garden", "--title", title, "-m", "Begins.")
    rows = house.data("bo", "read", "garden")["threads"]
    places = {row["title"]: row["address"] for row in rows if row.get("title")}
    post = house.ok("bo", "write", f"{places['Ants']}/1", "-m", "They dance.").strip()
    told = visit("ana", f"tend {post}", "5", places["Bees"], "About bees", "", "quit")
    assert f"Moved from {places['Ants']}." in told
    assert "They dance." in visit("bo", post, "quit")
    assert "They dance." in visit("bo", places["Bees"], "quit")


def test_a_thread_goes_to_another_board_in_lines(house: House) -> None:
    """The verb asks for the board; the old address opens the thread where it is now."""
    house.ok(
        *("ana", "admin", "boards", "open", "pantry", "--hold-s", "0"),
        *("--norm", "Label it. :: Jars look alike."),
    )
    house.ok("ana", "write", "garden", "--title", "Medlars", "-m", "They rot first.")
    rows = house.data("bo", "read", "garden")["threads"]
    [old] = [row["address"] for row in rows if row.get("title") == "Medlars"]
    told = visit("ana", f"tend {old}", "6", "pantry", "About jars", "", "quit")
    assert f"Moved from {old}." in told
    assert "They rot first." in visit("bo", old, "quit")
    assert "They rot first." in visit("bo", "pantry/1", "quit")


def test_what_was_typed_stays_where_a_place_is_wrong_in_lines(house: House) -> None:
    """A name of no board gets a sentence with its field; the reason need not be typed again."""
    house.ok(
        *("ana", "admin", "boards", "open", "larder", "--hold-s", "0"),
        *("--norm", "Label it. :: Jars look alike."),
    )
    house.ok("ana", "write", "larder", "--title", "Quinces", "-m", "They smell.")
    told = visit(
        *("ana", "tend larder/1", "6", "nowhere", "Scent", "", "1", "larder/1", ""),
        *("1", "garden", "", "quit"),
    )
    assert told.count("board: no board that you can read has this name; type another") == 2
    assert "Enter to move" in told
    assert "reason: Scent" in told.rpartition("board: no board")[2]
    assert "Moved from larder/1." in told


def test_a_title_that_is_typed_again_stays_in_lines(house: House) -> None:
    """Nobody is told of another title where none was given."""
    house.ok("ana", "write", "garden", "--title", "Sorrel", "-m", "It is sour.")
    rows = house.data("bo", "read", "garden")["threads"]
    [address] = [row["address"] for row in rows if row.get("title") == "Sorrel"]
    told = visit("ana", f"tend {address}", "3", "Spelling", "1", "Sorrel", "", "quit")
    assert "The title stays as it is" in told
    assert "Retitled" not in told


def test_the_sysop_enters_a_private_board_in_lines(house: House) -> None:
    """Of the commons the verb asks for its id and a law or a clause; then it is there for a day."""
    norm = ("--norm", "Keep it here. :: It is private.")
    opened = house.data("ana", "admin", "boards", "open", "crypt", "--hold-s", "0", *norm)
    house.ok("bo", "seat", "crypt", "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", "crypt", "bo")
    house.ok("ana", "seat", "crypt", "--leave", "--yes")
    house.ok("bo", "admin", "boards", "configure", "crypt", "--visibility", "private")
    key = opened["board"]["id"]
    typed = ("5", key, "GDPR art. 15", "A court asks", "", "quit")
    told = visit("ana", "tend commons", *typed)
    assert "Among your boards for a day, entered from commons." in told
    assert "The sysop entered this board" in " ".join(visit("bo", "crypt", "quit").split())
    assert "GDPR art. 15" in house.ok("bo", "log", "crypt")


def test_an_urgent_notice_comes_in_lines_whatever_is_muted(house: House) -> None:
    """Where the mover sits alone nothing waits; the line is told once at the beginning of a visit."""
    norm = ("--norm", "Say where. :: Climates differ.")
    house.ok("ana", "admin", "boards", "open", "dam", *norm)
    house.ok("ana", "mute", "dam")
    house.ok("ana", "admin", "boards", "notice", "dam", "-m", "Stay out of the water")
    told = " ".join(visit("ana", "quit").split())
    assert "URGENT, dam: Stay out of the water (@ana)" in told
    assert "URGENT, dam: Stay out of the water" in house.ok("ana", "inbox")

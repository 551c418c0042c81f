"""`bbs admin unpack`: a file is read first, sent, and is a board; all of it from a command line."""

from pathlib import Path

from msgspec.structs import replace

from bbs.features.packs.views import PackAct, PackHeading
from bbs.ids import new_id
from tests.cli.house import House
from tests.support.packs import BOARD, packed, small_board


def test_a_board_is_unpacked_from_a_file(house: House, tmp_path: Path) -> None:
    """What it is stands there before anything is sent; then the board opens, and called again it is
    said to be open (29.9)."""
    file = tmp_path / "garden.pack"
    file.write_bytes(packed(small_board()))
    words = ("admin", "unpack", str(file), "--as", "potting-shed")
    refused = house.bbs(*words, "--yes", "--profile", "bo")
    assert ("may not" in refused.output, "9 posts" in refused.output) == (
        True,
        False,
    )  # before the summary
    tried = house.data("ana", *words, "--dry-run")
    assert (tried["dry_run"], tried["posts"], tried["homes"]) == (True, 9, ["moot.example"])
    done = house.data("ana", *words, "--yes")
    assert (done["unpacking"]["state"], done["unpacking"]["board"]) == ("open", BOARD)
    assert house.data("ana", *words, "--yes")["unpacking"]["state"] == "open"
    renamed = house.ok("ana", "admin", "unpack", str(file), "--as", "shed-again", "--yes")
    assert ("potting-shed#claim" in renamed, "shed-again" in renamed) == (True, False), renamed
    again = house.bbs(
        *("admin", "unpack", str(file), "--as", "shed-again", "--dry-run", "--profile", "ana")
    )
    assert "came here before, as potting-shed: --as shed-again changes nothing" in again.stderr
    other = tmp_path / "other.pack"
    other.write_bytes(packed([line for line in small_board() if not isinstance(line, PackAct)]))
    stands = house.bbs("admin", "unpack", str(other), "--as", "boat", "--yes", "--profile", "ana")
    assert (stands.exit_code, "stands here already, as potting-shed" in stands.stderr) == (6, True)
    receipt = house.bbs(
        *(
            "admin",
            "move",
            "potting-shed",
            "--save-receipt",
            str(tmp_path / "r"),
            "--profile",
            "ana",
        )
    )
    assert receipt.exit_code == 5
    assert "there is no such moved board here" in receipt.stderr
    assert "bbs admin unpack FILE --moved" in receipt.stderr
    shown = house.ok("bo", "read", "potting-shed/1")
    assert "ana of moot.example" in shown
    assert "They climb" in shown
    log = house.ok("bo", "log", "potting-shed", "--from-before")
    assert "It is what everybody asks for" in log


def test_a_name_that_is_taken_says_how_to_give_one(house: House, tmp_path: Path) -> None:
    """A board here has the name: the next step is --as (29.9)."""
    file = tmp_path / "other.pack"
    board = new_id()
    lines = [
        replace(line, board=board) if isinstance(line, PackHeading) else line
        for line in small_board()
        if not isinstance(line, PackAct)
    ]
    file.write_bytes(packed(lines))
    done = house.bbs("admin", "unpack", str(file), "--yes", "--profile", "ana")
    assert done.exit_code == 1
    assert "--as SLUG" in done.output


def test_a_changed_byte_is_named_before_anything_is_sent(house: House, tmp_path: Path) -> None:
    """The command line reads the file with the server's own reader (29.6)."""
    file = tmp_path / "bad.pack"
    file.write_bytes(packed(small_board()).replace(b"They climb", b"They crawl"))
    done = house.bbs("admin", "unpack", str(file), "--yes", "--profile", "ana")
    assert done.exit_code == 1
    assert "at least one is not as it was when the board was packed" in done.output

"""`bbs admin pack` and `bbs pack check`: a board as a signed file that anybody can check (29.8, P10)."""

from pathlib import Path

from tests.cli.house import House


def test_a_board_is_packed_checked_and_found_changed(house: House, tmp_path: Path) -> None:
    """Rehearsed, packed, checked without a server; a flipped byte is named, and nothing is overwritten."""
    opened = ("--title", "Packable", "--charter", "It goes.", "--norm", "Be kind. :: We stay.")
    house.ok("ana", "admin", "boards", "open", "packable", *opened, "--hold-s", "0")
    address = house.ok("ana", "write", "packable", "--title", "Beans", "-m", "They climb.").strip()
    file = tmp_path / "packable.pack"
    tried = house.data("ana", "admin", "pack", "packable", str(file), "--dry-run")
    assert (tried["posts"], tried["dry_run"], file.exists()) == (1, True, False)
    told = house.bbs("admin", "pack", "packable", str(file), "--profile", "ana")
    assert (told.exit_code, "1 thread, 1 post" in told.stdout) == (0, True)
    assert "The file is yours from here on" in told.stderr
    assert "They climb." in file.read_text("utf-8")
    checked = house.bbs("pack", "check", str(file), "--json")
    assert checked.exit_code == 0
    assert '"digest":"' in checked.stdout.replace(" ", "")
    again = house.bbs("admin", "pack", "packable", str(file), "--profile", "ana")
    assert again.exit_code == 1
    file.write_bytes(file.read_bytes().replace(b"They climb.", b"They clomb."))
    found = house.bbs("pack", "check", str(file))
    assert found.exit_code == 1
    assert "at least one is not as it was when the board was packed" in found.stderr
    assert address.startswith("packable/")


def test_a_refused_pack_leaves_no_file(house: House, tmp_path: Path) -> None:
    """The commons cannot be packed, and nothing is left beside the place of the file (29.8)."""
    file = tmp_path / "commons.pack"
    refused = house.bbs("admin", "pack", "commons", str(file), "--profile", "ana")
    assert refused.exit_code == 1
    assert list(tmp_path.iterdir()) == []

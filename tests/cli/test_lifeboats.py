"""`bbs consent` and `bbs lifeboat`: a board is kept whole, and packed without its server (29.1, 33)."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from bbs.cli.main import cli
from bbs.features.packs.views import PackAuthor, PackKind
from bbs.plural import size_text
from bbs.profiles import load_profile
from bbs.wire.pack_reader import check_pack, read_pack
from bbs_client.session.storage import open_storage
from tests.cli.house import House

NORM = ("--norm", "Be kind. :: It helps.")


def test_a_choice_is_shown_and_changed(house: House) -> None:
    """Without a choice it says what holds; a dry run changes nothing (29.1)."""
    assert "without your name, until you claim them" in house.ok("bo", "consent", "garden")
    house.ok("bo", "consent", "garden", "left-out", "--dry-run")
    assert house.data("bo", "consent", "garden")["consent"] == "nameless"
    assert "a marker stays" in house.ok("bo", "consent", "garden", "left-out")
    assert house.data("bo", "consent", "garden")["consent"] == "left_out"
    assert 'Chose "leave me out": @bo' in house.ok("ana", "consent", "garden")
    tried = house.bbs("consent", "garden", "named", "--dry-run", "--profile", "bo")
    assert "It would say: If garden is taken along, your words go with your name." in tried.stderr
    house.ok("bo", "consent", "garden", "nameless")


def test_a_board_is_kept_and_packed_without_its_server(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """keep fetches all of it, list says so, make needs no server; a second file is refused (33)."""
    house.ok("ana", "admin", "boards", "open", "ark", "--title", "Ark", "--hold-s", "0", *NORM)
    house.ok("bo", "seat", "ark", "--accept-norms", "1")
    house.ok("ana", "consent", "ark", "named")
    house.ok("ana", "write", "ark", "--title", "Rain", "-m", "Forty days.")
    asked = house.bbs("lifeboat", "make", "ark", str(tmp_path / "early"), "--profile", "bo")
    assert (asked.exit_code, "bbs lifeboat keep BOARD" in asked.stderr) == (1, True)
    rehearsed = house.ok("bo", "lifeboat", "keep", "ark", "--dry-run")
    assert rehearsed.startswith("ark: 1 thread, ")
    assert house.data("bo", "lifeboat", "list")["boards"] == []
    silent = house.bbs("lifeboat", "keep", "ark", "--profile", "bo")
    assert silent.stdout.startswith("ark: ")
    told = "Only a file outlives this copy: bbs lifeboat make ark FILE\n"
    assert silent.stderr == told, "no progress is written where nobody watches"
    kept = house.data("bo", "lifeboat", "keep", "ark")
    assert (kept["posts"], kept["here"], kept["whole"], kept["claim_list"]) == (1, 1, True, True)
    [listed] = house.ok("bo", "lifeboat", "list").splitlines()
    assert listed == f"ark: 1 thread, 1 post, {size_text(kept['bytes'])}, whole"
    monkeypatch.setenv("BBS_HOME", str(house.home))
    shell = ShellComplete(cli, {}, "bbs", "_BBS_COMPLETE")
    offered = shell.get_completions(["lifeboat", "make", "--profile", "bo"], "ar")
    assert [item.value for item in offered] == ["ark"]
    target = tmp_path / "ark.pack"
    told = house.bbs("lifeboat", "make", "ark", str(target), "--profile", "bo")
    assert "No name shows before its owner claims it." in told.stderr
    with target.open("rb") as file:
        summary = check_pack(file)
    assert (summary.heading.kind, summary.threads, summary.posts) == (PackKind.LIFEBOAT, 1, 1)
    assert f"bbs://{summary.heading.homes[-1].host}/" == house.url, (
        "with its port, as servers write it"
    )
    with target.open("rb") as file:
        [author] = [line for line in read_pack(file) if isinstance(line, PackAuthor)]
    assert author.handle == "ana"
    again = house.bbs("lifeboat", "make", "ark", str(target), "--profile", "bo")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    lost = house.bbs("lifeboat", "make", "ark", str(tmp_path / "no" / "x"), "--profile", "bo")
    assert (lost.exit_code, f"no folder {tmp_path / 'no'}" in lost.stderr) == (1, True)
    house.ok("bo", "lifeboat", "keep", "ark", "--stop")
    assert house.data("bo", "lifeboat", "list")["boards"] == []


def test_keeping_again_brings_what_happened_meanwhile(house: House, tmp_path: Path) -> None:
    """A board opened since is found, and a post withdrawn since is in no file made later (33.1, P10)."""
    house.ok("ana", "admin", "boards", "open", "raft", "--title", "Raft", "--hold-s", "0", *NORM)
    house.ok("bo", "seat", "raft", "--accept-norms", "1")
    thread = house.ok("ana", "write", "raft", "--title", "Wind", "-m", "It blows.").strip()
    regretted = house.ok("ana", "write", thread, "-m", "Wordsthatgo.").strip()
    assert house.data("bo", "lifeboat", "keep", "raft")["posts"] == 2
    house.ok("ana", "admin", "boards", "open", "dinghy", "--title", "D", "--hold-s", "0", *NORM)
    house.ok("bo", "seat", "dinghy", "--accept-norms", "1")
    house.ok("ana", "write", regretted, "--withdraw")
    house.ok("ana", "write", thread, "-m", "It still blows.")
    assert house.data("bo", "lifeboat", "keep", "dinghy")["whole"]
    kept = house.data("bo", "lifeboat", "keep", "raft")
    assert (kept["posts"], kept["whole"]) == (3, True)
    target = tmp_path / "raft.pack"
    house.ok("bo", "lifeboat", "make", "raft", str(target))
    text = target.read_text("utf-8")
    assert ("It still blows." in text, "Wordsthatgo." in text) == (True, False)
    for board in ("raft", "dinghy"):
        house.ok("bo", "lifeboat", "keep", board, "--stop")


def test_a_copy_that_was_erased_is_said_to_be(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept board whose copy is gone is no unknown name: list says what became of it (P10, 33)."""
    house.ok("bo", "lifeboat", "keep", "garden")
    monkeypatch.setenv("BBS_HOME", str(house.home))
    with closing(open_storage(load_profile("bo"))) as storage:
        storage.cache.wipe()
    listed = house.bbs("lifeboat", "list", "--profile", "bo")
    [line] = listed.stdout.splitlines()
    assert f"that you kept was erased on {datetime.now(UTC):%Y-}" in line
    leaves = ("leave", "--community", "--dry-run", "--profile", "bo")
    assert "keeps as lifeboats" not in house.bbs(*leaves).stderr, "nothing is left to erase"
    [id_line] = [each for each in listed.stderr.splitlines() if "--stop" in each]
    board = id_line.split()[-2]
    with closing(open_storage(load_profile("bo"))):  # as a client does that is open
        busy = house.bbs("lifeboat", "keep", "garden", "--profile", "bo")
    assert (busy.exit_code, "has not fetched a board of that name yet" in busy.stderr) == (1, True)
    made = house.bbs("lifeboat", "make", "garden", "x.pack", "--profile", "bo")
    assert (made.exit_code, "was erased" in made.stderr) == (1, True)
    assert "fetches what is missing" not in made.stderr
    house.ok("bo", "lifeboat", "keep", board, "--stop")
    assert house.data("bo", "lifeboat", "list")["boards"] == []

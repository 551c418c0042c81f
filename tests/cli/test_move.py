"""`bbs admin move` at the old server: announced, packed, handed over, and what comes next is said."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bbs import signatures
from bbs.clock import to_ms
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_views import Receipt
from bbs.features.packs.signing import receipt_text
from bbs.wire.pack_reader import check_pack
from tests.cli.house import House, furnished, running_server

SEED = bytes([5] * 32)
KEY = signatures.public_key_of(SEED)
NORM = ("--norm", "Wipe your feet. :: It is wet.")
TO = ("--to", "bbs://new.example:7000", "--server-key", KEY, "--reason", "We grew.")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: a board that moved away is missed by whoever reads them all."""
    folder = tmp_path_factory.mktemp("house")
    with running_server(folder / "data") as invitation:
        yield furnished(folder, invitation)


def _receipt(board: str, pack: Path) -> Receipt:
    digest = check_pack(io.BytesIO(pack.read_bytes())).digest
    text = receipt_text("new.example:7000", "e", board, "medlars", digest, to_ms(NOON))
    return Receipt(
        host="new.example:7000",
        epoch="e",
        key=KEY,
        board=board,
        slug="medlars",
        digest=digest,
        at=NOON,
        signature=signatures.sign(SEED, text),
    )


def test_a_board_is_handed_over_step_by_step(house: House, tmp_path: Path) -> None:
    """Each step says the next one; a paper that is none is refused in a sentence; in the end the old
    address leads on (protocol 30)."""
    board = house.data("ana", "admin", "boards", "open", "medlars", *NORM)["board"]["id"]
    house.ok("ana", "write", "medlars", "--title", "Jelly", "-m", "Cook it long.")
    move = ("admin", "move", "medlars")
    assert "does not move" in house.ok("ana", *move)
    without_key = (*TO[:2], *TO[4:])  # a dry run asks neither the new server nor a person
    assert house.data("ana", *move, *without_key, "--dry-run")["dry_run"] is True
    assert "may not" in house.bbs(*move, *without_key, "--profile", "bo").output
    tried = house.data("ana", *move, *TO, "--dry-run")
    assert tried["dry_run"] is True
    assert "bbs admin pack medlars FILE" in house.ok("ana", *move, *TO)  # nobody else sits there
    state = house.data("ana", *move, "--state")["move"]
    assert (state["state"], state["host"]) == ("ready", "new.example:7000")
    pack, paper, last = (tmp_path / name for name in ("pack", "receipt", "last"))
    house.ok("ana", "admin", "pack", "medlars", str(pack))
    paper.write_text("{}")
    refused = house.bbs(*move, "--receipt", str(paper), "--profile", "ana")
    assert (refused.exit_code, refused.stderr.count("this receipt is refused")) == (1, 1)
    paper.write_bytes(msgspec.json.encode(_receipt(board, pack)))
    assert "--save-last-list" in house.ok("ana", *move, "--receipt", str(paper))
    assert "0 posts without words" in house.ok("ana", *move, "--save-last-list", str(last))
    [page] = [msgspec.json.decode(line, type=LastPage) for line in last.read_bytes().splitlines()]
    assert signatures.verify(page.key, page.signature, page_text(page))
    read = house.bbs("read", "medlars", "--profile", "ana")
    assert "this board has moved: it is medlars at bbs://new.example:7000 now" in read.stderr
    late = house.bbs(*move, "--cancel", "--reason", "No.", "--profile", "ana")
    assert late.exit_code == 6, late.output


def test_where_others_sit_it_waits(house: House) -> None:
    """Where bo sits, too, the announcement waits for two weeks: exit code 7, as all that waits."""
    house.ok("ana", "admin", "boards", "open", "sloes", *NORM)
    house.ok("bo", "seat", "sloes", "--accept-norms", "1")
    waits = house.bbs("admin", "move", "sloes", *TO, "--profile", "ana")
    assert waits.exit_code == 7, waits.output
    assert "is announced to move" in house.ok("bo", "admin", "move", "sloes")
    assert "sloes is announced to move: sloes at bbs://new.example:7000" in house.ok(
        "bo", "read", "sloes"
    )
    log = house.bbs("log", "sloes", "--profile", "bo")
    assert "what is announced and waits: bbs admin proposals list sloes" in log.stderr
    bad = house.bbs("admin", "move", "sloes", "--cancel", "--state", "--profile", "ana")
    assert bad.exit_code == 2

"""Plain mode without a server, killed, and beside another window: nothing is lost or doubled."""

import json
import re
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from bbs.errors import Disconnected, FolkmootError, WrongVersion
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import new_id
from bbs.profiles import load_profile, save_profile
from bbs.sdk.errors import CertificateRefused
from bbs.wire.codec import encode_error
from bbs_client.mirror.file import Mirror
from bbs_client.session.storage import drafts_folder, mirror_path
from tests.cli.house import House
from tests.cli.terminal import terminal
from tests.client.plain.conftest import bodies, offline, thread, visit
from tests.server.ops_net.serving import write_certificate


def test_what_was_fetched_is_read_offline(house: House) -> None:
    """Boards, threads, a post by its address, the round and search open from the mirror (P4)."""
    house.ok("bo", "mark", "garden")
    address = thread(house, "Read offline", "Words that stay here.")
    visit("bo", "quit")
    told = visit(offline("bo"), "boards", "garden", "next", address, f"{address}/1", "search stay")
    assert "You are offline" in told
    assert f"{address}: Read offline (by @ana, 1 post, 1 unread)" in told
    assert told.count("  Words that stay here.") == 4
    assert "The command failed" not in told


def test_what_only_the_server_knows_is_said_to_be_so(house: House) -> None:
    """What is not in the mirror cannot be opened offline, and the visit goes on."""
    visit("bo", "quit")
    told = visit(offline("bo"), "open nowhere", "who", "boards")
    assert told.count("You are offline, and this is not on this device.") == 2
    assert told.endswith("Goodbye.\n")


def test_what_is_written_offline_is_sent_once_later(house: House) -> None:
    """An answer waits in the outbox, is told to wait, and arrives with the next visit (P12)."""
    address = thread(house, "Answered offline")
    visit("bo", address)
    told = visit(offline("bo"), address, "reply 1 From the train.", address)
    assert "Not sent yet: your answer waits for the connection." in told
    assert "(waits for the connection):\n  From the train." in told
    assert "1 thing you wrote or decided will be sent at your next visit." in told
    assert bodies(house, address) == ["Its words."]
    visit("bo", "quit")
    visit("bo", "quit")
    assert bodies(house, address) == ["Its words.", "From the train."]


OFFLINE = (
    ("next", "  Its words."),
    ("save", "is saved, for you alone"),
    ("reply", "| "),
    ("Half a thought,", "| "),
    ("and its end.", "| "),
    (".", "Not sent yet: your answer waits for the connection."),
)
"""A visit without a server: what is typed, and what is told when it is kept."""


@pytest.mark.parametrize("steps", [1, 3, 4, 6])
def test_killed_offline_and_reconnected_nothing_is_lost_or_doubled(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Killed at any step: what was passed is read, what was chosen stands, words are sent once or a draft (P12)."""
    house.ok("bo", "mark", "garden")
    address, profile = thread(house, "Killed"), load_profile("bo")
    visit("bo", "quit")
    home = tmp_path / "home"
    shutil.copytree(house.home, home)
    monkeypatch.setenv("BBS_HOME", str(home))
    save_profile(offline("bo"))
    with terminal(home, "connect", "--plain", "--profile", "bo") as bbs:
        bbs.expect("* You are offline")
        for typed, told in OFFLINE[:steps]:
            bbs.type(typed)
            bbs.expect(told)
        bbs.process.kill()
        bbs.process.wait()
    save_profile(profile)
    told = visit("bo", "quit")
    assert (f"Posted as {address}/2." in told) == (steps == 6)
    assert len(house.data("bo", "read", address, "--unread")["posts"]) == (steps == 1)
    assert (f"{address}/1, @ana" in visit("bo", "saved", "quit")) == (steps > 1)
    told = visit("bo", f"{address}/1", "reply")
    assert ("A draft of yours is kept here:\n  Half a thought,\n" in told) == (steps == 4)
    assert bodies(house, address)[1:] == ["Half a thought,\nand its end."] * (steps == 6)


@pytest.mark.parametrize("waits_for", ["", "Sent as typed.", "Posted as"])
def test_killed_while_sending_words_arrive_once_or_are_a_draft(
    house: House, waits_for: str
) -> None:
    """Killed before, while and after a text goes out, it is in one place: sent, a draft, or still typed (P12)."""
    address = thread(house, "Killed online")
    with terminal(house.home, "connect", "--plain", "--profile", "bo") as bbs:
        bbs.expect("> ")
        bbs.type(f"{address}/1")
        bbs.expect("  Its words.")
        bbs.expect("> ")
        bbs.type("reply Sent as typed.")
        bbs.expect(waits_for)
        bbs.process.kill()
        bbs.process.wait()
    visit("bo", "quit")
    told = visit("bo", f"{address}/1", "reply")
    sent = bodies(house, address)[1:].count("Sent as typed.")
    assert sent + ("  Sent as typed." in told) <= 1
    assert sent or waits_for != "Posted as"


def test_marks_and_choices_made_offline_reach_the_server(house: House) -> None:
    """What was read and saved offline is so everywhere after the next visit (P2)."""
    house.ok("bo", "mark", "garden")
    address = thread(house, "Read on the train")
    visit("bo", "quit")
    visit(offline("bo"), "next", "save", "quit")
    assert len(house.data("bo", "read", address, "--unread")["posts"]) == 1
    visit("bo", "quit")
    assert house.data("bo", "read", address, "--unread")["posts"] == []
    assert f"{address}/1, @ana" in visit("bo", "saved", f"unsave {address}/1", "quit")


def test_interrupted_words_are_a_draft(house: House) -> None:
    """Killed while writing, or out of input, the words come back to the same verb, and go out once."""
    address = thread(house, "Interrupted")
    with terminal(house.home, "connect", "--plain", "--profile", "bo") as bbs:
        bbs.expect("> ")
        bbs.type(f"{address}/1")
        bbs.expect("  Its words.")
        bbs.type("reply")
        bbs.expect("| ")
        bbs.type("half a thought")
        bbs.expect("| ")
        bbs.process.kill()
        bbs.process.wait()
    told = visit("bo", f"{address}/1", "reply", "yes", "and the other half")
    assert "A draft of yours is kept here:\n  half a thought" in told
    assert "Nothing was sent; it is kept as a draft." in told
    told = visit("bo", f"{address}/1", "reply", "yes", ".")
    assert f"Posted as {address}/2." in told
    assert bodies(house, address)[1:] == ["half a thought\nand the other half"]
    assert "A draft" not in visit("bo", f"{address}/1", "reply", ".")


def test_words_that_the_disk_refuses_do_not_end_the_visit(house: House) -> None:
    """Where no draft can be kept, the visit says so and goes on; nothing is sent half (P12)."""
    address = thread(house, "No room")
    house.join("dora", house.invitation)
    visit("dora", "seat garden", "yes", "quit")
    folder = drafts_folder(load_profile("dora"))
    folder.write_text("A file where the folder would be.")
    told = visit("dora", f"{address}/1", "reply", "Lost words.", ".", "boards")
    assert "The command failed: " in told
    assert told.endswith("Goodbye.\n")
    assert bodies(house, address) == ["Its words."]


def test_what_is_refused_comes_back_with_the_reason(house: House) -> None:
    """The server's no is told; the same verb brings the words back as a draft."""
    address = thread(house, "Refused")
    visit("bo", address)
    house.ok("bo", "seat", "garden", "--leave", "--yes")
    try:
        told = visit(offline("bo"), address, "reply 1 Too late.", "quit")
        assert "waits for the connection" in told
        told = visit("bo", "quit")
        assert "Refused: " in told
    finally:
        house.ok("bo", "seat", "garden", "--accept-norms", "1")
    told = visit("bo", address, "reply 1", "yes", ".")
    assert "Too late." in told
    assert re.search(rf"Posted as {address}/\d+\.", told)
    assert bodies(house, address)[1:] == ["Too late."]


def test_beside_another_window_it_reads_and_sends_directly(house: House) -> None:
    """A second window says so, reads a copy of the mirror and sends over its own connection (P12)."""
    address = thread(house, "Two windows")
    with terminal(house.home, "connect", "--plain", "--profile", "bo") as first:
        first.expect("> ")
        told = visit("bo", address, "reply 1 From the second.", "quit")
        assert "This profile is open in another window too." in told
        assert f"Posted as {address}/2." in told
        first.type(address)
        first.expect("From the second.")
        first.type("reply 1 From the first.")
        first.expect(f"Posted as {address}/3.")
        first.type("quit")
        assert first.end() == 0
    assert bodies(house, address)[1:] == ["From the second.", "From the first."]
    assert "A draft" not in visit("bo", f"{address}/1", "reply", ".")


def test_a_profile_that_was_never_connected_needs_the_server(house: House) -> None:
    """With nothing on this device and no server, the visit ends and says so."""
    house.join("una", house.invitation)
    with pytest.raises(Disconnected):
        visit(offline("una"), "boards")


def _of_another_version(socket: ServerConnection) -> None:
    """Answer as a server whose protocol is a later one."""
    asked = json.loads(socket.recv())
    socket.send(encode_error(asked["id"], WrongVersion(["bbs.v9"])).decode())


@contextmanager
def _served(certificate: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve such answers; yield the port."""
    protocols = [Subprotocol("bbs.v1")]
    with serve(
        _of_another_version, "127.0.0.1", 0, subprotocols=protocols, ssl=certificate
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.socket.getsockname()[1]
        server.shutdown()


@pytest.mark.parametrize("refusal", [WrongVersion, CertificateRefused])
def test_with_nothing_here_the_visit_ends_with_the_reason_the_server_is_not_used(
    house: House, tmp_path: Path, refusal: type[FolkmootError]
) -> None:
    """Another protocol or certificate is not called a lost connection: trying again is no help (4)."""
    name = f"new-{refusal.__name__.lower()[:5]}"
    house.join(name, house.invitation)
    context = None
    if refusal is CertificateRefused:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*write_certificate(tmp_path / "tls", "localhost"))
    with _served(context) as port:
        url = f"bbs://127.0.0.1:{port}?plain={int(context is None)}"
        profile = msgspec.structs.replace(load_profile(name), url=url)
        with pytest.raises(refusal):
            visit(profile, "boards")


def test_what_narrows_the_reader_is_said_offline_too(house: House) -> None:
    """Kind, clause, end and next step, on arriving and in place of writing (P7)."""
    visit("bo", "garden", "quit")
    profile = load_profile("bo")
    with closing(Mirror.open(mirror_path(profile), profile.member)) as mirror:
        [garden] = [row.board.id for row in mirror.boards() if row.board.slug == "garden"]
        now = datetime.now(UTC)
        silence = Restriction(
            id=new_id(),
            board=garden,
            kind=RestrictionKind.SILENCED,
            since=now - timedelta(days=1),
            until=now + timedelta(days=30),
            norm=2,
        )
        mirror.apply([silence])
    told = visit(offline("bo"), "garden", "post Title", "Words.", ".")
    with closing(Mirror.open(mirror_path(profile), profile.member)) as mirror:
        mirror.apply([msgspec.structs.replace(silence, until=now)])
    sentence = "You cannot write on this board (clause 2) until "
    assert told.count(sentence) == 2
    assert told.count("read on; you can take back your own words.") == 2
    assert "will be sent at your next visit" not in told

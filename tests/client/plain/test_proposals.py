"""What waits for others, in lines: said when a board is opened, listed, and answered with the password."""

import asyncio
import io
import os
import pty
import termios
from collections.abc import Iterator

import pytest

from bbs_client.plain.lines import Lines
from tests.cli.house import PASSWORD, House
from tests.client.plain.conftest import offline, visit

WAITS = 7


@pytest.fixture
def hall(house: House, request: pytest.FixtureRequest) -> Iterator[str]:
    """A board on which ana sits and bo moderates, who wants its posts to end after a day."""
    slug = request.node.name.replace("_", "-")[-20:].strip("-")
    house.ok("ana", "admin", "boards", "open", slug, "--norm", "Shut the door. :: It rains.")
    house.ok("bo", "seat", slug, "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", slug, "bo")
    command = ("admin", "boards", "configure", slug, "--retention-days", "1", "--profile", "bo")
    with house.joined_long_ago("bo"):
        assert house.bbs(*command).exit_code == WAITS
        yield slug


def test_one_moves_and_another_agrees_with_the_password(house: House, hall: str) -> None:
    """The head of the board says that it waits; a wrong password is told, the right one carries it out."""
    told = visit("ana", f"open {hall}", "proposals", "1", "not my password", PASSWORD, "quit")
    assert "1 waits for you until " in told
    assert ": retention: 1 day (say proposals)." in told
    assert f"{hall} 1: @bo wants to change {hall}: retention: kept, now 1 day" in told
    assert "1. Agree to this" in told
    assert "That is not your password." in told
    assert "You agreed: carried out." in told
    assert PASSWORD not in told
    assert "not my password" not in told
    assert hall not in visit("ana", "proposals", "", "quit")
    assert "retention: kept, now 1 day" in house.ok("ana", "log", hall)


def test_an_objection_gives_its_reason_to_all_readers(house: House) -> None:
    """Where two sit, the other member alone ends it; without a reason or a password nothing is sent."""
    house.ok("ana", "admin", "boards", "open", "loft", "--norm", "Shut the door. :: It rains.")
    house.ok("bo", "seat", "loft", "--accept-norms", "1")
    command = ("admin", "boards", "configure", "loft", "--retention-days", "1", "--profile", "ana")
    assert house.bbs(*command).exit_code == WAITS
    reason = "I want to read it later"
    told = visit(
        *("bo", "proposals", "1", "", "proposals", "1", reason, "no"),
        *("proposals", "1", reason, PASSWORD, "quit"),
    )
    assert "1. Object to this" in told
    assert told.count("Nothing was sent.") == 2
    assert "You objected: members objected." in told
    listed = house.ok("ana", "admin", "proposals", "list", "loft", "--ended")
    assert f"@bo objects: {reason}" in listed


def test_the_key_of_the_device_proves_it_without_typing(house: House, hall: str) -> None:
    """Where the device has a key, Enter is enough; the password stays possible (protocol 15.6)."""
    told = visit("ana", "proposals", "1", "", "quit")
    assert "Enter proves it by the key of this device" in told
    assert "You agreed: carried out." in told
    assert hall not in visit("ana", "proposals", "", "quit")


def test_the_writer_reads_what_a_purge_hides(house: House) -> None:
    """In the thread a marker stands; by what waits its writer reads the words, where, and by which law."""
    house.ok("bo", "write", "garden", "--title", "Hemlock", given="what a law forbids")
    [thread] = [
        each
        for each in house.data("bo", "read", "garden")["threads"]
        if each.get("title") == "Hemlock"
    ]
    address = f"garden/{thread['number']}"
    purge = ("admin", "purge", address, "--law", "StGB 130", "--reason", "By order", "--yes")
    assert house.bbs(*purge, "--profile", "ana").exit_code == WAITS
    told = visit("bo", "proposals", "1", f"open {address}", "quit")
    assert "1. Read the words hidden for this" in told
    assert "what a law forbids" in told
    assert f"the thread {address} (1 post) by StGB 130" in told
    assert "(hidden)" in told.rpartition("what a law forbids")[2]
    assert "what a law forbids" not in visit("ana", f"open {address}", "proposals", "", "quit")
    number = house.ok("ana", "admin", "proposals", "list", "garden").split()[1]
    house.ok("ana", "admin", "proposals", "withdraw", "garden", number)


def test_the_mover_takes_it_back(house: House, hall: str) -> None:
    """Without a password, but asked first."""
    told = visit("bo", "proposals", "1", "yes", "quit")
    assert "1. Take this back" in told
    assert "Taken back: nothing was changed." in told
    assert hall not in visit("bo", "proposals", "", "quit")


def test_offline_it_is_read_and_not_answered(house: House, hall: str) -> None:
    """What waits is on this device; a word to it is refused at once and put into no outbox."""
    visit("ana", f"open {hall}", "proposals", "", "quit")
    told = visit(offline("ana"), "proposals", "1", "outbox", "quit")
    assert f"@bo wants to change {hall}" in told
    assert "You are offline; agreeing and objecting need a connection. Nothing was sent." in told
    assert "Everything is sent." in told
    house.ok("bo", "admin", "proposals", "withdraw", hall, "1")


async def test_a_terminal_shows_nothing_of_the_password() -> None:
    """While it is typed the terminal shows the end of the line alone; afterwards all as before (P11)."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as stdin, os.fdopen(master, "r+b", buffering=0) as keyboard:
        before = termios.tcgetattr(stdin)
        asking = asyncio.create_task(Lines(stdin, io.StringIO()).ask("Password?", hidden=True))
        await asyncio.sleep(0)
        assert not termios.tcgetattr(stdin)[3] & termios.ECHO
        keyboard.write(b"seven quiet herons\n")
        assert await asking == "seven quiet herons"
        assert keyboard.read(100) == b"\r\n"
        assert termios.tcgetattr(stdin) == before

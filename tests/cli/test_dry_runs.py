"""Every command that can be tried says in the same way that it was only tried (protocol 5.5)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest

from bbs.cli.main import cli
from tests.cli.house import House

LATER = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
SOON = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
WHY = ("--reason", "Why")
NORM = ("--norm", "Wipe your feet. :: It is wet.")

TRIED: dict[str, tuple[str, ...]] = {
    "write": ("garden", "--title", "Frost", "-m", "Tonight."),
    "chat": ("garden", "-m", "Tonight."),
    "mark": ("garden",),
    "save": ("{thread}/1",),
    "follow": ("{thread}",),
    "mute": ("garden",),
    "letter": ("bo", "--ask"),
    "block": ("bo",),
    "leave": ("garden", "--words", "former"),
    "consent": ("garden", "left-out"),
    "account": ("--name", "Ana"),
    "account away": ("At sea.", "--until", LATER),
    "account profile": ("-m", "I grow figs."),
    "admin boards open": ("quince", *NORM),
    "admin boards configure": ("garden", "--seats", "9", "--until", LATER),
    "admin boards appoint": ("medlar", "bo"),
    "admin boards hand-over": ("medlar", "bo"),
    "admin boards read-only": ("medlar", *WHY),
    "admin boards archive": ("medlar", *WHY),
    "admin clock": ("confirm", "--yes"),
    "admin invitations make": (),
    "admin members reset": ("@bo",),
    "admin disk quota": ("garden", "5"),
    "admin seats offer": ("medlar", "kit"),
    "admin boards slow": ("{thread}", "--every", "60", "--until", SOON, *WHY),
    "admin threads pin": ("{thread}", *WHY),
    "admin threads lock": ("{thread}", "--until", LATER, *WHY),
    "admin threads retitle": ("{thread}", "Almanac", *WHY),
    "admin posts hide": ("{thread}/1", "--norm", "1", *WHY),
    "admin tokens issue": ("x", "--power", "read"),
}
"""The words after each command whose dry run can be tried by itself."""

TOLD = {"admin clock"}
"""What shows people more on stdout than what it did."""


@pytest.fixture(scope="session")
def thread(house: House) -> str:
    """Return the address of a thread of bo's; Bo sits on medlar, which ends, and Kit is here."""
    house.ok("ana", "admin", "boards", "open", "medlar", *NORM, "--until", LATER)
    house.ok("bo", "seat", "medlar", "--accept-norms", "1")
    house.join("kit", house.invitation)
    return house.ok("bo", "write", "garden", "--title", "Herons", "-m", "herons").strip()


@pytest.mark.parametrize("path", TRIED)
def test_a_dry_run_never_looks_like_success(house: House, thread: str, path: str) -> None:
    """People read on stderr that nothing was changed, and no result; JSON carries `dry_run`."""
    words = [*path.split(), *(each.replace("{thread}", thread) for each in TRIED[path])]
    told = house.bbs(*words, "--dry-run", "--profile", "ana")
    assert told.exit_code == 0, told.output
    assert told.stderr.count("Dry run: nothing was changed.") == 1
    assert told.stdout == "" or path in TOLD
    assert house.data("ana", *words, "--dry-run")["dry_run"] is True


def test_what_is_done_says_so(house: House, thread: str) -> None:
    """Without `--dry-run` nothing speaks of one, and JSON says that it was none."""
    done = house.bbs("follow", thread, "--json", "--profile", "ana")
    assert "Dry run" not in done.stderr
    assert json.loads(done.stdout)["dry_run"] is False


def test_every_command_that_can_be_tried_says_so_in_one_way() -> None:
    """`--dry-run` is offered only where the one output is, which says it at the end."""
    found = dict(_commands(cli, click.Context(cli), ""))
    tried = {
        path: {parameter.name for parameter in command.params}
        for path, command in found.items()
        if any("--dry-run" in parameter.opts for parameter in command.params)
    }
    assert set(TRIED) <= set(tried)
    assert all({"dry_run", "as_json"} <= names for names in tried.values())


def _commands(
    group: click.Group, ctx: click.Context, path: str
) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield f"{path} {name}".strip(), command
        if isinstance(command, click.Group):
            yield from _commands(command, ctx, f"{path} {name}".strip())

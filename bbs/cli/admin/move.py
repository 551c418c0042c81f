"""`bbs admin move`: let a board move to another community, step by step."""

from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from bbs import limits
from bbs.cli.admin import move_papers
from bbs.cli.admin.trying import check_first
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, open_community, with_connection_options
from bbs.errors import BadParams
from bbs.features.boards.messages import Board, ListBoards
from bbs.features.boards.settings import Visibility
from bbs.features.community.keys import key_text
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_messages import (
    BringReceipt,
    CancelMove,
    GetMove,
    MoveBoard,
    MoveResult,
)
from bbs.features.packs.move_rules import split_host
from bbs.features.packs.move_views import Receipt
from bbs.messages import Command
from bbs.sdk import lookup
from bbs.terminal import move_text
from bbs.terminal.input_text import read_reason
from bbs.terminal.move_text import move_lines
from bbs.terminal.output import local_time
from bbs.terminal.prompts import confirm
from bbs.text import sanitize

_VISIBILITY = click.Choice([each.value for each in Visibility])
_FILE = click.Path(dir_okay=False, path_type=Path)
_STEPS = ("to", "receipt", "save_last_list", "save_receipt", "last_list", "cancel", "state")


class Step(NamedTuple):
    """What the caller wants done, as the options say it; None or False for what they left out.

    Attributes:
        to: The new server as host:port; `key` is its key, `pin_there` that of its certificate.
        slug, visibility: Of the board there; None for the same as here.
        receipt, last_list: What the files hold that the caller brings.
        save_receipt, save_last_list: The files to write.
    """

    to: str | None
    key: str | None
    pin_there: str | None
    slug: str | None
    visibility: str | None
    receipt: Receipt | None
    last_list: list[LastPage] | None
    save_receipt: Path | None
    save_last_list: Path | None
    cancel: bool
    reason: str
    yes: bool
    dry_run: bool


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--to", metavar="HOST:PORT", help="Announce it: the new server, as members reach it.")
@click.option(
    "--server-key",
    "key",
    help="Its signing key, compared by you; asked of it if you leave this out.",
)
@click.option("--pin-there", metavar="SHA256", help="The pin of its certificate, if it is its own.")
@click.option("--as", "slug", help="The board's name there; the same if you leave this out.")
@click.option("--visibility", type=_VISIBILITY, help="Who reads it there; never more than now.")
@click.option("--receipt", type=_FILE, help="Hand the board over: the new server's receipt.")
@click.option("--save-last-list", type=_FILE, help="Write what ended since the pack to a file.")
@click.option("--save-receipt", type=_FILE, help="At the new server: write its receipt to a file.")
@click.option("--last-list", type=_FILE, help="At the new server: bring the list; it opens.")
@click.option("--cancel", is_flag=True, help="Open the board again; until the receipt is here.")
@click.option("--state", is_flag=True, help="Show how far it is, and what comes next.")
@click.option("--reason", help="Why; everybody on the board reads it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def move(caller: CliContext, board: str, **options: Any) -> int | None:
    """Let BOARD move to another community, with its history; without an option, show the state.

    Its server and the new one never talk to each other: you carry files. First it is announced: for 14
    days members may object, and each author says how their words go. Then the board is read-only:

    \b
    here   bbs admin move garden --to moot.example:7000 --reason "We grew."
    here   bbs admin pack garden garden.pack
    there  bbs admin unpack garden.pack --moved
    there  bbs admin move garden --save-receipt garden.receipt
    here   bbs admin move garden --receipt garden.receipt
    here   bbs admin move garden --save-last-list garden.last
    there  bbs admin move garden --last-list garden.last

    From the receipt on its words are sealed here; its address leads on for 400 days.
    """
    if sum(bool(options[name]) for name in _STEPS) > 1:
        raise click.UsageError("give one step at a time: --to, --receipt, --cancel, …")
    if (options["to"] is not None or options["cancel"]) and not options["reason"]:
        raise click.UsageError("give --reason: everybody on the board reads why")
    options.pop("state")
    to, reason, receipt = options["to"], options["reason"], options["receipt"]
    last_list = options["last_list"]
    options |= {
        "to": None if to is None else _host(to),
        "reason": "" if reason is None else read_reason(reason),
        "receipt": None if receipt is None else move_papers.read_receipt(receipt),
        "last_list": None if last_list is None else move_papers.read_last_list(last_list),
    }
    step = Step(**options)
    there = step.save_receipt is not None or step.last_list is not None
    return caller.run(lambda: (_at_new if there else _at_old)(caller, board, step))


async def _at_new(caller: CliContext, board: str, step: Step) -> None:
    if step.save_receipt is not None:
        receipt = await move_papers.save_receipt(caller, board, step.save_receipt)
        caller.out.result(receipt, move_text.receipt_lines(board, str(step.save_receipt)))
    elif step.last_list is not None:
        found, ended = await move_papers.bring_last_list(
            caller, step.last_list, dry_run=step.dry_run
        )
        caller.out.done(found, *move_text.arrival_lines(found, board, ended))


async def _at_old(caller: CliContext, board: str, step: Step) -> None:
    found = await _find(caller, board)
    if step.save_last_list is not None:
        ended = await move_papers.save_last_list(caller, found.id, step.save_last_list)
        lines = move_text.last_list_lines(board, str(step.save_last_list), ended)
        caller.out.result({"file": str(step.save_last_list), "gone": ended}, lines)
        return
    command = await _command(caller, found, board, step)
    if command is None:
        shown = await caller.community.call(GetMove(board=found.id))
        caller.out.result(shown, move_lines(shown.move, board, local_time))
        return
    done = await caller.community.call(command)
    caller.out.done(done, *move_lines(done.move, board, local_time))


async def _command(
    caller: CliContext, found: Board, board: str, step: Step
) -> Command[MoveResult] | None:
    """Return the command for a step at the old server; None to show the state."""
    if step.receipt is not None:
        return BringReceipt(board=found.id, receipt=step.receipt, dry_run=step.dry_run)
    if step.cancel:
        return CancelMove(board=found.id, reason=step.reason, dry_run=step.dry_run)
    if step.to is None:
        return None
    tried = MoveBoard(
        board=found.id,
        host=step.to,
        key=step.key or _NO_KEY,
        slug=step.slug or board,
        visibility=Visibility(step.visibility or found.visibility or Visibility.PRIVATE),
        reason=step.reason,
        dry_run=True,
    )
    if step.dry_run:
        return tried
    if step.key is None:
        await check_first(caller, tried)  # nobody is asked to compare a key for nothing
        key, title = await _ask_key(caller, step.to, step)
        tried = replace(tried, key=key, community=title)
    return replace(tried, dry_run=False)


_NO_KEY = "A" * 43  # of a dry run, which asks the new server for none


def _host(to: str) -> str:
    """Return an address as the move names it: bbs://moot.example:7000/ is moot.example:7000."""
    host = to.removeprefix("bbs://").removesuffix("/").lower()
    name, port = split_host(host)
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


async def _find(caller: CliContext, slug: str) -> Board:
    """Return a board by its name, also one that has moved."""
    listed = (await caller.community.call(ListBoards())).boards
    found = next((each for each in listed if each.slug == slug), None)
    return found or await lookup.find_board(caller.community, slug)


async def _ask_key(caller: CliContext, to: str, step: Step) -> tuple[str, str]:
    """Return the key that the new server tells, once the caller has compared it, and its title.

    Raises:
        BadParams: If it tells none.
        Disconnected: If it cannot be reached.
    """
    async with open_community(f"bbs://{to}", pin=step.pin_there) as there:
        welcome = there.welcome
    if welcome is None or welcome.key is None:
        raise BadParams(
            "to", "the server there tells no signing key; it is too old to take a board"
        )
    caller.out.say(f"{to} is {sanitize(welcome.community)}.")
    caller.out.say(f"Its key: {key_text(welcome.key)}")
    confirm("Is that the key that its sysop reads to you?", yes=step.yes)
    return welcome.key, sanitize(welcome.community)[: limits.TITLE_CHARS_MAX]

"""`bbs admin move`: let a board move to another community, step by step."""

from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, open_community, with_connection_options
from bbs.errors import BadParams
from bbs.features.boards.messages import Board, ListBoards
from bbs.features.boards.settings import Visibility
from bbs.features.packs import move_limits
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
from bbs.move_refusals import PaperRefused
from bbs.sdk import lookup
from bbs.terminal.input_text import read_reason
from bbs.terminal.move_text import key_text, move_lines
from bbs.terminal.output import local_time
from bbs.terminal.prompts import confirm
from bbs.text import sanitize

_VISIBILITY = click.Choice([each.value for each in Visibility])


class NewPlace(NamedTuple):
    """Where a board is to go, as the caller said it.

    Attributes:
        host: As host:port.
        key: The new server's key; None to ask the server for it.
        slug, visibility: None for the same as here.
        pin: Of the new server's certificate; None for one of a public authority.
    """

    host: str
    key: str | None
    slug: str | None
    visibility: str | None
    pin: str | None


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--to", metavar="HOST:PORT", help="Announce: the new server, as members reach it.")
@click.option("--key", help="Its signing key, compared by you; asked of it if you leave this out.")
@click.option("--pin-there", metavar="SHA256", help="The pin of its certificate, if it is its own.")
@click.option("--as", "slug", help="The board's name there; the same if you leave this out.")
@click.option("--visibility", type=_VISIBILITY, help="Who reads it there; never more than now.")
@click.option("--receipt", type=click.Path(dir_okay=False), help="Hand over: its receipt.")
@click.option("--cancel", is_flag=True, help="Open the board again; until the receipt is here.")
@click.option("--state", is_flag=True, help="Show how far it is, and what comes next.")
@click.option("--reason", help="Why; everybody on the board reads it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def move(
    caller: CliContext,
    board: str,
    to: str | None,
    key: str | None,
    pin_there: str | None,
    slug: str | None,
    visibility: str | None,
    receipt: str | None,
    cancel: bool,
    state: bool,
    reason: str | None,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Let BOARD move to another community, with its history; without an option, show the state.

    Its server and the new one never talk to each other: you carry files. First the move is announced
    (--to): for 14 days members may object, and each author says how their words go. Then the board is
    read-only, and you pack it (bbs admin pack), unpack it there, and bring the new server's receipt back (--receipt). From
    then on its words are sealed here, and the old address leads on for 400 days.

    \b
    bbs admin move garden --to moot.example:7000 --reason "We grew."
    bbs admin move garden --receipt garden.receipt.json
    """
    if sum((to is not None, receipt is not None, cancel, state)) > 1:
        raise click.UsageError("give --to, --receipt, --cancel or --state, one of them")
    if (to is not None or cancel) and not reason:
        raise click.UsageError("give --reason: everybody on the board reads why")
    why = "" if reason is None else read_reason(reason)
    place = None if to is None else NewPlace(_host(to), key, slug, visibility, pin_there)
    paper = None if receipt is None else read_receipt(Path(receipt))

    async def work() -> None:
        found = await _find(caller, board)
        if place is not None:
            known = place.key or await _ask_key(caller, place, yes=yes)
            command: Command[MoveResult] = MoveBoard(
                board=found.id,
                host=place.host,
                key=known,
                slug=place.slug or board,
                visibility=Visibility(place.visibility or found.visibility or Visibility.PRIVATE),
                reason=why,
                dry_run=dry_run,
            )
        elif paper is not None:
            command = BringReceipt(board=found.id, receipt=paper, dry_run=dry_run)
        elif cancel:
            command = CancelMove(board=found.id, reason=why, dry_run=dry_run)
        else:
            shown = await caller.community.call(GetMove(board=found.id))
            caller.out.result(shown, move_lines(shown.move, board, local_time))
            return
        done = await caller.community.call(command)
        caller.out.done(done, *move_lines(done.move, board, local_time))

    return caller.run(work)


def _host(to: str) -> str:
    """Return an address as the move names it: bbs://moot.example:7000/ is moot.example:7000."""
    host = to.removeprefix("bbs://").removesuffix("/").lower()
    name, port = split_host(host)
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def read_receipt(path: Path) -> Receipt:
    """Return the receipt in a file.

    Raises:
        PaperRefused: If it is none.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(move_limits.PAPER_BYTES_MAX + 1)
        return msgspec.json.decode(raw, type=Receipt)
    except OSError as error:
        raise PaperRefused("receipt", f"it cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PaperRefused("receipt", "the file is no receipt, or was changed") from None


async def _find(caller: CliContext, slug: str) -> Board:
    """Return a board by its name, also one that has moved."""
    listed = (await caller.community.call(ListBoards())).boards
    found = next((each for each in listed if each.slug == slug), None)
    return found or await lookup.find_board(caller.community, slug)


async def _ask_key(caller: CliContext, place: NewPlace, *, yes: bool) -> str:
    """Return the key that the new server tells, once the caller has compared it.

    Raises:
        BadParams: If it tells none.
        Disconnected: If it cannot be reached.
    """
    async with open_community(f"bbs://{place.host}", pin=place.pin) as there:
        welcome = there.welcome
    if welcome is None or welcome.key is None:
        raise BadParams(
            "to", "the server there tells no signing key; it is too old to take a board"
        )
    caller.out.say(f"{place.host} is {sanitize(welcome.community)}.")
    caller.out.say(f"Its key: {key_text(welcome.key)}")
    confirm("Is that the key that its sysop reads to you?", yes=yes)
    return welcome.key

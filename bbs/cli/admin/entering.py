"""`bbs admin enter`: the sysop enters a private board of others, by a law or a clause (P8)."""

import click

from bbs.cli.admin.acts import act, reason_option
from bbs.cli.clause import ClauseType
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.community.messages import GetDisk
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.norms.clause_text import ClauseNumber
from bbs.ids import BoardId
from bbs.terminal.input_text import read_reason

ID_CHARS_MIN = 8  # of an id that is named by its beginning


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--law", help="The law that asks for it, as its country cites it.")
@click.option("--norm", type=ClauseType(), help='The clause that asks for it: 3, or "commons 3".')
@reason_option("Why; everybody on the board reads it.")
@dry_run_option
@with_community
async def enter(
    caller: CliContext,
    board: str,
    law: str | None,
    norm: ClauseNumber | None,
    reason: str,
    dry_run: bool,
) -> None:
    """Enter BOARD, a private board of others, for a day: you read it and act there as sysop.

    All who sit there are told at once: its log names you, the ground and the reason, and a line
    stands at its top for a week. A second visit within a month waits for a moderator of the commons. Nobody enters a
    letter. BOARD is its id or the id's beginning, as `bbs admin disk show --json` lists it.

    \b
    bbs admin enter 5f0c3818 --law "GDPR art. 17" --reason "A court asks."
    """
    if (law is None) == (norm is None):
        raise click.UsageError("cite --law or --norm, one of both")
    command = EnterBoard(
        board=await _find_board(caller, board),
        law=None if law is None else read_reason(law),
        norm=None if norm is None else norm.norm,
        of_commons=norm is not None and norm.of_commons,
        reason=reason,
        dry_run=dry_run,
    )
    await act(caller, command, f"entered {board}")


async def _find_board(caller: CliContext, named: str) -> BoardId:
    """Return the id of the board that is named by its slug, its id, or the beginning of its id.

    Raises:
        BadParams: If it names no board, or several.
    """
    listed = (await caller.community.call(GetDisk())).boards
    found = [row.board for row in listed if row.slug == named]
    if not found and len(named) >= ID_CHARS_MIN:
        found = [row.board for row in listed if row.board.startswith(named)]
    if len(found) != 1:
        raise BadParams(
            "board",
            "to you a private board of others has an id alone; give it, or its first"
            f" {ID_CHARS_MIN} characters, as `bbs admin disk show --json` lists them",
        )
    return found[0]

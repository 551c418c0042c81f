"""Options of `bbs admin boards` for a board's end, and `renew`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import click

from bbs import limits
from bbs.cli.admin.moments import read_last_day, typed_until
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_rules import end_day
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import Board
from bbs.sdk import lookup

F = TypeVar("F", bound=Callable[..., Any])

_AHEAD = f"{limits.ENDS_DAYS_MIN} to {limits.ENDS_DAYS_MAX} days ahead"
_UNTIL = (
    f"When the board ends: a day, the last one in UTC, or a moment with its zone; {_AHEAD}. Its seat"
    " holders are asked before and can renew it."
)
_AT_END = "What happens then: it is archived, or its words are forgotten, too."


def end_options(function: F) -> F:
    """Add the options for a board's end: `until` and `at_end`, None if not given."""
    choice = click.Choice([str(each) for each in AtEnd])
    function = click.option("--at-end", type=choice, help=_AT_END)(function)
    return click.option("--until", callback=read_last_day, help=_UNTIL)(function)


class EndGiven(NamedTuple):
    """What a caller said of a board's end."""

    until: datetime | None
    at_end: str | None
    no_end: bool = False

    def command(self, board: Board, *, dry_run: bool) -> SetEnd | None:
        """Return the command that sets a board's end so; None if nothing was said of it.

        Raises:
            click.UsageError: If what was said contradicts itself, or the board has no end.
        """
        if self == EndGiven(None, None):
            return None
        if self.no_end and self != EndGiven(None, None, no_end=True):
            raise click.UsageError(
                "--no-end takes the end away: give it without --until and --at-end"
            )
        if self.no_end:
            return SetEnd(board=board.id, dry_run=dry_run)
        before = board.end
        ends_at = self.until
        if ends_at is None and before is not None:
            ends_at = before.at
        if ends_at is None:
            raise click.UsageError("--at-end: this board has no end; say when it ends by --until")
        kept = AtEnd.ARCHIVE if before is None else before.then
        at_end = kept if self.at_end is None else AtEnd(self.at_end)
        return SetEnd(board=board.id, ends_at=ends_at, at_end=at_end, dry_run=dry_run)

    def opening(self) -> dict[str, Any]:
        """Return the fields of the command that opens a board so.

        Raises:
            click.UsageError: If the board would have no end, and something to happen then.
        """
        if self.at_end is not None and self.until is None:
            raise click.UsageError("--at-end: say when the board ends by --until, too")
        return {"ends_at": self.until, "at_end": AtEnd(self.at_end or AtEnd.ARCHIVE)}


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option(
    "--until",
    callback=read_last_day,
    help=f"A day, the last one in UTC, or a moment with its zone; {_AHEAD}. Else as long as before.",
)
@dry_run_option
@with_community
async def renew(caller: CliContext, board: str, until: datetime | None, dry_run: bool) -> None:
    """Let BOARD go on that would end, as anybody who sits there. The board's log shows it (P8).

    Its seat holders are asked 30 days before its end, or when half of a shorter time is over.
    """
    place = await lookup.find_board(caller.community, board)
    with typed_until("until"):
        shown = await caller.community.call(Renew(board=place.id, until=until, dry_run=dry_run))
    end = shown.board.end
    caller.out.done(shown, f"{place.label}: until {end_day(end.at)}" if end else place.label)

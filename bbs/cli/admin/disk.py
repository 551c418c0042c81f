"""`bbs admin disk show|quota`: show and bound what each board takes of the disk."""

import math
from typing import Any

import click

from bbs import limits
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.community.messages import GetDisk, SetQuota
from bbs.features.community.views import BoardSize
from bbs.plural import MIB, size_text
from bbs.sdk import lookup
from bbs.terminal.output import table


@click.command()
@with_community
async def show(caller: CliContext) -> None:
    """Show what each board takes: posts, words, events, its share, its quota.

    Words are bodies, earlier wordings, titles and lines of the lounge. The database needs several
    times as much for events and the search index. Boards that you may not read are listed without
    their names.
    """
    listed = (await caller.community.call(GetDisk())).boards
    caller.out.stream("boards", listed, lines=_table(listed))


class _Quota(click.ParamType[float]):
    """A number of mebibytes."""

    name = "mib"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; fail for words like `nan`, too, though they are floats."""
        most = limits.QUOTA_BYTES_MAX // MIB
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number <= most:
            self.fail(f"{value!r} is no number of MiB from 0 to {most}; 0 is no quota", param, ctx)
        return number


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("mib", type=_Quota())
@dry_run_option
@with_community
async def quota(caller: CliContext, board: str, mib: float, dry_run: bool) -> None:
    """Set the quota of BOARD's words to MIB mebibytes; 0 for no quota. The board's log shows it
    (P8).

    BOARD is a slug or, for a board you may not read, the id that `bbs admin disk show` shows. Existing
    words stay; beyond the quota the server refuses new words until others fade or are withdrawn.
    """
    ids = {size.board for size in (await caller.community.call(GetDisk())).boards}
    where = board if board in ids else (await lookup.find_board(caller.community, board)).id
    asked = SetQuota(board=where, quota_bytes=round(mib * MIB), dry_run=dry_run)
    shown = await caller.community.call(asked)
    value = {**caller.out.named(shown), "address": shown.size.slug, "by": None}
    caller.out.done(value, *_table((shown.size,)))


def _table(sizes: tuple[BoardSize, ...]) -> list[str]:
    total = sum(size.words_bytes for size in sizes) or 1
    rows = [
        [
            size.slug or size.board,
            str(size.posts),
            size_text(size.words_bytes),
            f"{size.words_bytes * 100 / total:.0f} %",
            str(size.events),
            f"{size_text(size.quota_bytes)}, {size.words_bytes * 100 // size.quota_bytes} % used"
            if size.quota_bytes
            else "none",
        ]
        for size in sizes
    ]
    return table(rows, ("BOARD", "POSTS", "WORDS", "SHARE", "EVENTS", "QUOTA"))

"""`bbs norms`: print the norms of a board, an earlier version, or what changed between two."""

from collections.abc import Sequence

import click
import msgspec

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.boards.messages import Board
from bbs.features.norms.messages import Clause, GetNorms, ListNormsVersions
from bbs.features.norms.rules import diff_norms
from bbs.sdk import lookup
from bbs.terminal import norms_text


@click.command()
@click.argument("board", default="commons", shell_complete=complete_board)
@click.option("--version", type=click.IntRange(1), help="An earlier version.")
@click.option(
    "--diff",
    nargs=2,
    type=click.IntRange(1),
    metavar="OLD NEW",
    help="What changed between two versions.",
)
@click.option("--toml", is_flag=True, help="As a file: for --norms-file and bbs admin norms amend.")
@with_community
async def norms(
    caller: CliContext,
    board: str,
    version: int | None,
    diff: tuple[int, int] | None,
    toml: bool,
) -> None:
    """Print the norms of BOARD, in the version in force or an earlier one.

    Those of the commons hold on every board; they are shown without BOARD. Each clause in force
    says how often acts cited it in the last 400 days.
    """
    if diff is not None and (toml or version is not None):
        raise click.UsageError("--diff goes with neither --version nor --toml")
    place = await lookup.find_board(caller.community, board)
    if diff is None:
        await show_norms(caller, place, version, toml=toml)
        return
    old, new = [
        await caller.community.call(GetNorms(board=place.id, version=each)) for each in diff
    ]
    show_diff(caller, place, old.clauses, new.clauses)


async def show_norms(
    caller: CliContext, place: Board, version: int | None, *, toml: bool = False
) -> None:
    """Print the norms of a board.

    Args:
        version: None for the version in force.
        toml: Whether to print them in the form of a file.
    """
    found = await caller.community.call(GetNorms(board=place.id, version=version))
    if toml and caller.out.human:
        caller.out.result(found, norms_text.norms_toml(found.clauses, place.label, found.version))
        return
    listed = await caller.community.call(ListNormsVersions(board=place.id))
    cited = listed.cited if found.version == listed.versions[0].version else ()
    lines = norms_text.norms_lines(found, caller.out.width, cited)
    more = {"versions": listed.versions, "cited": cited}
    shown = {**msgspec.to_builtins(found), **msgspec.to_builtins(more)}
    caller.out.result(shown, [norms_text.version_line(found), *lines])


def show_diff(
    caller: CliContext, place: Board, before: Sequence[Clause], after: Sequence[Clause]
) -> None:
    """Print what became of each clause."""
    changes = [change._asdict() for change in diff_norms(before, after)]
    lines = norms_text.diff_lines(before, after, caller.out.width)
    caller.out.result({"board": place.id, "changes": changes}, lines)

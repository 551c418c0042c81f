"""`bbs admin norms`: show and change the norms of a board, and the templates to begin with."""

from pathlib import Path

import click

from bbs.cli.admin.acts import reason_option
from bbs.cli.admin.norms_file import read_norms_file
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.cli.read.norms import show_diff, show_norms
from bbs.features.norms.messages import AmendNorms, GetNorms, Norms
from bbs.features.norms.templates import TEMPLATES, find_template
from bbs.sdk import lookup
from bbs.terminal import norms_text
from bbs.terminal.output import Output, table
from bbs.terminal.output_options import with_output_options

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def norms() -> None:
    """Show and change the norms of a board.

    \b
    bbs admin norms show garden --toml > garden.toml
    bbs admin norms diff garden garden.toml
    bbs admin norms amend garden garden.toml --reason "Too much advice was for other places."
    """


@norms.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--version", type=click.IntRange(1), help="An earlier version.")
@click.option("--toml", is_flag=True, help="As a file that amend reads.")
@with_community
async def show(caller: CliContext, board: str, version: int | None, toml: bool) -> None:
    """Print the norms of BOARD; with --toml as a file, to be changed and given to amend."""
    await show_norms(caller, await lookup.find_board(caller.community, board), version, toml=toml)


@norms.command()
@click.argument("board", shell_complete=complete_board)
@_file
@with_community
async def diff(caller: CliContext, board: str, file: Path) -> None:
    """Print what the norms in FILE would change on BOARD. `bbs norms --diff` compares two versions."""
    given = read_norms_file(file)
    place = await lookup.find_board(caller.community, board)
    current = await caller.community.call(GetNorms(board=place.id))
    show_diff(caller, place, current.clauses, given.clauses)


@norms.command()
@click.argument("board", shell_complete=complete_board)
@_file
@reason_option("Why; members read it with the norms.")
@click.option(
    "--if-version",
    type=click.IntRange(1),
    help="Only if this version is in force; else the version that FILE names.",
)
@dry_run_option
@with_community
async def amend(
    caller: CliContext, board: str, file: Path, reason: str, if_version: int | None, dry_run: bool
) -> None:
    """Give BOARD the norms in FILE. The board's log shows what changed (P8).

    FILE holds all clauses, as `show --toml` prints them. Where others sit on the board it may wait
    for them: see `bbs admin proposals`. From then on everybody accepts the new version before
    writing there; that of the commons before writing anywhere.
    """
    given = read_norms_file(file)
    place = await lookup.find_board(caller.community, board)
    command = AmendNorms(
        board=place.id,
        norms=given.clauses,
        reason=reason,
        if_version=if_version or given.version,
        dry_run=dry_run,
    )
    done = await caller.community.call(command)
    same = done.version == place.norms_version
    told = "These norms are in force already" if same else "The new norms are in force"
    caller.out.done(done, f"{told}: version {done.version} of {place.label}.")


@norms.command()
@click.argument("name", required=False)
@click.option("--toml", is_flag=True, help="With NAME: its norms as a file that amend reads.")
@with_output_options
def templates(out: Output, name: str | None, toml: bool) -> None:
    """List the templates, or print the charter and the norms of NAME. Needs no connection."""
    if name is None:
        if toml:
            raise click.UsageError("--toml needs the name of a template")
        rows = [[each.name, each.about] for each in TEMPLATES.values()]
        out.stream("templates", list(TEMPLATES.values()), lines=table(rows, ("TEMPLATE", "FOR")))
        return
    found = find_template(name, field="NAME")
    shown = Norms(board="", version=1, clauses=found.clauses)
    if toml:
        lines = norms_text.norms_toml(found.clauses, found.name)
    else:
        lines = [found.charter, "", *norms_text.norms_lines(shown, out.width)]
    out.result(found, lines)

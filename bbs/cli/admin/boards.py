"""`bbs admin boards`: opening and configuring boards, their seats and moderators."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbs import limits
from bbs.cli.admin.norms_file import clauses_from
from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.boards.messages import (
    Appoint,
    Board,
    ConfigureBoard,
    ListSeats,
    OfferSeat,
    OpenBoard,
    Visibility,
)
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.input_text import read_line
from bbs.terminal.output import table
from bbs.text import check_body, sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_dry_run = click.option(
    "--dry-run", is_flag=True, help="Let the server run the command and change nothing."
)


def _settings(function: Any) -> Any:
    """Add the options both opening and configuring take; what is not given is None."""
    for option in reversed(
        (
            click.option("--title", help="A line."),
            click.option("--charter", help="What the board is for, a paragraph."),
            click.option("--visibility", type=click.Choice([each.value for each in Visibility])),
            click.option("--seats", type=click.IntRange(1, limits.BOARD_SEATS_MAX)),
            click.option(
                "--retention-days",
                type=click.IntRange(0, limits.RETENTION_DAYS_MAX),
                help="Until posts fade; 0 keeps them.",
            ),
            click.option(
                "--lounge-hours",
                type=click.IntRange(1, limits.LOUNGE_HOURS_MAX),
                help="Until lines of the lounge fade.",
            ),
            click.option(
                "--hold-s",
                type=click.IntRange(0, limits.HOLD_SECONDS_MAX),
                help="Seconds a post waits before it is published, editable without a trace; 0: none.",
            ),
        )
    ):
        function = option(function)
    return function


def _fitting(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that were given, their texts as the server takes them.

    Raises:
        TextRefused: If a text is too long.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    if "title" in given:
        given["title"] = read_line(given["title"], field="title", chars_max=limits.TITLE_CHARS_MAX)
    if "charter" in given:
        check_body(given["charter"], field="charter", chars_max=limits.CHARTER_CHARS_MAX)
    if "visibility" in given:
        given["visibility"] = Visibility(given["visibility"])
    return given


@click.group()
def boards() -> None:
    """List, open and configure boards; offer seats and appoint moderators."""


@boards.command(name="list")
@with_connection_options
def list_boards(caller: CliContext) -> int | None:
    """List the boards by number, with their settings."""

    async def work(community: "Community") -> int | None:
        listed = await lookup.list_boards(community)
        if caller.out.human:
            caller.out.result(None, _table(listed.boards))
        else:
            caller.out.stream("boards", listed.boards, {"seats": listed.seats})
        return None

    return caller.run(work)


@boards.command(name="open")
@click.argument("slug")
@_settings
@click.option("--norm", "norms", multiple=True, metavar='"TEXT :: WHY"', help="A clause; repeat.")
@click.option("--norms-file", type=click.Path(exists=True, dir_okay=False), help="TOML; see below.")
@_dry_run
@with_connection_options
def open_board(
    caller: CliContext,
    slug: str,
    norms: tuple[str, ...],
    norms_file: str | None,
    dry_run: bool,
    **settings: Any,
) -> int | None:
    """Open a board and take its first seat, as its moderator.

    \b
    bbs admin boards open garden --title Garden --charter "Soil, seed and weather." \\
        --norm "Name the climate you write from. :: Advice that fits one garden kills another."

    A norms file holds the same as TOML:

    \b
    [[norms]]
    text = "Name the climate you write from."
    why = "Advice that fits one garden kills another."
    """
    clauses = clauses_from(norms, Path(norms_file) if norms_file else None)
    given = _fitting(settings)
    given.setdefault("title", slug)
    given.setdefault("charter", given["title"])

    async def work(community: "Community") -> int | None:
        shown = await community.call(
            OpenBoard(board=new_id(), slug=slug, norms=clauses, dry_run=dry_run, **given)
        )
        caller.out.result(shown, [slug])
        return None

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@_settings
@click.option("--if-revision", type=int, help="Only if the board is still at this revision.")
@_dry_run
@with_connection_options
def configure(
    caller: CliContext, board: str, if_revision: int | None, dry_run: bool, **settings: Any
) -> int | None:
    """Change settings of BOARD; other settings stay. The board's log shows the change (P8).

    A shorter retention applies at once to all posts, a longer retention only to new posts.
    """
    given = _fitting(settings)
    if not given:
        raise click.UsageError("name a setting to change")

    async def work(community: "Community") -> int | None:
        place = await lookup.find_board(community, board)
        shown = await community.call(
            ConfigureBoard(board=place.id, if_revision=if_revision, dry_run=dry_run, **given)
        )
        caller.out.result(shown, _table((shown.board,)))
        return None

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@with_connection_options
def seats(caller: CliContext, board: str) -> int | None:
    """List the members seated on BOARD, then the waiting list and the members with an offer."""

    async def work(community: "Community") -> int | None:
        place = await lookup.find_board(community, board)
        listed = await community.call(ListSeats(board=place.id))
        members = await lookup.list_members(community)
        if caller.out.human:
            rows = [
                [
                    str(seat.position),
                    "moderator" if seat.moderator else seat.state.value,
                    f"norms {seat.norms_version}" if seat.norms_version else "",
                    _handle(members, seat.member),
                ]
                for seat in listed.seats
            ]
            caller.out.result(None, table(rows, ("PLACE", "SEAT", "ACCEPTED", "MEMBER")))
        else:
            caller.out.stream("seats", listed.seats, {"board": place})
        return None

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@_dry_run
@with_connection_options
def offer(caller: CliContext, board: str, member: str, dry_run: bool) -> int | None:
    """Offer MEMBER a seat on BOARD; MEMBER may take it."""

    async def work(community: "Community") -> int | None:
        place = await lookup.find_board(community, board)
        who = await lookup.find_member(community, member)
        shown = await community.call(OfferSeat(board=place.id, member=who.id, dry_run=dry_run))
        caller.out.result(shown, [f"{place.label}: {who.label} {shown.seat.state.value}"])
        return None

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@click.option("--end", is_flag=True, help="End the office instead.")
@_dry_run
@with_connection_options
def appoint(caller: CliContext, board: str, member: str, end: bool, dry_run: bool) -> int | None:
    """Make MEMBER a moderator of BOARD, or end that office. The board's log shows it (P8)."""

    async def work(community: "Community") -> int | None:
        place = await lookup.find_board(community, board)
        who = await lookup.find_member(community, member)
        shown = await community.call(
            Appoint(board=place.id, member=who.id, moderator=not end, dry_run=dry_run)
        )
        word = "moderator" if shown.seat.moderator else shown.seat.state.value
        caller.out.result(shown, [f"{place.label}: {who.label} {word}"])
        return None

    return caller.run(work)


@boards.command(name="norms")
@click.argument("board", shell_complete=complete_board)
@click.option("--version", type=click.IntRange(1), help="An earlier version.")
@with_connection_options
def show_norms(caller: CliContext, board: str, version: int | None) -> int | None:
    """Print the norms of BOARD, in the version in force or an earlier one."""
    from bbs.features.norms.messages import GetNorms

    async def work(community: "Community") -> int | None:
        place = await lookup.find_board(community, board)
        norms = await community.call(GetNorms(board=place.id, version=version))
        caller.out.result(norms, [f"Version {norms.version}", *render.norms_lines(norms)])
        return None

    return caller.run(work)


def _handle(members: lookup.Members, member_id: str) -> str:
    member = members.get(member_id)
    return member.label if member and member.handle else member_id


def _table(listed: tuple[Board, ...]) -> list[str]:
    rows = [
        [
            board.label,
            board.visibility.value,
            str(board.seats),
            f"{board.retention_days} days" if board.retention_days else "kept",
            f"{board.lounge_hours} h",
            f"{board.hold_s} s",
            sanitize(board.title or ""),
        ]
        for board in listed
    ]
    return table(rows, ("BOARD", "VISIBLE TO", "SEATS", "POSTS", "LOUNGE", "HOLD", "TITLE"))

"""`bbs admin boards`: open and configure boards, offer seats, appoint moderators, hand over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bbs import limits
from bbs.cli.admin.norms_file import clauses_from
from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import (
    CliContext,
    dry_run_option,
    with_community,
    with_connection_options,
)
from bbs.features.boards.messages import (
    Appoint,
    Board,
    ConfigureBoard,
    HandOver,
    ListSeats,
    OfferSeat,
    OpenBoard,
    Visibility,
)
from bbs.features.norms.messages import GetNorms
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.input_text import read_line
from bbs.terminal.output import table
from bbs.text import check_body, sanitize


def _settings(function: Any) -> Any:
    """Add the options that opening and configuring share; their value is None if not given."""
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
    """Return the settings that the caller gave, with texts as the server takes them.

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
@with_community
async def list_boards(caller: CliContext) -> None:
    """List the boards by number, with their settings."""
    listed = await lookup.list_boards(caller.community)
    lines = _table(listed.boards)
    caller.out.stream("boards", listed.boards, {"seats": listed.seats}, lines)


@boards.command(name="open")
@click.argument("slug")
@_settings
@click.option("--norm", "norms", multiple=True, metavar='"TEXT :: WHY"', help="A clause; repeat.")
@click.option("--norms-file", type=click.Path(exists=True, dir_okay=False), help="TOML; see below.")
@dry_run_option
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

    async def work() -> None:
        shown = await caller.community.call(
            OpenBoard(board=new_id(), slug=slug, norms=clauses, dry_run=dry_run, **given)
        )
        caller.out.result(shown, [slug])

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@_settings
@click.option("--if-revision", type=int, help="Only if the board is still at this revision.")
@dry_run_option
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

    async def work() -> None:
        place = await lookup.find_board(caller.community, board)
        shown = await caller.community.call(
            ConfigureBoard(board=place.id, if_revision=if_revision, dry_run=dry_run, **given)
        )
        caller.out.result(shown, _table((shown.board,)))

    return caller.run(work)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@with_community
async def seats(caller: CliContext, board: str) -> None:
    """List the members seated on BOARD, then the waiting list and the members with an offer."""
    place = await lookup.find_board(caller.community, board)
    listed = (await caller.community.call(ListSeats(board=place.id))).seats
    members = await lookup.list_members(caller.community)
    rows = [
        [
            str(seat.position),
            render.seat_word(seat),
            f"norms {seat.norms_version}" if seat.norms_version else "",
            _handle(members, seat.member),
        ]
        for seat in listed
    ]
    lines = table(rows, ("PLACE", "SEAT", "ACCEPTED", "MEMBER"))
    caller.out.stream("seats", listed, {"board": place}, lines)


@boards.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@dry_run_option
@with_community
async def offer(caller: CliContext, board: str, member: str, dry_run: bool) -> None:
    """Offer MEMBER a seat on BOARD; MEMBER may take it."""
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    shown = await caller.community.call(OfferSeat(board=place.id, member=who.id, dry_run=dry_run))
    caller.out.result(shown, [f"{place.label}: {who.label} {shown.seat.state.value}"])


@boards.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@click.option("--end", is_flag=True, help="End the office instead.")
@dry_run_option
@with_community
async def appoint(caller: CliContext, board: str, member: str, end: bool, dry_run: bool) -> None:
    """Make MEMBER a moderator of BOARD, or end that office. The board's log shows it (P8).

    The board's moderators and the sysop make moderators. You may end your own office; only the sysop
    ends that of somebody else.
    """
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    shown = await caller.community.call(
        Appoint(board=place.id, member=who.id, moderator=not end, dry_run=dry_run)
    )
    caller.out.result(shown, [f"{place.label}: {who.label} {render.seat_word(shown.seat)}"])


@boards.command(name="hand-over")
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@dry_run_option
@with_community
async def hand_over(caller: CliContext, board: str, member: str, dry_run: bool) -> None:
    """Make MEMBER moderator of BOARD in your place. The board's log shows it (P8).

    MEMBER has a seat there. You keep your own seat, and can leave it afterwards.
    """
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    shown = await caller.community.call(HandOver(board=place.id, member=who.id, dry_run=dry_run))
    caller.out.result(shown, [f"{place.label}: {who.label} {render.seat_word(shown.seat)}"])


@boards.command(name="norms")
@click.argument("board", shell_complete=complete_board)
@click.option("--version", type=click.IntRange(1), help="An earlier version.")
@with_community
async def show_norms(caller: CliContext, board: str, version: int | None) -> None:
    """Print the norms of BOARD, in the version in force or an earlier one."""
    place = await lookup.find_board(caller.community, board)
    norms = await caller.community.call(GetNorms(board=place.id, version=version))
    caller.out.result(norms, [f"Version {norms.version}", *render.norms_lines(norms)])


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

"""`bbs admin boards`: open and configure boards, offer seats, appoint moderators, hand over."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from bbs.cli.admin.acts import act, reason_option
from bbs.cli.admin.board_ends import EndGiven, end_options
from bbs.cli.admin.moments import read_moment, typed_until
from bbs.cli.admin.norms_file import clauses_from
from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import (
    CliContext,
    dry_run_option,
    with_community,
    with_connection_options,
)
from bbs.features.boards.declaring import BoardSetting, Where
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, ConfigureBoard, OpenBoard
from bbs.features.boards.seat_messages import Appoint, HandOver, TakeUpOffice
from bbs.features.boards.settings import SETTINGS
from bbs.features.moderation.tending_messages import ArchiveBoard, MakeReadOnly, ReopenBoard
from bbs.features.norms.messages import Clause
from bbs.features.norms.templates import TEMPLATES, find_template
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.board_text import short_end
from bbs.terminal.input_text import mend_body, read_line
from bbs.terminal.output import table
from bbs.text import check_body, sanitize

F = TypeVar("F", bound=Callable[..., Any])


def _settings(*, at_opening: bool = False) -> Callable[[F], F]:
    """Return what adds an option for each setting of a board; its value is None if not given.

    Args:
        at_opening: Whether it is for a new board, which is not the commons; its slug is an argument.
    """

    def add(function: F) -> F:
        for setting in reversed(SETTINGS.values()):
            is_asked = setting.name != "slug" and setting.about.where is not Where.COMMONS
            if is_asked or not at_opening:
                option = click.option(
                    f"--{setting.name.replace('_', '-')}",
                    type=_option_type(setting),
                    help=setting.explanation,
                )
                function = option(function)
        return function

    return add


def _option_type(setting: BoardSetting) -> Any:
    """Return how an option of a setting reads and completes what is typed."""
    if setting.kind is bool:
        return click.BOOL
    if setting.about.choices:
        return click.Choice([str(value) for value, _ in setting.about.choices])
    return str if setting.is_text else click.IntRange(setting.least, setting.most)


def _fitting(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the caller gave, with texts as the server takes them.

    Raises:
        TextRefused: If a text is too long.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    for name, value in given.items():
        about = SETTINGS[name].about
        if SETTINGS[name].may_be_empty and not value:
            continue
        if about.is_paragraph:
            given[name] = mend_body(value, field=name)
            check_body(given[name], field=name, chars_max=about.chars_max)
        elif SETTINGS[name].is_text:
            given[name] = read_line(value, field=name, chars_max=about.chars_max)
        else:
            given[name] = SETTINGS[name].kind(value)
    return given


@click.command(name="list")
@with_community
async def list_boards(caller: CliContext) -> None:
    """List the boards by number, with their settings."""
    listed = await lookup.list_boards(caller.community)
    lines = _table(listed.boards)
    caller.out.stream("boards", listed.boards, {"seats": listed.seats}, lines)


@click.command(name="open")
@click.argument("slug")
@click.option(
    "--kind",
    type=click.Choice([BoardKind.BOARD.value, BoardKind.JOURNAL.value]),
    default=BoardKind.BOARD.value,
    help="A board, or a journal: there you alone write, and the others read.",
)
@end_options
@_settings(at_opening=True)
@click.option(
    "--template",
    metavar="NAME",
    help=f"Begin with the charter and norms of a template: {', '.join(TEMPLATES)}.",
)
@click.option(
    "--norm",
    "norms",
    multiple=True,
    metavar='"TEXT :: WHY"',
    help="A clause, perhaps with :: EXAMPLE, and [two] before it if two people cite it; repeat.",
)
@click.option("--norms-file", type=click.Path(exists=True, dir_okay=False), help="TOML; see below.")
@dry_run_option
@with_connection_options
def open_board(
    caller: CliContext,
    slug: str,
    kind: str,
    until: datetime | None,
    at_end: str | None,
    norms: tuple[str, ...],
    norms_file: str | None,
    template: str | None,
    dry_run: bool,
    **settings: Any,
) -> int | None:
    """Open a board and take its first seat, as its moderator.

    \b
    bbs admin boards open garden --template workshop

    \b
    bbs admin boards open garden --title Garden --charter "Soil, seed and weather." \\
        --norm "Name the climate you write from. :: Advice that fits one garden kills another."

    Clauses of --norms-file and --norm follow those of the template. A norms file holds the same as TOML:

    \b
    [[norms]]
    text = "Name the climate you write from."
    why = "Advice that fits one garden kills another."
    """
    given = _fitting(settings)
    begun: tuple[Clause, ...] = ()
    if template is not None:
        chosen = find_template(template, field="--template")
        given = {"title": chosen.title, "charter": chosen.charter, **given}
        begun = chosen.clauses
    given.setdefault("title", slug)
    given.setdefault("charter", given["title"])
    clauses = clauses_from(norms, Path(norms_file) if norms_file else None, begun)

    given |= {"kind": BoardKind(kind), **EndGiven(until, at_end).opening()}

    async def work() -> None:
        with typed_until("ends_at"):
            shown = await caller.community.call(
                OpenBoard(board=new_id(), slug=slug, norms=clauses, dry_run=dry_run, **given)
            )
        caller.out.done(shown, slug)

    return caller.run(work)


@click.command()
@click.argument("board", shell_complete=complete_board)
@_settings()
@end_options
@click.option("--no-end", is_flag=True, help="Let the board be for ever again.")
@click.option("--if-revision", type=int, help="Only if the board is still at this revision.")
@dry_run_option
@with_connection_options
def configure(
    caller: CliContext,
    board: str,
    until: datetime | None,
    at_end: str | None,
    no_end: bool,
    if_revision: int | None,
    dry_run: bool,
    **settings: Any,
) -> int | None:
    """Change settings of BOARD; other settings stay. The board's log shows the change (P8).

    A shorter retention applies at once to all posts, a longer retention only to new posts. With
    --slug the board gets another name; the old one leads to it for another 400 days.
    """
    given = _fitting(settings)
    ends = EndGiven(until, at_end, no_end)
    if not given and ends == EndGiven(None, None):
        raise click.UsageError("name a setting to change")

    async def work() -> None:
        place = await lookup.find_board(caller.community, board)
        ending = ends.command(place, dry_run=dry_run)
        if given:
            change = ConfigureBoard(
                board=place.id, if_revision=if_revision, dry_run=dry_run, **given
            )
            shown = await caller.community.call(change)
        if ending is not None:
            with typed_until("ends_at"):
                shown = await caller.community.call(ending)
        caller.out.done(shown, *_table((shown.board,)))

    return caller.run(work)


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@click.option("--end", is_flag=True, help="End the office instead.")
@dry_run_option
@with_community
async def appoint(caller: CliContext, board: str, member: str, end: bool, dry_run: bool) -> None:
    """Make MEMBER a moderator of BOARD, or end that office. The board's log shows it (P8).

    The board's moderators and the sysop make moderators. To end the office of somebody else may wait
    for others: see `bbs admin proposals`.
    """
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    shown = await caller.community.call(
        Appoint(board=place.id, member=who.id, moderator=not end, dry_run=dry_run)
    )
    caller.out.done(shown, f"{place.label}: {who.label} {render.seat_word(shown.seat)}", tried=True)


@click.command(name="hand-over")
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
    caller.out.done(shown, f"{place.label}: {who.label} {render.seat_word(shown.seat)}", tried=True)


@click.command(name="take-up")
@click.argument("board", shell_complete=complete_board)
@dry_run_option
@with_community
async def take_up(caller: CliContext, board: str, dry_run: bool) -> None:
    """Become moderator of BOARD, where you sit and nobody moderates. The board's log shows it (P8).

    Others who sit there can object, for a day at least: see `bbs admin proposals`.
    """
    place = await lookup.find_board(caller.community, board)
    shown = await caller.community.call(TakeUpOffice(board=place.id, dry_run=dry_run))
    caller.out.done(shown, f"{place.label}: {render.seat_word(shown.seat)}", tried=True)


_reason_option = reason_option("Why; everybody on the board reads it.")


@click.command(name="read-only")
@click.argument("board", shell_complete=complete_board)
@click.option(
    "--until", callback=read_moment, help="A day, or a moment; else until it is reopened."
)
@_reason_option
@dry_run_option
@with_community
async def read_only(
    caller: CliContext, board: str, until: datetime | None, reason: str, dry_run: bool
) -> None:
    """Let nobody write on BOARD, for a time or until it is reopened. The board's log shows it (P8)."""
    place = await lookup.find_board(caller.community, board)
    command = MakeReadOnly(board=place.id, until=until, reason=reason, dry_run=dry_run)
    await act(caller, command, f"{place.label}: read-only")


@click.command()
@click.argument("board", shell_complete=complete_board)
@_reason_option
@dry_run_option
@with_community
async def archive(caller: CliContext, board: str, reason: str, dry_run: bool) -> None:
    """Let nobody write on BOARD or take a seat there, until it is reopened. Its log shows it (P8).

    Everything there stays readable. On a private board with words of others it may wait for others:
    see `bbs admin proposals`.
    """
    place = await lookup.find_board(caller.community, board)
    command = ArchiveBoard(board=place.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"{place.label}: archived")


@click.command()
@click.argument("board", shell_complete=complete_board)
@_reason_option
@dry_run_option
@with_community
async def reopen(caller: CliContext, board: str, reason: str, dry_run: bool) -> None:
    """Open BOARD again that is read-only or archived. The board's log shows it (P8)."""
    place = await lookup.find_board(caller.community, board)
    command = ReopenBoard(board=place.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"{place.label}: open for writing")


def _handle(members: lookup.Members, member_id: str) -> str:
    member = members.get(member_id)
    return member.label if member and member.handle else member_id


def _table(listed: tuple[Board, ...]) -> list[str]:
    columns = [setting for setting in SETTINGS.values() if setting.about.heading]
    ends = any(board.end is not None for board in listed)
    kinds = any(board.kind is not BoardKind.BOARD for board in listed)
    rows = [
        [
            board.label,
            *(setting.describe(getattr(board, setting.name)) for setting in columns),
            *([short_end(board.end)] if ends else []),
            *([board.kind.value] if kinds else []),
            sanitize(board.title or ""),
        ]
        for board in listed
    ]
    heads = (
        *(setting.about.heading for setting in columns),
        *(["ENDS"] if ends else []),
        *(["KIND"] if kinds else []),
    )
    return table(rows, ("BOARD", *heads, "TITLE"))

"""`bbs admin plan`: say what many acts together would do, and keep that as a plan to apply."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import click

from bbs.batch_refusals import Moved
from bbs.cli.admin.filters import Filters, check_filters, filter_options
from bbs.cli.admin.moments import read_moment
from bbs.cli.admin.plan_files import board_of, names_of, opened
from bbs.cli.admin.plan_making import (
    ACTIONS,
    find_moved_items,
    make,
    show_plan,
    written_for,
)
from bbs.cli.clause import ClauseType
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.norms.clause_text import ClauseNumber
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.terminal.batch_text import describe_item
from bbs.terminal.error_report import CONFLICT, PARTLY
from bbs.terminal.input_text import read_reason
from bbs.text import sanitize
from bbs.wire.plan_reader import read_plan


def _action_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is done to what was found."""
    flags = {
        "hide": "Hide what is found, by --norm.",
        "restore": "Show it again.",
        "unlock": "End the locks of the threads that are found.",
        "pin-threads": "Pin them.",
        "unpin-threads": "Unpin them.",
    }
    for name, told in reversed(flags.items()):
        function = click.option(f"--{name}", is_flag=True, help=told)(function)
    return click.option(
        "--lock", metavar="DAY", callback=read_moment, help="Lock them until a day or moment."
    )(function)


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@click.argument("file", required=False, type=click.Path(dir_okay=False, allow_dash=True))
@_action_options
@filter_options
@click.option("--act", metavar="ID", help="What this act, or batch, touched.")
@click.option(
    "--norm", "clause", type=ClauseType(), help='By this clause: a number, or "commons 3".'
)
@click.option("--reason", help="Why; everybody reads it in the log. Quote nothing.")
@click.option(
    "-o", "--output", metavar="PLAN", help="Where the plan goes, mode 0600; - for stdout."
)
@click.option("--strict", is_flag=True, help="No plan if an item would be refused or do nothing.")
@click.option(
    "--check", "checked", metavar="PLAN", help="Check a plan against the world as it is now."
)
@with_connection_options
def plan(
    caller: CliContext,
    board: str | None,
    file: str | None,
    act: str | None,
    clause: ClauseNumber | None,
    reason: str | None,
    output: str | None,
    strict: bool,
    checked: str | None,
    **options: Any,
) -> int | None:
    """Say what many acts on BOARD together would do, without doing anything; keep it with -o.

    What they are done to is found by filters, or read from FILE (- for stdin): rows of bbs admin posts
    list, or addresses. Without --hide or the like, FILE holds the commands themselves as JSON lines,
    with addresses in the place of ids:

    \b
    {"method":"threads.pin","params":{"thread":"garden/42"}}

    The server rehearses each item. What would be refused or change nothing is left out, and named (exit
    code 3 if any is refused). Then: bbs admin apply PLAN.

    \b
    bbs admin plan garden --hide --by @eve --since 2d --norm 2 --reason "Adverts." -o PLAN
    bbs admin posts list garden --by @eve --jsonl | bbs admin plan garden - --hide --norm 2 …
    """
    lock: datetime | None = options["lock"]
    chosen = [name for name in ACTIONS if options.pop(name.replace("-", "_"))]
    filters = Filters(**options)
    check_filters(filters)
    if checked is not None:
        if board is not None or chosen or act is not None or filters.are_given:
            raise click.UsageError("--check takes the plan alone: it says what it is about")
        return caller.run(partial(_check, caller, checked))
    if board is None or reason is None:
        raise click.UsageError("name BOARD, and give --reason: everybody reads it in the log")
    _check_what(chosen, file, act, filters, clause)
    if output == "-" and not caller.out.human:
        raise click.UsageError("-o - writes the plan to stdout: leave --json out")
    reason = read_reason(reason)
    defaults: dict[str, Any] = {"reason": reason}
    defaults |= {} if clause is None else clause._asdict()
    defaults |= {} if lock is None else {"until": lock.isoformat()}
    action = ACTIONS[chosen[0]] if chosen else None

    async def work() -> int | None:
        place = await lookup.find_board(caller.community, board)
        if file is None:
            written = await written_for(caller, place, action, filters, act, None)
        else:
            with opened(file) as lines:
                written = await written_for(caller, place, action, filters, act, lines)
        made = await make(caller, place, written, defaults, reason, strict=strict)
        await show_plan(caller, place, made, output)
        refused = any(each.item.found and each.item.found.refused for each in made.left)
        return PARTLY if refused else None

    return caller.run(work)


def _check_what(
    chosen: list[str],
    file: str | None,
    act: str | None,
    filters: Filters,
    clause: ClauseNumber | None,
) -> None:
    """Check that a call says once what is to be done, and to what.

    Raises:
        UsageError: If it does not.
    """
    if len(chosen) > 1:
        raise click.UsageError(f"one of --{' and --'.join(chosen)}, not both")
    if not chosen and file is None:
        raise click.UsageError("say what is to be done: --hide, --restore, --lock …, or give FILE")
    is_narrowed = act is not None or filters.are_given
    if file is not None and is_narrowed:
        raise click.UsageError("FILE says what it is about: leave the filters out")
    if file is None and not is_narrowed:
        raise click.UsageError("say what it is done to: --by, --since, --thread, --words, --act …")
    if chosen == ["hide"] and clause is None:
        raise click.UsageError("--hide needs --norm: a clause of the norms they were written under")


async def _check(caller: CliContext, path: str) -> int | None:
    """Say whether each item of a plan would still do what the plan says; exit code 6 if one would not."""
    with opened(path) as file:
        found = read_plan(file)
    board = await board_of(caller, found)
    members, slug = await names_of(caller)
    moved = []
    for number, item, what in await find_moved_items(caller, board, found):
        told = describe_item(item, board.id, members, slug)
        moved.append({"number": number, "method": item.method, "item": told, "what": what})
    lines = [sanitize(f"{each['number']:>4}  {each['item']}: {each['what']}") for each in moved]
    many = counted(len(found.items), "item")
    head = f"{many}, {len(moved)} of which moved:" if moved else f"{many}, as the plan says."
    value = {"digest": found.digest, "count": len(found.items), "moved": moved}
    caller.out.result(value, [head, *lines])
    if moved:
        caller.out.say(Moved.hint)
    return CONFLICT if moved else None

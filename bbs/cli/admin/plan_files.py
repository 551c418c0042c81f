"""Plan files on a command line: opening and writing them, and the names of what they are about."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bbs import terminal
from bbs.cli.context import CliContext
from bbs.features.batches.plan_file import Plan, check_epoch, write_plan
from bbs.features.boards.messages import Board
from bbs.profiles import replace_file
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.batch_text import Slug

Names = tuple[lookup.Members, Slug]


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; `-` is stdin, which stays open. Raises `OSError`."""
    if path == "-":
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as file:
        yield file


def write_plan_to(plan: Plan, output: str) -> None:
    """Write a plan to a file of mode 0600, or for `-` to stdout. Raises `OSError`."""
    lines = list(write_plan(plan))
    if output == "-":
        for line in lines:
            terminal.echo_json(line.removesuffix(b"\n"))
        sys.stdout.flush()
        return
    path = Path(os.path.abspath(output))  # noqa: PTH100 - a link is replaced, not what it leads to
    if path.exists() and not path.is_file():
        with path.open("wb") as file:  # a pipe or a device, which cannot be replaced
            file.writelines(lines)
        return
    replace_file(path, b"".join(lines))


async def names_of(caller: CliContext) -> Names:
    """Return members by id, and what names a board by its id."""
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    members = await lookup.list_members(caller.community)
    return members, partial(render.board_label, boards=boards)


def epoch_of(caller: CliContext) -> str:
    """Return the epoch of the community that the caller is connected to."""
    welcome = caller.community.welcome
    assert welcome is not None
    return welcome.epoch


async def board_of(caller: CliContext, plan: Plan) -> Board:
    """Return the board that a plan is about, by its id: the name in the file is only for reading.

    Raises:
        PlanFileError: If the plan is of another community.
        NotFound: If there is no such board for the caller.
    """
    check_epoch(plan, epoch_of(caller))
    return await board_by_id(caller, plan.board)


async def board_by_id(caller: CliContext, key: str) -> Board:
    """Return a board. Raises `NotFound` if there is none of this id for the caller."""
    boards = (await lookup.list_boards(caller.community)).boards
    found = next((each for each in boards if each.id == key), None)
    if found is None:
        raise NotFound("board")
    return found

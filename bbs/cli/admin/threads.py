"""`bbs admin threads`: tend the threads of a board you moderate; each act needs a reason (P5, P8)."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import click

from bbs import limits
from bbs.cli.admin.acts import act, reason_option
from bbs.cli.admin.moments import read_moment
from bbs.cli.completion_places import complete_post, complete_thread
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.moderation.tending_messages import LockThread, UnlockThread
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.features.threads.views import Post, Thread
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time

F = TypeVar("F", bound=Callable[..., Any])


_reason_option = reason_option("Why; everybody on the board reads it in its log.")


def _thread_argument(function: F) -> F:
    return click.argument("thread", shell_complete=complete_thread)(function)


def _act_on_thread(function: Callable[..., Coroutine[Any, Any, None]]) -> click.Command:
    """Make a command of what is done to THREAD, for a reason; it can be tried with --dry-run."""
    connected = with_community(function)
    return click.command()(_thread_argument(_reason_option(dry_run_option(connected))))


async def find_thread(caller: CliContext, address: str) -> Thread:
    """Return the thread an address like garden/42 names.

    Raises:
        BadParams: If it names something else.
        NotFound: If there is no such thread for the caller.
    """
    found = await lookup.find_address(caller.community, address)
    if found.thread is None or found.post is not None:
        raise BadParams("thread", "this takes a thread, like garden/42")
    return found.thread


@_act_on_thread
async def pin(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """Pin THREAD, such as garden/42, to the head of its board's list."""
    found = await find_thread(caller, thread)
    command = PinThread(thread=found.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"pinned {thread}")


@_act_on_thread
async def unpin(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """Take THREAD from the head of its board's list."""
    found = await find_thread(caller, thread)
    command = UnpinThread(thread=found.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"unpinned {thread}")


@click.command()
@_thread_argument
@click.option("--until", required=True, callback=read_moment, help="A day, or a moment.")
@_reason_option
@dry_run_option
@with_community
async def lock(
    caller: CliContext, thread: str, until: datetime, reason: str, dry_run: bool
) -> None:
    """Let nobody write in THREAD until a day or moment; it is read on.

    \b
    bbs admin threads lock garden/42 --until 2027-03-01 --reason "Sleep over it."
    """
    found = await find_thread(caller, thread)
    command = LockThread(thread=found.id, until=until, reason=reason, dry_run=dry_run)
    await act(caller, command, f"locked until {local_time(until)}: {thread}")


@_act_on_thread
async def unlock(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """End the lock of THREAD now."""
    found = await find_thread(caller, thread)
    command = UnlockThread(thread=found.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"unlocked {thread}")


@_act_on_thread
@click.argument("title")
async def retitle(caller: CliContext, thread: str, title: str, reason: str, dry_run: bool) -> None:
    """Give THREAD another TITLE. Its author is told the one before; the log does not say it.

    Of your own thread: bbs write garden/42 --edit --title "…"
    """
    line = read_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    found = await find_thread(caller, thread)
    command = ChangeTitle(thread=found.id, title=line, reason=reason, dry_run=dry_run)
    await act(caller, command, f"retitled {thread}")


async def _find_post(caller: CliContext, address: str) -> Post:
    """Return the post an address like garden/42/7 names.

    Raises:
        BadParams: If it names something else.
        NotFound: If there is no such post for the caller.
    """
    found = await lookup.find_address(caller.community, address)
    if found.post is None:
        raise BadParams("post", "this takes a post, like garden/42/7")
    return found.post


@click.command()
@click.argument("what", shell_complete=complete_post)
@click.argument("to", required=False, shell_complete=complete_thread)
@click.option(
    "--to-board", shell_complete=complete_board, help="The board WHAT, a thread, goes to."
)
@_reason_option
@dry_run_option
@with_community
async def move(
    caller: CliContext, what: str, to: str | None, to_board: str | None, reason: str, dry_run: bool
) -> None:
    """Move WHAT, a post with all answers below it, to the end of the thread TO of its board.

    Or move a thread to another board that you moderate, too, with --to-board. Nobody may read it there
    who cannot read it here; if words would end sooner, or not everybody could read them there, it waits
    for others. Of a post make a thread first: bbs admin threads split.

    Old addresses lead to where the posts stand then; what was read stays read.

    \b
    bbs admin threads move garden/42/7 garden/50 --reason "It is about frost."
    bbs admin threads move garden/42 --to-board kitchen --reason "It is about jam."
    """
    if to_board is not None:
        await _move_to_board(caller, what, to, to_board, reason, dry_run=dry_run)
        return
    if to is None:
        raise BadParams("to", "name the thread it goes to, like garden/50, or --to-board BOARD")
    root, target = await _find_post(caller, what), await find_thread(caller, to)
    command = MovePosts(post=root.id, to=target.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"moved {what} to {to}")


async def _move_to_board(
    caller: CliContext, what: str, to: str | None, slug: str, reason: str, *, dry_run: bool
) -> None:
    """Move a thread to another board and print its address there.

    Raises:
        BadParams: If a thread to go to is named as well, or what is to be moved is no thread.
    """
    if to is not None:
        raise BadParams("to", "a thread becomes one of its own on another board: leave TO out")
    found, board = await find_thread(caller, what), await lookup.find_board(caller.community, slug)
    command = MoveThread(
        thread=found.id, to_board=board.id, becomes=new_id(), reason=reason, dry_run=dry_run
    )
    shown = await caller.community.call(command)
    caller.out.done(shown, f"{board.label}/{shown.thread.number}")


@click.command()
@click.argument("post", shell_complete=complete_post)
@click.argument("title")
@_reason_option
@dry_run_option
@with_community
async def split(caller: CliContext, post: str, title: str, reason: str, dry_run: bool) -> None:
    """Make a new thread TITLE of POST and all answers below it; print its address."""
    line = read_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    root = await _find_post(caller, post)
    command = SplitThread(post=root.id, thread=new_id(), title=line, reason=reason, dry_run=dry_run)
    shown = await caller.community.call(command)
    board, _, _ = post.partition("/")
    caller.out.done(shown, f"{board}/{shown.thread.number}")


@_act_on_thread
@click.argument("into", shell_complete=complete_thread)
async def merge(caller: CliContext, thread: str, into: str, reason: str, dry_run: bool) -> None:
    """Move all posts of THREAD to the end of the thread INTO; the address THREAD leads there then."""
    target = await find_thread(caller, into)
    found = await find_thread(caller, thread)
    command = MergeThread(thread=found.id, into=target.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"merged with {into}: {thread}")

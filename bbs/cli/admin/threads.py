"""`bbs admin threads`: tend the threads of a board you moderate; each act needs a reason (P5, P8)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from bbs import limits
from bbs.cli.admin.moments import read_moment
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.moderation.tending_messages import LockThread, UnlockThread
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.features.threads.views import Post, Thread
from bbs.ids import new_id
from bbs.messages import Command
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line, read_reason
from bbs.terminal.output import local_time

F = TypeVar("F", bound=Callable[..., Any])


def _reason_option(function: F) -> F:
    """Add the option every act of tending needs."""
    told = "Why; everybody on the board reads it in its log."
    return click.option("--reason", required=True, help=told)(function)


def _thread_argument(function: F) -> F:
    return click.argument("thread", shell_complete=complete_board)(function)


@click.group()
def threads() -> None:
    """Pin, lock, retitle, move, split and merge threads of a board you moderate.

    Each act needs a reason; the board's log shows it (P8).
    """


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


async def _do(
    caller: CliContext,
    address: str,
    command: Callable[[Thread], Command[Any]],
    done: str,
    *,
    dry_run: bool,
) -> None:
    found = await find_thread(caller, address)
    shown = await caller.community.call(command(found))
    caller.out.done(shown, f"{done} {address}", dry_run=dry_run)


@threads.command()
@_thread_argument
@_reason_option
@dry_run_option
@with_community
async def pin(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """Pin THREAD, such as garden/42, to the head of its board's list."""
    why = read_reason(reason)
    await _do(
        *(caller, thread),
        lambda found: PinThread(thread=found.id, reason=why, dry_run=dry_run),
        "pinned",
        dry_run=dry_run,
    )


@threads.command()
@_thread_argument
@_reason_option
@dry_run_option
@with_community
async def unpin(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """Take THREAD from the head of its board's list."""
    why = read_reason(reason)
    await _do(
        *(caller, thread),
        lambda found: UnpinThread(thread=found.id, reason=why, dry_run=dry_run),
        "unpinned",
        dry_run=dry_run,
    )


@threads.command()
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
    why = read_reason(reason)
    await _do(
        *(caller, thread),
        lambda found: LockThread(thread=found.id, until=until, reason=why, dry_run=dry_run),
        f"locked until {local_time(until)}:",
        dry_run=dry_run,
    )


@threads.command()
@_thread_argument
@_reason_option
@dry_run_option
@with_community
async def unlock(caller: CliContext, thread: str, reason: str, dry_run: bool) -> None:
    """End the lock of THREAD now."""
    why = read_reason(reason)
    await _do(
        *(caller, thread),
        lambda found: UnlockThread(thread=found.id, reason=why, dry_run=dry_run),
        "unlocked",
        dry_run=dry_run,
    )


@threads.command()
@_thread_argument
@click.argument("title")
@_reason_option
@dry_run_option
@with_community
async def retitle(caller: CliContext, thread: str, title: str, reason: str, dry_run: bool) -> None:
    """Give THREAD another TITLE. Its author is told the one before; the log does not say it.

    Of your own thread: bbs write garden/42 --edit --title "…"
    """
    why = read_reason(reason)
    line = read_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    await _do(
        *(caller, thread),
        lambda found: ChangeTitle(thread=found.id, title=line, reason=why, dry_run=dry_run),
        "retitled",
        dry_run=dry_run,
    )


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


@threads.command()
@click.argument("post")
@click.argument("to", shell_complete=complete_board)
@_reason_option
@dry_run_option
@with_community
async def move(caller: CliContext, post: str, to: str, reason: str, dry_run: bool) -> None:
    """Move POST and all answers below it to the end of the thread TO, on the same board.

    Old addresses lead to where the posts stand then; what was read stays read.

    \b
    bbs admin threads move garden/42/7 garden/50 --reason "It is about frost."
    """
    why = read_reason(reason)
    root, target = await _find_post(caller, post), await find_thread(caller, to)
    command = MovePosts(post=root.id, to=target.id, reason=why, dry_run=dry_run)
    shown = await caller.community.call(command)
    caller.out.done(shown, f"moved {post} to {to}", dry_run=dry_run)


@threads.command()
@click.argument("post")
@click.argument("title")
@_reason_option
@dry_run_option
@with_community
async def split(caller: CliContext, post: str, title: str, reason: str, dry_run: bool) -> None:
    """Make a new thread TITLE of POST and all answers below it; print its address."""
    why = read_reason(reason)
    line = read_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    root = await _find_post(caller, post)
    command = SplitThread(post=root.id, thread=new_id(), title=line, reason=why, dry_run=dry_run)
    shown = await caller.community.call(command)
    board, _, _ = post.partition("/")
    caller.out.done(shown, f"{board}/{shown.thread.number}", dry_run=dry_run)


@threads.command()
@_thread_argument
@click.argument("into", shell_complete=complete_board)
@_reason_option
@dry_run_option
@with_community
async def merge(caller: CliContext, thread: str, into: str, reason: str, dry_run: bool) -> None:
    """Move all posts of THREAD to the end of the thread INTO; the address THREAD leads there then."""
    why = read_reason(reason)
    target = await find_thread(caller, into)
    await _do(
        *(caller, thread),
        lambda found: MergeThread(thread=found.id, into=target.id, reason=why, dry_run=dry_run),
        f"merged with {into}:",
        dry_run=dry_run,
    )

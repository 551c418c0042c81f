"""`bbs write`: start, answer, edit, retitle or withdraw, and print the address."""

import uuid
from typing import Any

import click

from bbs import limits
from bbs.address import BoardAddress, PostAddress, ThreadAddress, parse
from bbs.cli.completion_places import complete_place
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.cli.errors import note_op
from bbs.cli.left_boards import note_seat_command
from bbs.clock import to_ms
from bbs.errors import Disconnected
from bbs.features.boards.messages import Board, GetBoard
from bbs.features.moderation.rules import PACES, holds, next_writing, refusal_of
from bbs.features.threads.messages import (
    EditPost,
    PostHeld,
    PostPublished,
    Retitle,
    StartThread,
    ThreadPublished,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import Post, Thread
from bbs.ids import new_id
from bbs.refusals import Gone, NotFound
from bbs.sdk import lookup
from bbs.streams import board_stream
from bbs.terminal.held_text import describe_held
from bbs.terminal.input_text import read_body, read_line
from bbs.terminal.output import local_time
from bbs.terminal.report_text import copy_end
from bbs.text import sanitize


@click.command()
@click.argument("address", shell_complete=complete_place)
@click.option("--title", help="Of the new thread; with --edit, of your own thread.")
@click.option("-m", "--message", help="The text; without this option it comes from -F or stdin.")
@click.option(
    "-F", "--file", type=click.Path(dir_okay=False, allow_dash=True), help="The file with the text."
)
@click.option("--edit", is_flag=True, help="Replace the text of the post ADDRESS.")
@click.option("--withdraw", is_flag=True, help="Withdraw the post ADDRESS: its text is erased.")
@click.option(
    "--op",
    type=click.UUID,
    help="Id of this command: repeated with the same id, it is applied once.",
)
@click.option(
    "--wait", is_flag=True, help="If the board holds posts, wait until the post is published."
)
@dry_run_option
@with_connection_options
def write(
    caller: CliContext,
    address: str,
    title: str | None,
    message: str | None,
    file: str | None,
    edit: bool,
    withdraw: bool,
    op: uuid.UUID | None,
    wait: bool,
    dry_run: bool,
) -> int | None:
    """Write at ADDRESS and print the address of the new post.

    Most boards hold a post for a minute, so that you can think again; the post has no address until then.

    \b
    bbs write garden --title "Frost tonight" -m "Cover the figs."
    bbs write garden/42 < answer.md          answer a thread
    bbs write garden/42/7 -m "Agreed."       answer a post
    bbs write garden/42 --wait -m "…"        print its address once it is published
    bbs write garden/42/7 --edit < new.md    a new text for your post
    bbs write garden/42 --edit --title "…"   a new title for your thread
    bbs write garden/42/7 --withdraw         withdraw your post
    """
    place = _place(address, title, edit=edit, withdraw=withdraw)
    retitle = edit and title is not None
    body = "" if withdraw or retitle else read_body(message, file)
    if title is not None:
        title = read_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    op_id = str(op) if op else new_id()
    writer = _Writer(caller, op_id, wait=wait and not dry_run, dry_run=dry_run)

    async def work() -> None:
        found = await lookup.find_address(caller.community, address)
        board, thread = found.board, found.thread
        if board is None:
            raise NotFound("board")
        if wait:
            # Listening begins before the writing, so that the event of publishing is not missed.
            await caller.community.listen({board_stream(board.id): -1})
        async with note_seat_command(caller.community, place.board):
            with note_op(op_id):
                if isinstance(place, BoardAddress):
                    await writer.start(board, title or "", body)
                elif thread is None:
                    raise NotFound("thread")
                elif retitle:
                    await writer.retitle(board, thread, title or "")
                elif edit or withdraw:
                    post = found.post or await lookup.find_post(caller.community, address)
                    await writer.change(board, thread, post, body if edit else None)
                else:
                    await writer.answer(board, thread, found.post, body)

    return caller.run(work, listen=wait)


def _place(
    address: str, title: str | None, *, edit: bool, withdraw: bool
) -> BoardAddress | ThreadAddress | PostAddress:
    """Return the parsed address. Raises `click.UsageError` for options that do not fit it."""
    place = parse(address)
    if edit and withdraw:
        raise click.UsageError("--edit or --withdraw, not both")
    if isinstance(place, BoardAddress):
        if edit or withdraw:
            raise click.UsageError(
                "--edit and --withdraw need the address of a post, like garden/42/7"
            )
        if title is None:
            raise click.UsageError(
                "a new thread needs --title; an answer an address like garden/42"
            )
    elif not isinstance(place, ThreadAddress | PostAddress):
        raise click.UsageError("name a board, a thread or a post to write to, like garden/42/7")
    elif title is not None and not (edit and isinstance(place, ThreadAddress)):
        raise click.UsageError("--title is for a new thread, or with --edit for your own")
    return place


class _Writer:
    """Carries out a call of `bbs write` and prints its result."""

    def __init__(self, caller: CliContext, op: str, *, wait: bool, dry_run: bool) -> None:
        self._caller = caller
        self._wait = wait
        self._dry_run = dry_run
        self._fields: dict[str, Any] = {"op": op, "dry_run": dry_run}
        # Made from the op, so that a repeated call names the same post (P12).
        self._post = str(uuid.uuid5(uuid.UUID(op), "post"))
        self._thread = str(uuid.uuid5(uuid.UUID(op), "thread"))

    async def start(self, board: Board, title: str, body: str) -> None:
        command = StartThread(
            board=board.id,
            thread=self._thread,
            post=self._post,
            title=title,
            body=body,
            **self._fields,
        )
        started = await self._caller.community.call(command)
        thread, post = await self._published(started.thread, started.post)
        self._show(board, thread, post, thread_only=True)
        await self._say_pace(board, post)

    async def answer(self, board: Board, thread: Thread, parent: Post | None, body: str) -> None:
        command = WritePost(
            thread=thread.id,
            post=self._post,
            parent=parent.id if parent else None,
            body=body,
            **self._fields,
        )
        shown = await self._caller.community.call(command)
        self._show(board, *await self._published(thread, shown.post))
        await self._say_pace(board, shown.post)

    async def _published(self, thread: Thread, post: Post) -> tuple[Thread, Post]:
        """Return both as they are once published, if the caller waits. Cancelling is safe."""
        if post.number is not None or not self._wait:
            return thread, post
        self._caller.out.say(describe_held(post, local_time))
        async for happened in self._caller.community.events():
            match getattr(happened, "event", None):
                case ThreadPublished(thread=begun, post=now) if now.id == post.id:
                    return begun, now
                case PostPublished(post=now) if now.id == post.id:
                    return thread, now
                case PostHeld(post=now) if now.id == post.id and now.body is None:
                    raise Gone(state=now.state.value)
        raise Disconnected("the server closed")

    async def change(self, board: Board, thread: Thread, post: Post, body: str | None) -> None:
        """Edit the post, or withdraw it if `body` is None."""
        command = (
            WithdrawPost(post=post.id, **self._fields)
            if body is None
            else EditPost(post=post.id, body=body, **self._fields)
        )
        done = await self._caller.community.call(command)
        self._show(board, thread, done.post)
        if done.copy_kept:
            self._caller.out.say(f"They were reported: a copy stays {copy_end()}.")

    async def _say_pace(self, board: Board, written: Post) -> None:
        """Say how often everybody writes there while a pace holds, and when the caller may again."""
        found = (await self._caller.community.call(GetBoard(board=board.id))).restrictions
        now = to_ms(written.at)
        for pace in found:
            if pace.kind in PACES and pace.thread in (None, written.thread) and holds(pace, now):
                again = None if self._dry_run else next_writing(pace, now, now)
                told = refusal_of(pace, again).sentence_with(local_time)
                self._caller.out.say(sanitize(f"{told[0].upper()}{told[1:]}."))

    async def retitle(self, board: Board, thread: Thread, title: str) -> None:
        command = Retitle(thread=thread.id, title=title, **self._fields)
        shown = await self._caller.community.call(command)
        self._caller.out.done(shown, f"{board.label}/{shown.thread.number}")

    def _show(self, board: Board, thread: Thread, post: Post, *, thread_only: bool = False) -> None:
        out = self._caller.out
        place = f"{board.label}/{thread.number}"
        address = place if thread_only else f"{place}/{post.number}"
        value = {"board": board, "thread": thread, "post": post}
        out.learn(value)
        value["by"] = out.named(post).get("by")
        if post.number is None:
            out.result({"address": None, **value})
            out.say(describe_held(post, local_time))
        else:
            out.done({"address": address, **value}, address)

"""`bbs chat`: say lines in a board's lounge, from a terminal or a pipe."""

import asyncio
import sys
from collections.abc import Container
from dataclasses import dataclass
from functools import partial

import click

from bbs import terminal
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.cli.left_boards import note_seat_command
from bbs.errors import BadParams
from bbs.features.boards.messages import Board
from bbs.features.threads.messages import LineSaid, Say, Unsay
from bbs.ids import new_id
from bbs.plural import counted
from bbs.refusals import TextRefused
from bbs.sdk import lookup
from bbs.streams import lounge_stream
from bbs.terminal import render
from bbs.terminal.error_report import PARTLY
from bbs.terminal.input_lines import InputLines
from bbs.terminal.input_text import normalize_chat_line

BACKLOG_LINES = 20
SLOW_SECONDS = 0.4  # later than this, the server throttles or the network is slow
TOLD_AGAIN_SECONDS = 10.0


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("-m", "--message", help="Say this and leave.")
@click.option("--withdraw", is_flag=True, help="Take your line back: its words are erased.")
@dry_run_option
@with_connection_options
def chat(
    caller: CliContext, board: str, message: str | None, withdraw: bool, dry_run: bool
) -> int | None:
    """Say lines in the lounge of BOARD.

    In a terminal: prints the newest lines and every new line, and sends the lines you type;
    Ctrl-D leaves. In a pipe: sends every line of stdin. A line that is too long is left out and
    named on stderr with its number; the exit code is then 3.

    With --withdraw, BOARD is the address of a line of yours, like garden/lounge/113.
    """
    if withdraw:
        if message is not None:
            raise click.UsageError("-m or --withdraw, not both")
        return caller.run(partial(_withdraw, caller, board, dry_run=dry_run))
    if message is not None and not message.strip():
        raise click.UsageError("-m takes words to say")
    live = message is None and sys.stdin.isatty()

    async def work() -> int | None:
        place = await lookup.find_board(caller.community, board.removesuffix("/lounge"))
        sayer = _LineSender(caller, place, dry_run)
        async with note_seat_command(caller.community, board.removesuffix("/lounge")):
            if message is not None:
                await sayer.say(message)
            elif live:
                await _talk(caller, place, sayer)
            else:
                await sayer.say_all(InputLines(sys.stdin))
        return PARTLY if sayer.refused and not live else None

    return caller.run(work, listen=live, follows=live)


async def _withdraw(caller: CliContext, address: str, *, dry_run: bool) -> None:
    """Take a line back.

    Raises:
        BadParams: If the address is not that of a line.
    """
    found = await lookup.find_address(caller.community, address)
    caller.out.learn(found)
    if found.line is None:
        raise BadParams("board", "--withdraw takes the address of a line, like garden/lounge/113")
    done = await caller.community.call(Unsay(line=found.line.id, dry_run=dry_run))
    caller.out.done(done, f"taken back {address}")


@dataclass
class _LineSender:
    """Sends lines to the lounge of a board one after another, at the pace the server allows.

    Attributes:
        refused: The number of lines that were left out.
        told_at_s: The event loop's time of the last message about slowness; None for none yet.
    """

    caller: CliContext
    board: Board
    dry_run: bool
    refused: int = 0
    told_at_s: float | None = None

    async def say(self, text: str, *, to_go: int = 0) -> None:
        """Say a line, unless it is empty. Cancelling may stop the waiting after the line was sent.

        Args:
            text: As typed.
            to_go: The number of lines that wait after it, for a message about slowness.

        Raises:
            TextRefused: If it is too long, or has characters that no line may have.
        """
        body = normalize_chat_line(text)
        if not body:
            return
        request = Say(board=self.board.id, line=new_id(), body=body, dry_run=self.dry_run)
        call = asyncio.ensure_future(self.caller.community.call(request))
        try:
            await asyncio.wait({call}, timeout=SLOW_SECONDS)
            if not call.done():
                self._tell_slow(to_go)
            line = (await call).line
        finally:
            call.cancel()
        if not self.caller.out.human:
            self.caller.out.item(line)

    async def say_all(self, lines: InputLines) -> None:
        """Say every line of an input; report and leave out those whose text is refused.

        Cancelling is safe: it repeats no line.
        """
        number = 0
        async for text in lines:
            number += 1
            try:
                await self.say(text, to_go=lines.waiting)
            except TextRefused as error:
                self.refused += 1
                terminal.tell(f"bbs: line {number}: {error}")

    def _tell_slow(self, to_go: int) -> None:
        """Tell a person at a terminal that the server sets the pace, every 10 seconds at most."""
        now_s = asyncio.get_running_loop().time()
        if not (to_go and sys.stderr.isatty()):
            return
        if self.told_at_s is None or now_s - self.told_at_s > TOLD_AGAIN_SECONDS:
            self.told_at_s = now_s
            self.caller.out.say(f"Slowed down by the server; {counted(to_go, 'line')} to go.")


async def _talk(caller: CliContext, board: Board, sayer: _LineSender) -> None:
    """Print the lounge and send the typed lines, until the input ends."""
    members = await lookup.list_members(caller.community)
    lounge = lounge_stream(board.id)
    await caller.community.listen({lounge: -1})
    shown = {caller.community.me.member.id} if caller.community.me else set()
    for line in await lookup.list_lines(caller.community, board, BACKLOG_LINES):
        caller.out.item(line, [render.chat_line(line, members)])
        shown.add(line.id)
    caller.out.say(f"You are in {board.label}/lounge; Ctrl-D leaves.")
    listener = asyncio.create_task(_print_lounge(caller, lounge, members, shown))
    try:
        await sayer.say_all(InputLines(sys.stdin))
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)


async def _print_lounge(
    caller: CliContext,
    lounge: str,
    members: lookup.Members,
    shown: Container[str],
) -> None:
    """Print new lines, except lines and members whose ids are in `shown`."""
    from bbs.sdk.updates import EventHappened

    async for happened in caller.community.events():
        match happened:
            case EventHappened(event=LineSaid(line=line)) if happened.stream == lounge:
                author = getattr(line.author, "id", None)
                if author not in members:
                    members |= await lookup.list_members(caller.community)
                if author not in shown and line.id not in shown:
                    caller.out.item(line, [render.chat_line(line, members)])

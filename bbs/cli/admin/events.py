"""`bbs admin events`: print what happens on boards that one moderates, for scripts."""

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bbs.cli.admin.event_scope import EventScope
    from bbs.sdk.following import StreamBegan, StreamLost
    from bbs.sdk.updates import ConnectionChanged, EventHappened
    from bbs.terminal.event_lines import Line
    from bbs.terminal.event_text import EventDescriber
    from bbs.wire.event_cursor import EventCursor

NOW = "now"


def _read_kinds(
    _ctx: click.Context, _option: click.Parameter, kinds: tuple[str, ...]
) -> frozenset[str] | None:
    from bbs.settings import did_you_mean
    from bbs.terminal.event_lines import KINDS  # late: --help knows no messages

    for kind in kinds:
        if kind not in KINDS:
            near = did_you_mean(kind, sorted(KINDS)) or "; docs/reference/events.md lists them"
            raise click.BadParameter(f"no event is called {kind!r}{near}")
    return frozenset(kinds) or None


def _read_since(
    _ctx: click.Context, _option: click.Parameter, text: str | None
) -> "EventCursor | None":
    if text in (None, NOW):
        return None
    from bbs.wire.event_cursor import read_cursor

    return read_cursor(text or "")


@click.command()
@click.option(
    "--board",
    "boards",
    multiple=True,
    metavar="BOARD",
    shell_complete=complete_board,
    help="A board; again for more. Without it: the commons and every board you moderate.",
)
@click.option("--follow", is_flag=True, help="Go on with new events, until interrupted.")
@click.option(
    "--since",
    metavar="CURSOR",
    callback=_read_since,
    help='Go on after the line with this cursor; "now", the default, for nothing of before.',
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    callback=_read_kinds,
    help="Only events of this kind, by its name in JSON; again for more.",
)
@click.option("--words", is_flag=True, help="In JSON, also what people wrote.")
@with_connection_options
def events(
    caller: CliContext,
    boards: tuple[str, ...],
    follow: bool,
    since: "EventCursor | None",
    kinds: frozenset[str] | None,
    words: bool,
) -> int | None:
    """Print what happens on boards that you moderate: acts, cases, held posts, seats, words.

    \b
    bbs admin events --jsonl                          where you begin: a cursor
    bbs admin events --jsonl --since CURSOR           what came after it
    bbs admin events --jsonl --since CURSOR --follow  and what comes then

    With --jsonl each event is a line in the names of the protocol, with ids and addresses, and no
    word of anybody unless you ask with --words. Each line ends with a cursor: --since goes on right
    after that line, at least once and in order within each stream. A line of the kind reset
    says that events of a stream may be missing, and started that one begins. docs/bots.md explains them.

    Lost connections are made again quietly. For people, without --jsonl, it prints sentences as
    bbs read --follow does.
    """

    async def work() -> int | None:
        printer = await _Printer.make(caller, boards, kinds, since, words=words)
        with _ended_by_sigterm():
            await printer.print_events(follow=follow)
        return None

    return caller.run(work, tell_live=True, follows=True)


class _Printer:
    """A call of `bbs admin events`."""

    def __init__(
        self, caller: CliContext, scope: "EventScope", news: "EventDescriber", *, words: bool
    ) -> None:
        self._caller = caller
        self._scope = scope
        self._news = news
        self._words = words
        self._passed = 0
        self._loss: asyncio.TimerHandle | None = None

    @classmethod
    async def make(
        cls,
        caller: CliContext,
        boards: tuple[str, ...],
        kinds: frozenset[str] | None,
        since: "EventCursor | None",
        *,
        words: bool,
    ) -> "_Printer":
        """Find the boards and what things are called. Raises as `EventScope.make`."""
        from bbs.cli.admin.event_scope import EventScope
        from bbs.terminal.event_text import EventDescriber

        scope = await EventScope.make(caller.community, boards, kinds, since)
        news = EventDescriber(caller.community, {}, {})
        if caller.out.human:
            news = await EventDescriber.make(caller.community)
        return cls(caller, scope, news, words=words)

    async def print_events(self, *, follow: bool) -> None:
        """Print what happened, and with `follow` what happens. Cancelling is safe.

        Raises:
            FolkmootError: The error that ended the connection for good.
        """
        from bbs.sdk.following import CaughtUp, StreamBegan, StreamLost
        from bbs.sdk.updates import ConnectionChanged, EventHappened

        await self._scope.begin()
        if follow and self._caller.out.human:
            self._caller.out.say("Following; Ctrl-C ends.")
        async for update in self._scope.follower.updates():
            match update:
                case EventHappened():
                    await self._event(update)
                case StreamBegan() | StreamLost():
                    await self._stream(update)
                case ConnectionChanged():
                    self._connection(update)
                case CaughtUp() if not follow:
                    await self._tell_passed()
                    break

    async def _event(self, happened: "EventHappened") -> None:
        await self._scope.hear(happened)
        names = self._caller.out.names
        if names is not None:
            names.learn(happened.event)
        if not self._scope.wants(happened):
            self._passed += 1
            if self._passed >= limits.EVENTS_PASSED_MAX:
                await self._tell_passed()
            return
        if names is None:
            await self._sentence(happened)
            return
        from bbs.terminal.event_lines import event_line

        for thread in names.unknown_threads(happened.event):
            names.learn(await self._news.thread(thread))
        cursor = self._scope.follower.cursor()
        await self._write(event_line(happened, names, cursor, words=self._words))

    async def _sentence(self, happened: "EventHappened") -> None:
        from bbs.terminal.desk_text import describe_at_desk

        if self._news.is_repeated(happened):
            return
        said = await self._news.describe(happened)
        if said is None:
            said = describe_at_desk(happened.event, self._news.members, self._news.slug)
        if said is not None:
            self._caller.out.item(None, [said])

    async def _stream(self, update: "StreamBegan | StreamLost") -> None:
        from bbs.sdk.following import StreamBegan
        from bbs.terminal.desk_text import describe_lost
        from bbs.terminal.event_lines import reset_line, started_line

        names, cursor = self._caller.out.names, self._scope.follower.cursor()
        if isinstance(update, StreamBegan):
            if names is not None:
                await self._write(started_line(update, names, cursor))
        elif names is not None:
            await self._write(reset_line(update, names, cursor))
        else:
            self._caller.out.item(None, [describe_lost(update, self._news.slug)])

    async def _tell_passed(self) -> None:
        """Give the cursor after events that were left out, so that the next run need not see them."""
        if self._passed and self._caller.out.names is not None:
            from bbs.terminal.event_lines import PassedLine

            cursor = self._scope.follower.cursor()
            await self._write(PassedLine(events=self._passed, cursor=cursor))
        self._passed = 0

    async def _write(self, line: "Line") -> None:
        import msgspec

        from bbs.terminal.piped import write_line

        self._passed = 0
        await write_line(self._caller.out.line(msgspec.to_builtins(line)))

    def _connection(self, changed: "ConnectionChanged") -> None:
        """Say that the connection is lost once that lasts; then it is made again without a word."""
        if changed.online:
            if self._loss is not None:
                self._loss.cancel()
            self._loss = None
        elif self._loss is None:
            told = f"No connection: {changed.reason}. It is tried again until you interrupt."
            loop = asyncio.get_running_loop()
            self._loss = loop.call_later(limits.LOSS_TOLD_SECONDS, self._caller.out.say, told)


@contextmanager
def _ended_by_sigterm() -> "Iterator[None]":
    """Let SIGTERM end the program in good order, between two lines, with exit code 0."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked: list[int] = []

    def end() -> None:
        asked.append(signal.SIGTERM)
        if task is not None:
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield
    except asyncio.CancelledError:
        if not asked:
            raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)

"""`bbs read`: boards, threads, posts and lounges for people, pipes and scripts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from bbs.cli.completion_values import complete_address
from bbs.cli.context import CliContext, with_connection_options
from bbs.cli.read.follow import Follower
from bbs.features.boards.messages import Board
from bbs.features.members.views import Member
from bbs.features.reading.messages import ResolveResult
from bbs.features.threads.views import Post, Thread
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.output import local_time
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community

THREADS_DEFAULT = 50
LINES_DEFAULT = 50


@click.command()
@click.argument("address", required=False, shell_complete=complete_address)
@click.option("--since", type=click.IntRange(min=0), help="Only posts or lines above this number.")
@click.option("--unread", is_flag=True, help="Only what is unread. Marks nothing.")
@click.option("--flat", is_flag=True, help="Posts by number instead of as a tree.")
@click.option("--limit", type=click.IntRange(min=1), help="How many threads or lines.")
@click.option("--follow", is_flag=True, help="Go on with new events, until interrupted.")
@with_connection_options
def read(
    caller: CliContext,
    address: str | None,
    since: int | None,
    unread: bool,
    flat: bool,
    limit: int | None,
    follow: bool,
) -> int | None:
    """Print what an ADDRESS names; without ADDRESS, the boards and their unread posts.

    \b
    bbs read                      boards
    bbs read garden               threads of a board, newest first
    bbs read garden/42            a thread with its posts
    bbs read garden/42/7          one post
    bbs read garden/lounge        the newest lines of a lounge
    bbs read @ana                 a member

    Reading here marks nothing as read; `bbs mark` does. --follow goes on with the news of the
    address, a board's lounge included, in a sentence each; without ADDRESS, with the news of
    every board on which you have a seat. With --jsonl it prints every event as in the protocol.
    """

    async def work(community: "Community") -> int | None:
        reader = _ReadCommand(caller, community, since or 0, unread, flat, limit)
        follower = await Follower.make(caller.out, community, address) if follow else None
        await reader.read(address)
        if follower is not None:
            await follower.follow(reader.shown)
        return None

    return caller.run(work, listen=follow, follows=follow)


class _ReadCommand:
    """One call of `bbs read`.

    Attributes:
        shown: Ids of what was printed.
    """

    def __init__(
        self,
        caller: CliContext,
        community: "Community",
        since: int,
        unread: bool,
        flat: bool,
        limit: int | None,
    ) -> None:
        self._out = caller.out
        self._community = community
        self._since = since
        self._unread = unread
        self._flat = flat
        self._limit = limit
        self.shown: set[str] = set()

    async def read(self, address: str | None) -> None:
        if address is None:
            await self._boards()
            return
        found = await lookup.find_address(self._community, address)
        if found.member is not None:
            self._member(found.member)
        elif found.board is not None and found.thread is not None:
            await self._posts(found.board, found.thread, found.post)
        elif found.board is not None and (found.line is not None or "/lounge" in address):
            await self._lines(found.board, found)
        elif found.board is not None:
            await self._threads(found.board)

    async def _boards(self) -> None:
        listed = await lookup.list_boards(self._community)
        unread = await lookup.unread_counts(self._community, asked=self._unread)
        counts: dict[str, int] = {}
        for entry in unread or ():
            counts[entry.board] = counts.get(entry.board, 0) + entry.posts
        boards = [board for board in listed.boards if not self._unread or board.id in counts]
        if self._out.human:
            seats = {seat.board: seat for seat in listed.seats}
            lines = render.boards_table(boards, seats, counts)
            self._out.result(None, lines)
            if unread is not None and not counts:
                self._out.say("All caught up.")
        else:
            value = {"seats": listed.seats, "unread": unread or ()}
            self._out.stream("boards", boards, value)

    async def _threads(self, board: Board) -> None:
        threads = await lookup.list_threads(self._community, board, self._limit or THREADS_DEFAULT)
        unread = await lookup.unread_counts(self._community, board, asked=self._unread)
        counts = {entry.thread: entry.posts for entry in unread or ()}
        threads = [
            thread
            for thread in threads
            if (thread.number or 0) > self._since and (not self._unread or thread.id in counts)
        ]
        self.shown.update(thread.id for thread in threads)
        members = await lookup.list_members(self._community)
        if self._out.human:
            self._out.result(None, render.threads_table(board, threads, members, counts))
            self._say_empty(threads)
        else:
            value: dict[str, Any] = {"board": board, "unread": unread or ()}
            value["members"] = lookup.authors_of(threads, members)
            self._out.stream("threads", threads, value)

    async def _posts(self, board: Board, thread: Thread, post: Post | None) -> None:
        if post is not None:
            posts = [post]
        else:
            posts = await lookup.list_posts(self._community, thread, after=self._since)
        if self._unread:
            posts = await lookup.unread_posts(self._community, board, thread, posts)
        self.shown.update(each.id for each in posts)
        members = await lookup.list_members(self._community)
        if not self._out.human:
            value = {"board": board, "thread": thread}
            self._out.stream(
                "posts", posts, {**value, "members": lookup.authors_of([thread, *posts], members)}
            )
            return
        if not posts:
            self._say_empty(posts)
            return
        lines = [render.title_of(thread), ""]
        lines += render.tree_lines(
            board, thread, posts, members, flat=self._flat, width=self._out.width
        )
        self._out.result(None, lines)

    async def _lines(self, board: Board, found: ResolveResult) -> None:
        if found.line is not None:
            lines = [found.line]
        else:
            count = self._limit or LINES_DEFAULT
            lines = await lookup.list_lines(self._community, board, count, above=self._since)
        self.shown.update(line.id for line in lines)
        members = await lookup.list_members(self._community)
        if self._out.human:
            self._out.result(None, [render.chat_line(line, members) for line in lines])
            self._say_empty(lines)
        else:
            value = {"board": board, "members": lookup.authors_of(lines, members)}
            self._out.stream("lines", lines, value)

    def _say_empty(self, shown: Sequence[object]) -> None:
        """Tell that there is nothing, where it would look like a command that does nothing."""
        if not shown:
            narrowed = self._unread or self._since
            self._out.say("Nothing new here." if narrowed else "Nothing here yet.")

    def _member(self, member: Member) -> None:
        words = [f"{member.label}  {sanitize(member.name or '')}"]
        if member.sysop:
            words.append("runs this server")
        words.append(f"{member.state.value}, joined {local_time(member.joined_at)}")
        self._out.result(member, words)

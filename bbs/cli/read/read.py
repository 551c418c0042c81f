"""`bbs read`: print boards, threads, posts, lounges and members."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from bbs.cli.completion_places import complete_address
from bbs.cli.context import CliContext, with_connection_options
from bbs.cli.left_boards import tell_of_leaving
from bbs.cli.read.follow import Follower
from bbs.cli.read.held import show_held
from bbs.clock import SystemClock
from bbs.features.boards.messages import Board, GetBoard
from bbs.features.members.views import Member
from bbs.features.packs.move_messages import GetMove
from bbs.features.reading.views import ResolveResult
from bbs.features.threads.views import Post, Thread
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.board_text import AWAITED, describe_end, describe_kind
from bbs.terminal.calm_text import describe_banner
from bbs.terminal.member_text import describe_away
from bbs.terminal.move_text import head_of_move
from bbs.terminal.output import local_time
from bbs.terminal.state_text import MEMBER_STATES
from bbs.text import sanitize

THREADS_DEFAULT = 50
LINES_DEFAULT = 50


@click.command()
@click.argument("address", required=False, shell_complete=complete_address)
@click.option("--since", type=click.IntRange(min=0), help="Only posts or lines above this number.")
@click.option("--unread", is_flag=True, help="Only what is unread. Marks nothing.")
@click.option("--held", is_flag=True, help="Your own posts on a board that are not published yet.")
@click.option("--flat", is_flag=True, help="Posts by number instead of as a tree.")
@click.option("--limit", type=click.IntRange(min=1), help="How many threads or lines.")
@click.option("--follow", is_flag=True, help="Go on with new events, until interrupted.")
@with_connection_options
def read(
    caller: CliContext,
    address: str | None,
    since: int | None,
    unread: bool,
    held: bool,
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
    address, a board's lounge included, in a sentence each, with visits of the sysop
    to that board and urgent notices of all your boards; without ADDRESS, with the news of
    every board on which you have a seat. With --jsonl it prints every event as in the protocol.
    """

    if held and (address is None or unread or since is not None or follow):
        raise click.UsageError("--held takes a board, and none of --since, --unread and --follow")

    async def work() -> None:
        if held and address is not None:
            await show_held(caller, address)
            return
        reader = _ReadCommand(caller, since or 0, unread, flat, limit)
        follower = await Follower.make(caller, address) if follow else None
        await reader.read(address)
        if follower is not None:
            await follower.follow(reader.shown)

    return caller.run(work, listen=follow, follows=follow)


@dataclass
class _ReadCommand:
    """A call of `bbs read`; the fields are its options.

    Attributes:
        shown: Ids of what was printed.
    """

    caller: CliContext
    since: int
    unread: bool
    flat: bool
    limit: int | None
    shown: set[str] = field(default_factory=set)

    async def read(self, address: str | None) -> None:
        if address is None:
            await self._boards()
            return
        found = await lookup.find_address(self.caller.community, address)
        if found.board is not None and found.board.slug is not None:
            await self._tell_moved(address, found.board, found.thread)
        if found.member is not None:
            self._member(found.member)
        elif found.board is not None and found.thread is not None:
            await self._posts(found.board, found.thread, found.post)
        elif found.board is not None and (found.line is not None or "/lounge" in address):
            await self._lines(found.board, found)
        elif found.board is not None:
            await self._threads(found.board)

    async def _tell_moved(self, address: str, board: Board, thread: Thread | None) -> None:
        """Say it where an old address led on: to a board with a new name, or to another board."""
        named, _, rest = address.partition("/")
        if board.slug == named:
            return
        meant = board if thread is None else await lookup.find_board(self.caller.community, named)
        if thread is None or meant.id == board.id:
            self.caller.out.say(f"{named} is called {board.slug} now.")
        else:
            old = f"{named}/{rest.partition('/')[0]}"
            self.caller.out.say(f"{old} is {board.label}/{thread.number} now.")

    async def _boards(self) -> None:
        listed = await lookup.list_boards(self.caller.community)
        unread = await lookup.unread_counts(self.caller.community, asked=self.unread)
        counts: dict[str, int] = {}
        for entry in unread or ():
            counts[entry.board] = counts.get(entry.board, 0) + entry.posts
        boards = [board for board in listed.boards if not self.unread or board.id in counts]
        lines = render.boards_table(boards, {seat.board: seat for seat in listed.seats}, counts)
        value = {"seats": listed.seats, "unread": unread or ()}
        self.caller.out.stream("boards", boards, value, lines)
        if self.caller.out.human and unread is not None and not counts:
            self.caller.out.say("All caught up.")

    async def _threads(self, board: Board) -> None:
        threads = await lookup.list_threads(
            self.caller.community, board, self.limit or THREADS_DEFAULT
        )
        unread = await lookup.unread_counts(self.caller.community, board, asked=self.unread)
        counts = {entry.thread: entry.posts for entry in unread or ()}
        threads = [
            thread
            for thread in threads
            if (thread.number or 0) > self.since and (not self.unread or thread.id in counts)
        ]
        self.shown.update(thread.id for thread in threads)
        members = await lookup.list_members(self.caller.community)
        authors = lookup.authors_of(threads, members)
        value = {"board": board, "unread": unread or (), "members": authors}
        found = await self.caller.community.call(GetBoard(board=board.id))
        awaited = found.awaited
        banners = [describe_banner(each, local_time) for each in found.restrictions]
        value["awaited"] = bool(awaited)
        move = (await self.caller.community.call(GetMove(board=board.id))).move
        renew = f"bbs admin boards renew {board.label}"
        left = await tell_of_leaving(self.caller.community, board.id, board.label)
        tops = [
            *banners,
            *left,
            *head_of_move(move, board.label, local_time),
            describe_kind(board),
            describe_end(board.end, renew),
            AWAITED if awaited else "",
        ]
        lines = [
            *filter(None, tops),
            *render.threads_table(board, threads, members, counts),
        ]
        self.caller.out.stream("threads", threads, value, lines, nothing=self._nothing)

    async def _posts(self, board: Board, thread: Thread, post: Post | None) -> None:
        if post is not None:
            posts = [post]
        else:
            posts = await lookup.list_posts(self.caller.community, thread, after=self.since)
        if self.unread:
            posts = await lookup.unread_posts(self.caller.community, board, thread, posts)
        self.shown.update(each.id for each in posts)
        members = await lookup.list_members(self.caller.community)
        authors = lookup.authors_of([thread, *posts], members)
        value = {"board": board, "thread": thread, "members": authors}
        lines = self._post_lines(board, thread, posts, members)
        self.caller.out.stream("posts", posts, value, lines, nothing=self._nothing)

    def _post_lines(
        self, board: Board, thread: Thread, posts: list[Post], members: lookup.Members
    ) -> Iterator[str]:
        """Yield the lines of a thread; as a generator, so that they cost nothing if JSON is asked for."""
        if posts:
            yield from (render.title_of(thread), "")
            yield from render.tree_lines(
                f"{board.label}/{thread.number}",
                posts,
                members,
                flat=self.flat,
                width=self.caller.out.width,
            )

    async def _lines(self, board: Board, found: ResolveResult) -> None:
        if found.line is not None:
            lines = [found.line]
        else:
            count = self.limit or LINES_DEFAULT
            lines = await lookup.list_lines(self.caller.community, board, count, above=self.since)
        self.shown.update(line.id for line in lines)
        members = await lookup.list_members(self.caller.community)
        value = {"board": board, "members": lookup.authors_of(lines, members)}
        shown = (render.chat_line(line, members) for line in lines)
        self.caller.out.stream("lines", lines, value, shown, nothing=self._nothing)

    @property
    def _nothing(self) -> str:
        """A sentence for people if there is nothing to print, so that the command is not silent."""
        return "Nothing new here." if self.unread or self.since else "Nothing here yet."

    def _member(self, member: Member) -> None:
        words = [f"{member.label}  {sanitize(member.name or '')}"]
        if member.sysop:
            words.append("runs this server")
        if away := describe_away(member, SystemClock()(), lambda at: local_time(at)[:10]):
            words.append(sanitize(away))
        words.append(f"{MEMBER_STATES[member.state]}, joined {local_time(member.joined_at)}")
        self.caller.out.result(member, words)

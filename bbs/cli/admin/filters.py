"""Which posts, lines and threads of a board a command is about: its filters, and finding them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import click
from msgspec.structs import replace

from bbs import limits
from bbs.cli.admin.moments import read_ago
from bbs.cli.admin.threads import find_thread
from bbs.cli.clause import ClauseType
from bbs.cli.completion_places import complete_thread
from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext
from bbs.errors import BadParams
from bbs.features.arriving.messages import ListHeldPosts
from bbs.features.boards.messages import Board
from bbs.features.members.author_text import author_id
from bbs.features.norms.clause_text import ClauseNumber
from bbs.features.reading.messages import Search
from bbs.features.threads.finding_messages import FindWords, FoundState
from bbs.features.threads.messages import ListThreads
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs.ids import MemberId, ThreadId
from bbs.sdk import lookup

F = TypeVar("F", bound=Callable[..., Any])


class Filters(NamedTuple):
    """What was asked for, as it was typed.

    Attributes:
        by: The handle of whoever wrote it.
        since: Written at this moment or later.
        until: Written before this moment.
        thread: The address of the thread.
        words: A search, as `bbs search` takes it.
        hidden: Only what is hidden.
        hidden_by: Only what is hidden by this clause.
        lines: Lines of the lounge in place of posts.
    """

    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    thread: str | None = None
    words: str | None = None
    hidden: bool = False
    hidden_by: ClauseNumber | None = None
    lines: bool = False

    @property
    def are_given(self) -> bool:
        """Whether anything narrows what is found."""
        return self != Filters(lines=self.lines)


class FoundWords(NamedTuple):
    """What was found, oldest first, and the threads of the posts."""

    items: list[Post | Line]
    threads: dict[ThreadId, Thread]


def filter_options(function: F) -> F:
    """Give a command the options of `Filters`."""
    for option in reversed(
        (
            click.option(
                "--by", metavar="MEMBER", shell_complete=complete_handle, help="Who wrote it."
            ),
            click.option("--since", callback=read_ago, help="Written since: 2d, a day, a moment."),
            click.option("--until", callback=read_ago, help="Written before that."),
            click.option("--thread", shell_complete=complete_thread, help="In this thread only."),
            click.option(
                "--words", metavar="QUERY", help="Found by these words, as bbs search does."
            ),
            click.option("--hidden", is_flag=True, help="Only what is hidden."),
            click.option("--hidden-by", type=ClauseType(), help="Only what this clause hides."),
            click.option("--lines", is_flag=True, help="Lines of the lounge in place of posts."),
        )
    ):
        function = option(function)
    return function


def check_filters(filters: Filters) -> None:
    """Refuse filters that contradict each other.

    Raises:
        UsageError: If they do.
    """
    if filters.lines and (filters.thread is not None or filters.words is not None):
        raise click.UsageError("--lines: a lounge has no threads, and no search finds its lines")
    if filters.words is not None and (filters.hidden or filters.hidden_by is not None):
        raise click.UsageError(
            "--words: a search finds no hidden words; take --by, --since, --thread"
        )
    if filters.words is not None and len(filters.words) > limits.QUERY_CHARS_MAX:
        raise click.UsageError(f"--words: at most {limits.QUERY_CHARS_MAX} characters")


async def find_words(
    caller: CliContext,
    board: Board,
    filters: Filters,
    *,
    with_words: bool = False,
    state: FoundState | None = None,
) -> FoundWords:
    """Return the posts of a board, or lines of its lounge, that fit, oldest first.

    Args:
        caller: The caller.
        board: The board.
        filters: What they have to fit.
        with_words: Whether they come with their words.
        state: Only those in this state; None for what the filters say.

    Raises:
        NotAllowed: If the caller holds no office there.
        BadParams: If the thread is one of another board.
        NotFound: If there is no such thread or member.
    """
    author = None
    if filters.by is not None:
        author = (await lookup.find_member(caller.community, filters.by)).id
    thread = await _thread_of(caller, board, filters)
    if filters.words is not None:
        found = await _search(caller, board, filters)
        items = [
            item
            for item in found.items
            if _fits(item, filters, author, None if thread is None else thread.id)
        ]
        return FoundWords(items if with_words else [_bare(item) for item in items], found.threads)
    is_hidden = filters.hidden or filters.hidden_by is not None
    query = FindWords(
        board=board.id,
        author=author,
        thread=None if thread is None else thread.id,
        since=filters.since,
        until=filters.until,
        state=FoundState.HIDDEN if is_hidden else state,
        lines=filters.lines,
        words=with_words,
        limit=limits.PAGE_ITEMS_MAX,
    )
    kept: list[Post | Line] = []
    threads: dict[ThreadId, Thread] = {}
    async for page in lookup.pages(caller.community, query):
        some: tuple[Post | Line, ...] = (*page.posts, *page.lines)
        kept += [item for item in some if _is_hidden_by(item, filters)]
        threads |= {each.id: each for each in page.threads}
    return FoundWords(kept, threads)


async def find_held(caller: CliContext, board: Board, filters: Filters) -> list[Post]:
    """Return the posts that a guard holds, and that fit, oldest first."""
    author = None
    if filters.by is not None:
        author = (await lookup.find_member(caller.community, filters.by)).id
    thread = await _thread_of(caller, board, filters)
    held = await caller.community.call(ListHeldPosts(board=board.id, limit=limits.PAGE_ITEMS_MAX))
    place = None if thread is None else thread.id
    return [each.post for each in held.held if _fits(each.post, filters, author, place)]


async def find_threads(caller: CliContext, board: Board, filters: Filters) -> list[Thread]:
    """Return the threads of a board that fit, by who began them and when, oldest first.

    Those that words are asked for are the threads of the posts that a search finds.
    """
    if filters.words is not None:
        return list((await find_words(caller, board, filters)).threads.values())
    author = None
    if filters.by is not None:
        author = (await lookup.find_member(caller.community, filters.by)).id
    only = await _thread_of(caller, board, filters)
    query = ListThreads(board=board.id, limit=limits.PAGE_ITEMS_MAX)
    found = [
        each
        async for page in lookup.pages(caller.community, query)
        for each in page.threads
        if _fits(each, filters, author, None) and (only is None or each.id == only.id)
    ]
    return found[::-1]


async def _thread_of(caller: CliContext, board: Board, filters: Filters) -> Thread | None:
    """Return the thread that was named.

    Raises:
        BadParams: If it is one of another board.
    """
    if filters.thread is None:
        return None
    thread = await find_thread(caller, filters.thread)
    if thread.board != board.id:
        raise BadParams("--thread", f"{filters.thread} is no thread of {board.label}")
    return thread


async def _search(caller: CliContext, board: Board, filters: Filters) -> FoundWords:
    by = "" if filters.by is None else f" from:{filters.by.removeprefix('@')}"
    query = Search(query=f"{filters.words}{by}", board=board.id, limit=limits.PAGE_ITEMS_MAX)
    found = []
    async for page in lookup.pages(caller.community, query):
        found += [each for each in page.found if each.post.board == board.id]
        for note in page.notes:
            caller.out.say(note)
    return FoundWords(
        [each.post for each in reversed(found)], {each.thread.id: each.thread for each in found}
    )


def _fits(
    item: Post | Line | Thread, filters: Filters, author: MemberId | None, thread: ThreadId | None
) -> bool:
    return (
        (author is None or author_id(item.author) == author)
        and (filters.since is None or item.at >= filters.since)
        and (filters.until is None or item.at < filters.until)
        and (thread is None or getattr(item, "thread", None) == thread)
    )


def _is_hidden_by(item: Post | Line, filters: Filters) -> bool:
    clause = filters.hidden_by
    return clause is None or (
        item.state is ContentState.HIDDEN
        and (item.norm, item.of_commons) == (clause.norm, clause.of_commons)
    )


def _bare(item: Post | Line) -> Post | Line:
    return replace(item, body=None, subject=None) if isinstance(item, Post) else item

"""Verbs of reading: boards, places, threads, search, marks."""

from collections.abc import Sequence

from bbs.errors import BadParams
from bbs.features.boards.messages import Board
from bbs.features.members.author_text import author_name
from bbs.features.reading.messages import (
    GetUnread,
    ListMentions,
    MarkPosts,
    PostInThread,
    Search,
    SearchPage,
)
from bbs.features.threads.messages import GetThread
from bbs.features.threads.views import Post, Thread
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.streams import lounge_stream
from bbs.terminal import render
from bbs.text import sanitize
from bbs_client.plain.surface import PlainSurface

THREADS = 20
LINES = 20
FOUND = 20
SNIPPET_CHARS = 76


async def boards(plain: PlainSurface, _: str) -> None:
    """List the boards: unread counts in words, not columns, for ears as well as eyes."""
    listed = await lookup.list_boards(plain.community)
    plain.news.boards = {board.id: board for board in listed.boards}
    seats = {seat.board: seat for seat in listed.seats}
    counts: dict[str, int] = {}
    for entry in (await plain.community.call(GetUnread())).threads:
        counts[entry.board] = counts.get(entry.board, 0) + entry.posts
    for board in listed.boards:
        seat = seats.get(board.id)
        notes = [
            f"{counts[board.id]} unread" if board.id in counts else "",
            ("moderator" if seat.moderator else seat.state.value) if seat else "no seat",
            f"posts fade after {board.retention_days} days" if board.retention_days else "",
            "private" if board.visibility.value == "private" else "",
        ]
        noted = ", ".join(note for note in notes if note)
        plain.print_lines(f"{board.label}: {board.title or ''} ({noted})")
    if not counts:
        plain.print_lines("All caught up.")


async def open_place(plain: PlainSurface, argument: str) -> None:
    """Go where an address says and show what is there."""
    if not argument:
        raise BadParams("address", "open takes an address, like garden or garden/42")
    found = await lookup.find_address(plain.community, argument)
    if found.member is not None:
        member = found.member
        sysop = ", runs this server" if member.sysop else ""
        plain.print_lines(f"{member.label}: {member.name or ''}, {member.state.value}{sysop}")
        return
    if found.board is None:
        raise NotFound("board")
    plain.board, plain.thread, plain.post = found.board, found.thread, found.post
    plain.in_lounge = found.line is not None or argument.endswith("/lounge")
    if found.post is not None and found.thread is not None:
        show_post(plain, found.board, found.thread, found.post)
    elif found.thread is not None:
        await read(plain, "")
    elif plain.in_lounge:
        await lounge(plain, "")
    else:
        plain.print_lines(
            f"{found.board.label}: {found.board.title or ''}", found.board.charter or "", ""
        )
        await threads(plain, "")


async def back(plain: PlainSurface, _: str) -> None:
    """Go from a thread or lounge to its board, from a board to nowhere."""
    if plain.thread is not None or plain.in_lounge:
        plain.thread, plain.in_lounge = None, False
    else:
        plain.board = None
    plain.post = None
    plain.print_lines(
        f"You are on {plain.place}." if plain.board else "No board is open; type a board's name."
    )


async def threads(plain: PlainSurface, _: str) -> None:
    """List the newest threads of the board one is on."""
    board = _here(plain)
    listed = await lookup.list_threads(plain.community, board, THREADS)
    counts = {
        entry.thread: entry.posts
        for entry in (await plain.community.call(GetUnread(board=board.id))).threads
    }
    for thread in listed:
        who = author_name(thread.author, plain.news.members)
        unread_note = f", {counts[thread.id]} unread" if thread.id in counts else ""
        posts = "1 post" if thread.posts == 1 else f"{thread.posts} posts"
        plain.print_lines(
            f"{board.label}/{thread.number}: {render.title_of(thread)} "
            f"(by {who}, {posts}{unread_note})"
        )
    if not listed:
        plain.print_lines("No threads yet; post TITLE starts one.")


async def read(plain: PlainSurface, argument: str) -> None:
    """Show the thread one is in, as a tree, from a number on."""
    await _read(plain, argument, flat=False)


async def read_flat(plain: PlainSurface, argument: str) -> None:
    """Show the thread one is in in the order of time, from a number on."""
    await _read(plain, argument, flat=True)


async def _read(plain: PlainSurface, argument: str, *, flat: bool) -> None:
    if plain.in_lounge:
        await lounge(plain, "")
        return
    board = _here(plain)
    if plain.thread is None:
        raise BadParams("address", "open a thread first, like garden/42")
    first = int(argument) if argument.isdecimal() else 1
    thread = (await plain.community.call(GetThread(thread=plain.thread.id))).thread
    plain.thread = thread
    posts = await lookup.list_posts(plain.community, thread, after=first - 1)
    plain.print_lines(render.title_of(thread), "")
    members = plain.news.members
    plain.tell_all(render.tree_lines(board, thread, posts, members, flat=flat, width=plain.width))
    plain.note_shown(thread.id, [each.number for each in posts])
    plain.post = posts[-1] if posts else None


async def lounge(plain: PlainSurface, _: str) -> None:
    """Show the newest lines of the lounge of the board one is on."""
    board = _here(plain)
    plain.thread, plain.in_lounge, plain.post = None, True, None
    await plain.community.listen({lounge_stream(board.id): -1})
    lines = await lookup.list_lines(plain.community, board, LINES)
    plain.tell_all(render.chat_line(line, plain.news.members) for line in lines)
    if not lines:
        plain.print_lines("It is quiet here; say WORDS says something.")


async def search(plain: PlainSurface, argument: str) -> None:
    """Search, newest first."""
    if not argument:
        raise BadParams("query", "search takes words, like: search frost from:ana")
    page = await plain.community.call(Search(query=argument, limit=FOUND))
    _tell_page(plain, page)


async def mentions(plain: PlainSurface, _: str) -> None:
    """List the posts that mention one, newest first."""
    _tell_page(plain, await plain.community.call(ListMentions(limit=FOUND)))


async def mark(plain: PlainSurface, argument: str) -> None:
    """Mark the thread one is in, or everything on the board, as read."""
    board = _here(plain)
    whole_board = argument.startswith("b") or plain.thread is None
    entries = (await plain.community.call(GetUnread(board=board.id))).threads
    wanted = [
        entry.thread
        for entry in entries
        if whole_board or (plain.thread is not None and entry.thread == plain.thread.id)
    ]
    for thread_id in wanted:
        thread = (await plain.community.call(GetThread(thread=thread_id))).thread
        await plain.community.call(MarkPosts(thread=thread_id, first=1, last=max(1, thread.posts)))
    if whole_board:
        plain.drop_from_round(board=board.id)
    elif plain.thread is not None:
        plain.drop_from_round(thread=plain.thread.id)
    plain.print_lines(
        f"Marked as read: {f'everything on {board.label}' if whole_board else plain.place}."
    )


async def unread(plain: PlainSurface, argument: str) -> None:
    """Make the thread one is in unread from a number on."""
    if plain.thread is None or not argument.isdecimal() or int(argument) < 1:
        raise BadParams("number", "open a thread, then: unread NUMBER")
    await plain.passed.mark()
    last = max(int(argument), plain.thread.posts)
    await plain.community.call(
        MarkPosts(thread=plain.thread.id, first=int(argument), last=last, read=False)
    )
    plain.print_lines(f"Unread from {plain.place}/{argument} on.")


def _here(plain: PlainSurface) -> Board:
    if plain.board is None:
        raise BadParams("address", "open a board first; boards lists them")
    return plain.board


def show_post(
    plain: PlainSurface, board: Board, thread: Thread, post: Post, answers: int | None = None
) -> None:
    """Show one post, to be marked once it is passed.

    Args:
        plain: The visit.
        board: Where the thread stands.
        thread: The post's.
        post: With a number.
        answers: The number of the post it answers; None where that needs no saying.
    """
    place = f"{board.label}/{thread.number}"
    told = f"{place}/{answers}" if answers else ""
    address, members = f"{place}/{post.number}", plain.news.members
    plain.tell_all(render.post_lines(post, address, members, answers=told, width=plain.width))
    plain.post = post
    plain.note_shown(thread.id, [post.number])


def _tell_page(plain: PlainSurface, page: SearchPage) -> None:
    plain.tell_all(page.notes)
    tell_found(plain, page.found, "Nothing was found.")


def tell_found(plain: PlainSurface, found: Sequence[PostInThread], nothing: str) -> None:
    """List posts that were found, or say that there is nothing."""
    for each in found:
        plain.tell_all(_found_lines(plain, each))
    if not found:
        plain.print_lines(nothing)


def _found_lines(plain: PlainSurface, found: PostInThread) -> list[str]:
    board = plain.news.boards.get(found.post.board)
    address = f"{board.label if board else 'a board'}/{found.thread.number}/{found.post.number}"
    who = sanitize(author_name(found.post.author, plain.news.members))
    first = next((line for line in render.text_of(found.post).split("\n") if line.strip()), "")
    return [
        f"{address}, {who}: {render.title_of(found.thread, found.post)}",
        f"  {first[:SNIPPET_CHARS]}",
    ]

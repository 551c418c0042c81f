"""Reading in lines: boards, places, threads, posts and search results, from the mirror."""

import re
from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from bbs.errors import BadParams, Disconnected
from bbs.features.boards.messages import Visibility
from bbs.features.members.author_text import member_name, script_note, writer_name
from bbs.features.reading.messages import GetInbox, ListSaved, PostInThread, Search
from bbs.features.reading.rules import parse_search
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import ContentState, Post
from bbs.messages import Request, Result
from bbs.plural import counted, hours_in_words
from bbs.terminal import render
from bbs.terminal.held_text import describe_held
from bbs.terminal.inbox_text import inbox_lines
from bbs.terminal.output import local_time
from bbs.text import sanitize
from bbs_client.actions.lookup import saved_on_device
from bbs_client.mirror.file import BoardRow, LoungeNews
from bbs_client.plain.here import Here, Spot
from bbs_client.session.arrangement import shelves
from bbs_client.session.banners import describe_banners
from bbs_client.session.board_news import describe_nature, describe_news
from bbs_client.session.consent import describe_change, unaccepted
from bbs_client.session.leaving_sheets import leaving_banner
from bbs_client.session.letters import who_may_come
from bbs_client.session.narrowed import narrowed_at
from bbs_client.session.pack_words import move_banner
from bbs_client.session.proposals import describe_waiting
from bbs_client.session.retention import retention_of
from bbs_client.session.session import Session
from bbs_client.session.standing import describe_seat

THREADS = 20
LINES = 20
FOUND = 20
SNIPPET_CHARS = 76
R = TypeVar("R", bound=Result)


async def show_boards(here: Here) -> None:
    """List the boards, with unread counts in words instead of columns, for screen readers."""
    cache = here.session.cache
    rows = {row.board.id: row for row in cache.boards()}
    lounges = cache.lounges()
    for folder in shelves(cache.folders(), tuple(rows)):
        if folder.name is not None:
            here.lines.tell(f"In {folder.name}:")
        here.lines.tell(
            *(_board_line(here.session, rows[one], lounges.get(one)) for one in folder.boards)
        )
    if not any(row.unread for row in rows.values()):
        here.lines.tell("All caught up.")


def _board_line(session: Session, row: BoardRow, lounge: LoungeNews | None) -> str:
    board, seat = row.board, describe_seat(session, row).removesuffix(".")
    notes = [
        f"{row.unread} unread" if row.unread else "",
        _news_of_lounge(lounge) if lounge else "",
        f"{seat[:1].lower()}{seat[1:]}",
        retention_of(board) if board.retention_days else "",
        "private" if board.visibility is Visibility.PRIVATE else "",
    ]
    return f"{board.label}: {board.title or ''} ({', '.join(note for note in notes if note)})"


def _news_of_lounge(news: LoungeNews) -> str:
    calls = f", {news.mentions} of them {'call' if news.mentions > 1 else 'calls'} you"
    lines = f"{counted(news.lines, 'new line')} in the lounge"
    return lines + (calls if news.mentions else "")


async def show_spot(here: Here, spot: Spot, *, headed: bool) -> None:
    """Show the thing at a spot, up to date if the server answers.

    Args:
        here: The reader's place.
        spot: A spot on a board.
        headed: Whether to print first the reader's restriction there, and for a board its head.
    """
    row = here.board_here()
    await here.session.connection.open_board(row.board.id)
    post = here.session.cache.post(spot.post) if spot.post else None
    if headed:
        here.lines.tell(*describe_banners(here.session, row.board.id))
    if headed and (leaves := leaving_banner(here.session, row.board.id, "leave")):
        here.lines.tell(leaves)
    if headed and (moves := move_banner(here.session, row.board.id, "consent")):
        here.lines.tell(moves)
    if headed and (narrowed := narrowed_at(here.session, row.board.id, spot.thread)):
        here.lines.tell(narrowed.text)
    if headed and (changed := unaccepted(here.session, row.board.id)) is not None:
        here.lines.tell(f"{describe_change(changed)} Say seat {changed.board.label}.")
    if post is not None:
        show_post(here, post)
    elif spot.thread is not None:
        await show_thread(here, spot.thread)
    elif spot.in_lounge:
        _show_lounge(here, row)
    else:
        if headed:
            here.lines.tell(
                f"{row.board.label}: {row.board.title or ''}", row.board.charter or "", ""
            )
            for says in (describe_nature(row), describe_news(here.session, row, "say renew")):
                here.lines.tell(*([says, ""] if says else []))
            if (news := here.session.cache.lounges().get(row.board.id)) is not None:
                here.lines.tell(f"{_news_of_lounge(news)} (say lounge).", "")
            if waits := describe_waiting(here.session, row.board.id, local_time):
                here.lines.tell(f"{waits} (say proposals).", "")
        _show_threads(here, row)


def _show_threads(here: Here, row: BoardRow) -> None:
    """List the newest threads of a board."""
    session = here.session
    waiting = session.pending_threads(row.board.id)
    here.lines.tell(*(f"({item.stands}): {item.title}" for item in waiting))
    listed = session.cache.threads(row.board.id)[:THREADS]
    for thread, unread in listed:
        who = writer_name(thread.author, thread.via, session.members)
        notes = f"{counted(thread.posts, 'post')}{f', {unread} unread' if unread else ''}"
        notes += ", pinned" if thread.pinned else ""
        where = session.address(thread) or "held"
        here.lines.tell(f"{where}: {render.title_of(thread)} (by {who}, {notes})")
    if not listed and not waiting:
        here.lines.tell("No threads yet; post TITLE starts one.")


def _show_lounge(here: Here, row: BoardRow) -> None:
    """Show the newest lines of a lounge, and which of them are new since the reader was here."""
    session, board = here.session, row.board.id
    lines, waiting = session.cache.lines(board), session.pending_lines(board)
    news, looked = session.cache.lounges().get(board), session.cache.looked(board)
    is_new = [news is not None and line.number > looked > 0 for line in lines]
    seen, new = lines[: len(lines) - sum(is_new)], lines[len(lines) - sum(is_new) :]
    members, me = dict(session.members), session.cache.reader
    here.lines.tell(*(render.chat_line(line, members, me) for line in seen[-LINES:]))
    if news is not None and new:
        here.lines.tell(f"Since you were here, {_news_of_lounge(news)}:")
    here.lines.tell(*(render.chat_line(line, members, me) for line in new))
    here.lines.tell(*(f"({item.stands}): {item.body}" for item in waiting))
    if not lines and not waiting:
        kept = hours_in_words(row.board.lounge_hours)
        begins = "" if row.only_reads else "; say WORDS says something"
        here.lines.tell(f"Nobody has said anything in the last {kept}{begins}.")
    session.look_into(board)


async def show_thread(here: Here, thread: str, *, first: int = 1, flat: bool = False) -> None:
    """Show a thread from a number on, as a tree, or in the order of time.

    Raises:
        Disconnected: If it is not on this device.
    """
    session = here.session
    await session.connection.open_thread(thread)
    row = session.cache.thread(thread)
    board = session.cache.board(row.thread.board) if row else None
    if row is None or board is None:
        raise Disconnected("this thread is not on this device")
    numbers = [number for number in session.cache.tree(thread).numbers if number >= first]
    posts = session.cache.posts(thread, numbers)
    is_letter = session.cache.is_letter(row.thread.board)
    titled = render.given_title(row.thread) or session.address(row.thread)
    here.lines.tell(titled, "")
    if late := who_may_come(session, board.board.id):
        here.lines.tell(late, "")
    members, width = dict(session.members), here.lines.width
    place = session.address(row.thread)
    here.lines.tell(
        *render.tree_lines(place, quoting(session, posts), members, flat=flat, width=width)
    )
    if not row.thread.posts and is_letter:
        here.lines.tell("Nothing is written in it yet; reply writes the first words.")
    if session.cache.missing(thread):
        here.lines.tell("", "Not all of this thread is on this device; it comes when online.")
    for item in session.pending_posts(thread):
        here.lines.tell("", f"({item.stands}):", *indented(item.body))
    for post in posts:
        here.note_shown(post)


async def turn(here: Here, number: str) -> None:
    """Show the thread that is open in the order of time, from a number on."""
    first = int(number) if number.isdecimal() else 1
    await show_thread(here, here.thread_here(), first=first, flat=True)


async def back(here: Here, _: str) -> None:
    """Go from a thread or lounge to its board, from a board to nowhere."""
    inside = here.in_thread or here.in_lounge
    here.here = Spot(here.here.board) if inside else Spot()
    where = here.address
    here.lines.tell(f"You are on {where}." if where else "No board is open; type a board's name.")


async def parent(here: Here, _: str) -> None:
    """Show the post that the last shown post answers."""
    post = here.post_here(held=True)
    answered = here.session.cache.post(post.parent) if post.parent else None
    if answered is None and post.parent:
        await here.session.connection.open_thread(post.thread)
        answered = here.session.cache.post(post.parent)
    if answered is None:
        here.lines.tell("It answers no other post.")
    else:
        show_post(here, answered)


_quotes = re.compile(r"^(> )([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$", re.MULTILINE).sub


def quoting(session: Session, posts: Sequence[Post]) -> list[Post]:
    """Return posts with the addresses of those that they quote by id, as in letters."""

    def address(found: re.Match[str]) -> str:
        quoted = session.cache.post(found[2])
        return found[1] + (session.address(quoted) if quoted is not None else found[2])

    return [
        post if post.body is None else replace(post, body=_quotes(address, post.body))
        for post in posts
    ]


def show_post(here: Here, post: Post) -> None:
    """Show one post; it is marked as read when the reader goes on."""
    session = here.session
    answered = session.cache.post(post.parent) if post.parent else None
    here.lines.tell(
        *render.post_lines(
            quoting(session, [post])[0],
            session.address(post) or "held",
            dict(session.members),
            answers=session.address(answered) if answered else "",
            width=here.lines.width,
        )
    )
    here.note_shown(post)


async def tell_about_post(here: Here, post: Post) -> None:
    """Print the facts about a post besides its text, its earlier wordings included."""
    session, lines = here.session, here.lines
    at = f"{local_time(post.at)}{script_note(post.via)}"
    if post.state is ContentState.HELD:
        lines.tell(f"It was written {at}.", describe_held(post, local_time))
    else:
        written = f"written {at}, published {local_time(post.visible_at)}"
        lines.tell(f"{session.address(post)}: {written}")
    if post.fades_at is not None:
        lines.tell(f"It fades on {post.fades_at.astimezone():%Y-%m-%d}.")
    if not post.edits:
        lines.tell("It was never edited.")
        return
    for revision in (await session.connection.call(GetHistory(post=post.id))).revisions:
        at = f"{local_time(revision.at)}{script_note(revision.via)}"
        lines.tell(f"Wording of {at}:", *indented(revision.body or ""))


async def search(here: Here, words: str) -> None:
    """Search, newest first: on the server, or on this device if it does not answer.

    Raises:
        BadParams: If the query is empty.
    """
    if not words:
        raise BadParams("query", "search takes words, like: search fro* from:ana")
    page = await _ask(here, Search(query=words, limit=FOUND))
    here.lines.tell(*(page.notes if page else ()))
    found = page.found if page else here.session.cache.find(parse_search(words))
    _tell_found(here, found, "Nothing was found.")


async def tell_inbox(here: Here) -> None:
    """List answers, mentions, thanks and notices for the reader, newest first. Marks nothing."""
    session = here.session
    page = await _ask(here, GetInbox(limit=FOUND))
    items = page.items if page else session.cache.inbox()[:FOUND]
    boards = {row.board.id: row.board for row in session.cache.boards()}
    letters = {row.letter.id: session.slug(row.letter.id) for row in session.cache.letters()}
    for row in session.cache.asked_of_me():
        asks = member_name(row.letter.asked_by, session.members)
        here.lines.tell(f"{asks} asks you for a letter (say letters).")
    for item in items:
        here.lines.tell(*inbox_lines(item, {**boards, **letters}, dict(session.members)))
    if not items:
        here.lines.tell("Nothing here yet.")


async def tell_saved(here: Here) -> None:
    """List the reader's saved posts, the last published first."""
    session = here.session
    page = await _ask(here, ListSaved(limit=FOUND))
    # A fresh choice is in the mirror before the server has it.
    known = [one for one in (page.found if page else ()) if session.is_saved(one.post)]
    found = {one.post.id: one for one in (*known, *saved_on_device(session))}
    in_time = sorted(found.values(), key=lambda one: (one.post.at, one.post.id), reverse=True)
    _tell_found(here, in_time, "You saved nothing; save keeps the post shown last.")


async def _ask(here: Here, request: Request[R]) -> R | None:
    """Ask the server; print a note and return None if it does not answer."""
    try:
        return await here.session.connection.call(request)
    except Disconnected:
        here.lines.tell("You are offline; this is what is on this device.")
        return None


def _tell_found(here: Here, found: Sequence[PostInThread], nothing: str) -> None:
    for each in found:
        here.lines.tell(*_found_lines(here.session, each))
    if not found:
        here.lines.tell(nothing)


def _found_lines(session: Session, found: PostInThread) -> list[str]:
    post = found.post
    row = session.cache.board(post.board)
    place = render.address_in(
        session.slug(post.board) if row else "a board", found.thread, post.number
    )
    who = sanitize(writer_name(post.author, post.words_via, session.members))
    first = next((line for line in render.text_of(post).split("\n") if line.strip()), "")
    return [
        ": ".join(filter(None, (f"{place}, {who}", render.given_title(found.thread, post)))),
        f"  {first[:SNIPPET_CHARS]}",
    ]


def indented(text: str) -> list[str]:
    """Return the lines of a text, indented below their heading."""
    return [f"  {line}" for line in text.split("\n")]

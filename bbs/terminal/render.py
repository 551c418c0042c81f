"""Render boards, threads, posts and lounge lines as text for people. Pure."""

from collections.abc import Mapping, Sequence

from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat
from bbs.features.members.author_text import BY_SCRIPT, author_name, writer_name
from bbs.features.threads.tree import tree_order
from bbs.features.threads.views import ContentState, Line, Post, Thread, end_word, is_untitled
from bbs.ids import MemberId
from bbs.powers import Way
from bbs.sdk.lookup import Members
from bbs.terminal.output import local_time, table
from bbs.terminal.wrapping import wrapped
from bbs.text import sanitize

INDENT = "  "
SNIPPET_CHARS = 76
INDENT_DEPTH_MAX = 10  # deeper answers stay in this column, so that 80 columns have room for text

Boards = Mapping[str, Board | str]
"""Boards by id; of a letter the address."""


def boards_table(
    boards: Sequence[Board], seats: Mapping[str, Seat], unread: Mapping[str, int]
) -> list[str]:
    """Return boards as a table: slug, the member's seat, unread posts, title."""
    rows = [
        [
            board.label,
            _seat_or_visibility(board, seats.get(board.id)),
            str(unread.get(board.id) or ""),
            board.title or "",
        ]
        for board in boards
    ]
    return table(rows, ("BOARD", "SEAT", "UNREAD", "TITLE"))


def threads_table(
    board: Board, threads: Sequence[Thread], members: Members, unread: Mapping[str, int]
) -> list[str]:
    """Return threads as a table: address, posts, unread posts, newest post, author, title."""
    rows = [
        [
            f"{board.label}/{thread.number}",
            str(thread.posts),
            str(unread.get(thread.id) or ""),
            local_time(thread.last_at),
            writer_name(thread.author, thread.via, members),
            f"{'(pinned) ' if thread.pinned else ''}{title_of(thread)}",
        ]
        for thread in threads
    ]
    return table(rows, ("THREAD", "POSTS", "UNREAD", "NEWEST", "STARTED BY", "TITLE"))


def post_lines(
    post: Post,
    address: str,
    members: Members,
    *,
    depth: int = 0,
    answers: str = "",
    width: int | None = None,
) -> list[str]:
    """Return a post as lines: author and notes, its own subject if any, and its text, indented.

    Args:
        post: The post.
        address: Its address for people.
        members: For its author's name.
        depth: The depth of its indentation.
        answers: The address of the post it answers; empty if the indentation shows it.
        width: Columns to wrap its text to; None not to wrap it, for pipes.
    """
    indent = INDENT * min(depth, INDENT_DEPTH_MAX)
    notes = [local_time(post.at)]
    if answers:
        notes.append(f"answers {answers}")
    if post.via is Way.SCRIPT:
        notes.append(BY_SCRIPT)
    if post.edits:
        notes.append(f"edited {BY_SCRIPT}" if post.edited_via is Way.SCRIPT else "edited")
    if post.state is ContentState.HELD:
        notes.append(f"held until {local_time(post.visible_at)}")
    if post.fades_at and post.body is not None:
        notes.append(f"fades on {post.fades_at.astimezone():%Y-%m-%d}")
    who = sanitize(author_name(post.author, members))
    head = f"{indent}{address}  {who}  {', '.join(notes)}"
    # The text stands deeper than head and subject, so that no body can forge a head (P13).
    above = [head]
    if post.subject is not None:
        above += wrapped(f"{indent}Subject: {sanitize(post.subject)}", width)
    lines = (f"{indent}{INDENT}{line}".rstrip() for line in text_of(post).split("\n"))
    return [*above, *(piece for line in lines for piece in wrapped(line, width))]


def board_label(board_id: str, boards: Boards) -> str:
    """Return what a board is called in addresses; "a board" if it is not among `boards`."""
    board = boards.get(board_id)
    if isinstance(board, str):
        return board
    return board.label if board else "a board"


def address_in(place: str, thread: Thread, number: int | None = None) -> str:
    """Return the address of a thread, or of a post in it.

    Args:
        place: What its board is called in addresses, or its letter, whose one thread needs no number.
        number: The post's; None for the thread.
    """
    address = place if place.startswith("~") else f"{place}/{thread.number}"
    return address if number is None else f"{address}/{number}"


def post_summary(post: Post, thread: Thread, boards: Boards, members: Members) -> list[str]:
    """Return a post as two lines: where, who, when and in which thread; and how it begins."""
    address = address_in(board_label(post.board, boards), thread, post.number)
    who = sanitize(writer_name(post.author, post.words_via, members))
    first = next((line for line in text_of(post).split("\n") if line.strip()), "")
    return [
        "  ".join(filter(None, (address, who, local_time(post.at), given_title(thread, post)))),
        f"    {_snippet(first)}",
    ]


def line_summary(line: Line, boards: Boards, members: Members) -> list[str]:
    """Return a line of a lounge as `post_summary` does a post."""
    address = f"{board_label(line.board, boards)}/lounge/{line.number}"
    who = sanitize(writer_name(line.author, line.via, members))
    first = next((row for row in text_of(line).split("\n") if row.strip()), "")
    return [f"{address}  {who}  {local_time(line.at)}", f"    {_snippet(first)}"]


def tree_lines(
    place: str,
    posts: Sequence[Post],
    members: Members,
    *,
    flat: bool,
    width: int | None = None,
) -> list[str]:
    """Return posts of one thread, as a tree or by number, an empty line between them.

    Args:
        place: The address of the thread.
        posts: Any of its posts.
        members: For the authors' names.
        flat: True for the order of numbers, without indentation.
        width: As in `post_lines`.
    """
    numbers = {post.id: post.number for post in posts}
    by_number = {post.number: post for post in posts if post.number is not None}
    if flat:
        order = [(number, 0) for number in by_number]
    else:
        order = tree_order(
            [(number, numbers.get(post.parent or "")) for number, post in by_number.items()]
        )
    lines: list[str] = []
    for number, depth in order:
        post = by_number[number]
        parent = numbers.get(post.parent or "")
        answers = f"{place}/{parent}" if parent and (flat or depth > INDENT_DEPTH_MAX) else ""
        address = f"{place}/{number}"
        lines += post_lines(post, address, members, depth=depth, answers=answers, width=width)
        lines.append("")
    return lines[:-1]


def chat_line(line: Line, members: Members, me: MemberId | None = None) -> str:
    """Return a lounge's line: time, who, words; further lines of it are indented.

    Args:
        members: For names.
        me: The reader, who is told if it calls them; None for nobody.
    """
    who = sanitize(writer_name(line.author, line.via, members))
    who += " calls you" if me in line.mentions else ""
    head = f"{line.at.astimezone():%H:%M} {who}: "
    return head + text_of(line).replace("\n", "\n" + " " * 8)


def text_of(item: Post | Line) -> str:
    """Return the text of a post or line, clean, or its marker."""
    if item.body is not None:
        return sanitize(item.body, multiline=True)
    if item.hold_until is not None:
        return f"(held by a moderator until {item.hold_until.astimezone():%Y-%m-%d %H:%M})"
    if item.of_removed:
        return "(hidden: its author was removed)"
    return f"({end_word(item)})" if item.norm is None else f"(hidden by {item.norm_name})"


def given_title(thread: Thread, post: Post | None = None) -> str:
    """Return as `title_of`, or nothing for a letter that nobody gave a title: its people name it."""
    untitled = is_untitled(thread) and (post is None or post.subject is None)
    return "" if untitled else title_of(thread, post)


def title_of(thread: Thread, post: Post | None = None) -> str:
    """Return a thread's title, or a post's own subject, clean, or the thread's marker."""
    if post is not None and post.subject is not None:
        return sanitize(post.subject)
    if is_untitled(thread):
        return "(no title)"
    return sanitize(thread.title) if thread.title is not None else f"({end_word(thread)})"


def seat_word(seat: Seat) -> str:
    """Return a word for a seat: moderator, or its state."""
    return "moderator" if seat.moderator else seat.state.value


def _seat_or_visibility(board: Board, seat: Seat | None) -> str:
    if seat is not None:
        return seat_word(seat)
    return "" if board.visibility is Visibility.MEMBERS else board.visibility.value


def _snippet(text: str) -> str:
    return text if len(text) <= SNIPPET_CHARS else f"{text[: SNIPPET_CHARS - 1].rstrip()}…"

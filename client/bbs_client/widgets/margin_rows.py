"""What stands in the margin, as rows: a thread's outline, the round, a peek, tasks, a lounge."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.style import Style

from bbs.features.members.views import Author
from bbs.features.threads.views import ContentState, Line, Post, end_word
from bbs_client.hues import hue_of
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of, thread_title
from bbs_client.session.session import Session
from bbs_client.widgets import post_rows
from bbs_client.widgets.margin import MarginRow
from bbs_client.widgets.rails import LEVEL_MAX
from bbs_client.widgets.rows import aligned

if TYPE_CHECKING:
    from bbs_client.widgets.thread_posts import ThreadPosts

TASK_ROWS_MAX = 3  # a longer task says nothing more
_LIGHT = Style(bold=False)


class Stage(NamedTuple):
    """A thread of the round, done or to come.

    Attributes:
        done: Whether the reader went on from all its posts.
    """

    thread: str
    done: bool


def section(heading: str, rows: Iterable[MarginRow]) -> list[MarginRow]:
    """Return rows below a heading and a blank row; nothing where there are none."""
    found = list(rows)
    if not found:
        return []
    return [MarginRow(Content.styled(heading, "strong")), MarginRow.blank(), *found]


def stacked(sections: Iterable[Sequence[MarginRow]]) -> list[MarginRow]:
    """Return sections one below the other, with a blank row between."""
    rows: list[MarginRow] = []
    for each in filter(None, sections):
        rows += [MarginRow.blank()] * bool(rows)
        rows += each
    return rows


def window(count: int, at: int, rows: int) -> range:
    """Return which of `count` rows to show in so many, with row `at` in the middle if possible."""
    first = min(max(0, at - rows // 2), max(0, count - rows))
    return range(first, min(count, first + max(0, rows)))


# A thread's outline


def outline(
    view: "ThreadPosts", width: int, rows: int, go: Callable[[int], None]
) -> list[MarginRow]:
    """Return the posts around the cursor, a row each: bead, author and number.

    Args:
        rows: The most rows; a thread with more is cut at both ends of the view.
        go: Called with the place of a post that is clicked.
    """
    return [
        MarginRow(
            _outline_row(view, place, width),
            here=place == view.cursor,
            lit=place == view.cursor,
            go=partial(go, place),
        )
        for place in window(len(view.keys), view.cursor, rows)
    ]


def _outline_row(view: "ThreadPosts", place: int, width: int) -> Content:
    shown = view.glance(place)
    indent = "  " * min(shown.level, LEVEL_MAX)
    number = f"#{shown.number}" if shown.number else ""
    post = shown.post
    if shown.is_unsent or (post is not None and post.state is ContentState.HELD):
        mine = post_rows.own_name(view.session) if post is None else _handle(view.session, post)
        head = Content.assemble(("◌ ", "warn"), mine)
    elif post is None:
        head = Content.styled("·", "rail")
    elif post.hold_until is not None:
        head = Content.assemble(("◌ ", "warn"), ("held", "dim"))
    elif post.body is None:
        head = Content.assemble(("· ", "rail"), (end_word(post), "dim"))
    else:
        name = Content.styled(_handle(view.session, post), hue_of(post.author))
        bead = ("● ", "new") if shown.is_unread else ("○ ", "rail")
        head = Content.assemble(bead, name if shown.is_unread else name.stylize(_LIGHT))
    return aligned(Content(indent) + head, number, width)


def _handle(session: Session, said: Post | Line) -> str:
    return handle_of(said.author, session.members)


# The round


def round_path(
    stages: Sequence[Stage],
    title_of: Callable[[str], str],
    here: str | None,
    width: int,
    rows: int,
    go: Callable[[str], None],
) -> list[MarginRow]:
    """Return the round's threads, a row each, down to its end; the end always stands there.

    Args:
        stages: The threads in the order of the round.
        title_of: Returns a thread's title, cleaned.
        here: The thread that is open.
        rows: The most rows.
        go: Called with a thread that is clicked.
    """
    if not stages:
        return []
    places = {stage.thread: place for place, stage in enumerate(stages)}
    at = places.get(here or "", next((p for p, each in enumerate(stages) if not each.done), 0))
    seen = window(len(stages), at, rows - 1)
    below = len(stages) - seen.stop
    if below and len(seen) > 1:
        seen = seen[:-1]
        below += 1
    found = []
    for stage in stages[seen.start : seen.stop]:
        title = Content(title_of(stage.thread))
        if stage.thread == here:
            title = title.stylize("strong")
        elif stage.done:
            title = title.stylize("dim")
        bead = ("○ ", "rail") if stage.done else ("● ", "new")
        text = (Content.assemble(bead) + title).truncate(width, ellipsis=True)
        is_here = stage.thread == here
        found.append(MarginRow(text, here=is_here, go=partial(go, stage.thread)))
    if below:
        found.append(MarginRow(Content.styled(f"  {below} more", "dim")))
    return [*found, MarginRow(Content.assemble(("◇ ", "rail"), ("the end", "dim")))]


# One post of a thread that is not open


def peek(
    session: Session, thread: str, width: int, among: Collection[int] | None = None
) -> list[MarginRow]:
    """Return the first new post of a thread, or its last one; looking marks nothing as read (P2).

    Args:
        among: The numbers of the posts to look at; None for all.
    """
    unread = [one for one in session.cache.unread(thread) if among is None or one in among]
    row = session.cache.thread(thread)
    numbers = unread[:1] or ([row.thread.posts] if row is not None and row.thread.posts else [])
    post = next(iter(session.cache.posts(thread, numbers)), None)
    if post is None:
        return []
    more = f"  first of {len(unread)} new" if len(unread) > 1 else ""
    head = Content.assemble(
        ("● ", "new") if unread else ("○ ", "rail"),
        (_handle(session, post), hue_of(post.author)),
        (more, "dim"),
    )
    at = session.times.short(post.at)
    facts = f"#{post.number}  {at}" if post.number else at
    if head.cell_length + len(facts) + 2 > width:
        facts = f"#{post.number}" if post.number else ""
    room = width - 3
    said = post_rows.words(session, post, room)
    rail = Content.assemble(("│  ", "rail"))
    body = (MarginRow((rail + row).truncate(width)) for row in said)
    return section(
        "First new post" if unread else "Last post", [MarginRow(aligned(head, facts, width)), *body]
    )


# Home, and lounges


def coming_up(session: Session, width: int) -> list[MarginRow]:
    """Return the planned events, each on its day: the server's next stop, the community's end."""
    events, times, now = [], session.times, session.now()
    if (rests := session.maintenance_at) is not None:
        events.append((rests, f"The server rests from {times.clock(rests)}"))
    if (closing := session.cache.closing()) is not None:
        events.append((closing.read_only_at, "The community is read-only from here"))
        events.append((closing.closed_at, "The community closes"))
    return [
        MarginRow(row)
        for at, says in sorted(events)
        if at > now
        for row in _hanging(Content.styled(f"{times.day(at)}  ", "dim"), says, width)
    ]


def _hanging(head: Content, text: str, width: int) -> list[Content]:
    """Return a text, cleaned, in rows after a head, all of them beginning at one column."""
    blank = Content(" " * head.cell_length)
    rows = wrapped(text, width - head.cell_length)
    return [(blank if at else head) + row for at, row in enumerate(rows)]


def task(says: Content, go: Callable[[], None], width: int) -> list[MarginRow]:
    """Return a task in a few rows that lead to it.

    Args:
        says: A line about it, cleaned.
    """
    first, *rest = says.wrap(width)
    more = Content(" ").join(row.rstrip() for row in rest).wrap(width - 2) if rest else []
    cut = [*more[: TASK_ROWS_MAX - 1]]
    if len(more) > len(cut):
        cut[-1] = (cut[-1] + Content(" …")).truncate(width - 2, ellipsis=True)
    return [MarginRow(first, go=go), *(MarginRow(Content("  ") + row, go=go) for row in cut)]


def charter(text: str, fading: str, width: int) -> list[MarginRow]:
    """Return what a lounge's board is for, when lines fade, and how to keep some.

    Args:
        text: The board's charter, cleaned.
        fading: When lines fade: a sentence without a full stop.
    """
    keep = (
        f"{fading[:1].upper()}{fading[1:]}. To keep some, mark them with {key_of('make_thread')}:"
    )
    says = wrapped(f"{keep} they become a thread.", width)
    blank = [Content("")] * bool(text)
    return [MarginRow(row) for row in (*(wrapped(text, width) if text else ()), *blank, *says)]


def threads(session: Session, board: str, width: int, go: Callable[[str], None]) -> list[MarginRow]:
    """Return a board's threads with something new, a row each."""
    found = []
    for thread, unread in session.cache.threads(board):
        if unread:
            title = Content(thread_title(thread))
            text = (Content.assemble(("● ", "new")) + title).truncate(width, ellipsis=True)
            found.append(MarginRow(text, go=partial(go, thread.id)))
    return found


def talk(session: Session, board: str, width: int, rows: int) -> list[MarginRow]:
    """Return the newest lines of a lounge: speaker and time, and below them the words.

    Words stand behind a rail, so that none can pass for a speaker (P13).

    Args:
        rows: The most rows; older lines are left out.
    """
    from bbs_client.widgets.markdown import raw, wrap

    rail = Content.assemble(("│ ", "rail"))
    found: list[MarginRow] = []
    after: Author | None = None
    groups: list[list[MarginRow]] = []
    for line in session.cache.lines(board, limit=rows):
        body = (
            [Content.styled(post_rows.marker_of(session, line), "dim")]
            if line.body is None
            else wrap(raw(line.body), width - 2)
        )
        if line.author != after:
            clock = session.times.moment(line.at)
            name = Content.styled(_handle(session, line), hue_of(line.author))
            groups.append([MarginRow(aligned(name, clock, width))])
        groups[-1] += [MarginRow((rail + row).truncate(width)) for row in body]
        after = line.author
    for group in reversed(groups):
        if len(found) + len(group) > rows:
            break
        found[:0] = group
    return found


# Texts


def said(text: str, width: int) -> list[MarginRow]:
    """Return a sentence of ours as rows."""
    return [MarginRow(row.stylize("dim")) for row in wrapped(text, width)]


def wrapped(text: str, width: int) -> list[Content]:
    """Return a text, cleaned, as rows of at most `width` columns."""
    return list(Content(text).wrap(max(1, width)))

"""A post as rows of text: author, time, facts, and its text.

Every row of a post begins with the bar of its post: its header with a corner, its subject with a
branch, its body with a line. So no body can imitate a header or subject, whatever it contains
(P13).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from bbs.features.members.author_text import BY_SCRIPT, script_note
from bbs.features.threads.views import ContentState, Line, Post
from bbs.plural import counted
from bbs.powers import Way
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of, name_of, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import times

if TYPE_CHECKING:
    from bbs_client.widgets.markdown import Quoted

_WHILE_HELD = (("edit", "edit"), ("withdraw", "take back"))
GONE = {
    ContentState.WITHDRAWN: "(withdrawn by its author)",
    ContentState.FADED: "(faded)",
    ContentState.HIDDEN: "(hidden while a command about it waits)",
    ContentState.MOVED: "(moved; this address leads there for whoever may read it)",
    ContentState.PURGED: "(erased by the sysop; the board's log says why)",
}


def header(session: Session, post: Post, parent: int, *, unread: bool) -> Content:
    """Return the line above a post's text.

    Args:
        session: The session with names and time.
        post: The post.
        parent: The number of the post it answers; 0 for a beginning.
        unread: Whether it is new to the reader.
    """
    now = session.now()
    name = name_of(post.author, session.members)
    parts: list[str | tuple[str, str]] = [("NEW ", "new")] if unread else []
    parts.append((handle_of(post.author, session.members), "name"))
    if name:
        parts.append((f" {name}", "dim"))
    facts = []
    if post.number is not None:
        facts.append(f"#{post.number}" + (f" to #{parent}" if parent else ""))
    if post.via is Way.SCRIPT:
        facts.append(BY_SCRIPT)
    if session.me is not None and session.me.id in post.mentions:
        facts.append("calls you")
    facts.append(times.moment(post.at, now, session.zone))
    if post.state is ContentState.HELD:
        wait = (post.visible_at - now).total_seconds()
        facts.append(f"publishes in {times.span(wait)}" if wait > 0 else "being published")
        facts += [f"{key_of(function)} {does}" for function, does in _WHILE_HELD]
    if session.is_saved(post):
        facts.append("saved")
    if post.edits:
        at = f" {times.moment(post.edited_at, now, session.zone)}" if post.edited_at else ""
        facts.append(f"edited{script_note(post.edited_via)}{at}")
    if post.fades_at is not None and post.body is not None:
        facts.append(f"fades on {times.day(post.fades_at, now, session.zone)}")
    parts.append((" · " + " · ".join(facts), "dim"))
    return Content.assemble(*parts)


def pending_header(session: Session, item: UnsentItem) -> Content:
    """Return the line above something of the reader's own that is not sent yet."""
    return Content.assemble((own_name(session), "name"), " · ", unsent_state(session, item))


def own_name(session: Session) -> str:
    """Return what stands for the reader above words that are not sent yet."""
    return safe_line(session.me.handle if session.me else None, "you")


def unsent_state(session: Session, item: UnsentItem) -> Content:
    """Return the state of an unsent item: refused with the reason, being sent, or waiting."""
    if item.reason:
        return Content.styled(f"{item.stands} ({key_of('outbox')}: outbox)", "error")
    if item.asks is not None:
        return Content.styled(f"{item.stands} ({key_of('seat')})", "warn")
    if session.online:
        return Content.styled("sending…", "new")
    return Content.styled(item.stands, "warn")


def missing(number: int) -> tuple[Content, Sequence[Content]]:
    """Return the rows of a post whose text is not here."""
    header = Content.assemble((f"#{number}", "dim"))
    return header, [Content("(not on this device yet)").stylize("dim")]


def gone(session: Session, post: Post) -> list[Content]:
    """Return what stands for words that are gone."""
    return [Content(marker_of(session, post)).stylize("dim")]


def marker_of(session: Session, said: Post | Line, gone: Mapping[ContentState, str] = GONE) -> str:
    """Return in brackets why there are no words: they are gone, or hidden, and by which clause.

    Args:
        session: Whose reader may read hidden words of their own, or at the desk.
        said: Whose words.
        gone: What is said by the state.
    """
    if said.norm is None:
        return gone.get(said.state, "(hidden)")
    if session.may_read_hidden(said):
        keys = f"{key_of('hide')} shows the words, {key_of('log')} says why"
        return f"(hidden by {said.norm_name}: {keys})"
    return f"(hidden by {said.norm_name}; the board's log says why)"


def body(session: Session, text: str, room: int, *, reveal: bool = False) -> Sequence[Content]:
    """Return a body as rows of at most `room` columns.

    Args:
        session: The session with the quoted posts.
        text: Markdown.
        room: Columns.
        reveal: Whether spoilers are shown.
    """
    # Imported late, because lists are painted before any body.
    from bbs_client.widgets import markdown

    lines = markdown.rows(text, reveal=reveal, quoted=quoted_from(session))
    return markdown.wrap(lines, room)


def quoted_from(session: Session) -> "Quoted":
    """Return the function that looks up posts and lines quoted by their address."""

    def quoted(address: str) -> tuple[str, str | None] | None:
        said = session.cache.said_at(address)
        if said is None:
            return None
        via = said.words_via if isinstance(said, Post) else said.via
        return writer_of(said.author, via, session.members), said.body

    return quoted


def fold_row(posts: int, unread: int) -> Content:
    """Return the row in place of folded answers."""
    new = Content.assemble(", ", (f"{unread} new", "new")) if unread else Content("")
    return Content.assemble(("▸ ", "name"), f"{counted(posts, 'answer')} folded") + new


def divider(width: int) -> Content:
    """Return the line above the first post that was new when the thread was opened."""
    label = "── new since you were here "
    return Content.assemble((label + "─" * max(0, width - len(label)), "new"))


def framed(
    head: Content, rows: Sequence[Content], *, indent: int, room: int, subject: str | None = None
) -> list[Content]:
    """Return header, subject and rows of a post behind its bar, with a blank row below.

    Args:
        head: The header, cut to `room`.
        subject: The post's own subject, wrapped; None for none.
        rows: The body's rows, each of at most `room` columns.
        indent: Columns before the bar.
        room: Columns after the bar.
    """
    space = " " * indent
    corner = Content.assemble(space, ("┌ ", "dim"))
    bar = Content.assemble(space, ("│ ", "dim"))
    branch = Content.assemble(space, ("├ ", "dim"))
    named = [] if subject is None else Content.styled(safe_line(subject), "strong").wrap(room)
    return [
        corner + head.truncate(room, ellipsis=True),
        *(branch + row for row in named),
        *(bar + row for row in rows),
        Content(""),
    ]

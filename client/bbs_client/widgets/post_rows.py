"""A post as rows of text: its bead, its author, the facts about it, and its words.

Names and facts stand in the header alone, which begins with a bead in a column no word reaches. So no
body can imitate a header or a subject, whatever it contains (P13).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from bbs.features.members.author_text import BY_SCRIPT, full_name, script_note
from bbs.features.members.views import ImportedAuthor
from bbs.features.threads.views import ContentState, Line, Post
from bbs.ids import MemberId
from bbs.plural import counted
from bbs.powers import Way
from bbs.terminal.held_text import held_words
from bbs_client.hues import NO_HUE, hue_of, member_hue
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.session.times import Times
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.rails import Frame
from bbs_client.widgets.rows import Row

if TYPE_CHECKING:
    from bbs_client.widgets.markdown import Quoted

ENDS_SOON_DAYS = 30  # a header says when its post fades only if that is so near
_WHILE_REVIEWED = (("note", "note"),)
_WHILE_HELD = (("edit", "edit"), ("withdraw", "take back"))
_NEW, _READ = ("● ", "new"), ("○ ", "rail")
_WAITS, _OVER = ("◌ ", "warn"), ("· ", "rail")
GONE = {
    ContentState.WITHDRAWN: "withdrawn by its author",
    ContentState.FADED: "faded",
    ContentState.HIDDEN: "hidden while a command about it waits",
    ContentState.MOVED: "moved; its address leads there if you may read it",
    ContentState.PURGED: "erased by the sysop; the log says why",
}


class Header(NamedTuple):
    """The header of a post.

    Attributes:
        bead: The sign in front, with its role.
        said: The author's name and words about the post.
        facts: At the right edge; a narrow view takes the last of them alone.
        marker: Why there are no words, or why they were refused; empty for neither. It stands in the
            header if there is room, else below.
    """

    bead: tuple[str, str]
    said: Content
    facts: tuple[str, ...] = ()
    marker: Content = Content("")


def header(
    session: Session, post: Post, answers: Content, *, unread: bool, clocked: bool
) -> Header:
    """Return the header of a post.

    Args:
        session: The session with names and time.
        post: The post.
        answers: What is said of the post it answers, after its author's name; empty for nothing.
        unread: Whether it is new to the reader, or the reader's own and has just been published.
        clocked: Whether its time stands in front of it, and not among the facts.
    """
    when, over = session.times, post.body is None
    role = "dim" if over else hue_of(post.author)
    parts: list[Content | str | tuple[str, str]] = [
        (handle_of(post.author, session.members), role),
        answers,
    ]
    if session.me is not None and session.me.id in post.mentions:
        parts.append(("  calls you" if answers else " calls you", "new"))
    parts += [(f"  {word}", "dim") for word in _words(session, post, when)]
    bead = _NEW if unread else _READ
    if post.state in (ContentState.HELD, ContentState.HIDDEN):
        bead = _WAITS
    elif over:
        bead = _OVER
    if post.state is ContentState.HELD:
        parts.append((f"  yours, {held_words(post, when.publishing, when.day)}", "warn"))
        does = _WHILE_HELD if post.approval is None else _WHILE_REVIEWED
        parts += [(f"  {key_of(function)} {doing}", "dim") for function, doing in does]
    number = () if post.number is None else (f"#{post.number}",)
    clock = () if clocked else (when.short(post.at),)
    marker = Content.styled(marker_of(session, post), "dim") if over else Content("")
    return Header(bead, Content.assemble(*parts), (*number, *clock), marker)


def _words(session: Session, post: Post, when: Times) -> list[str]:
    """Return what a header says of a post in words, after its author's name."""
    words = []
    if isinstance(post.author, ImportedAuthor):
        words.append(full_name(post.author, {}))
    if session.is_mine(post) and post.state is not ContentState.HELD:
        words.append("you")
    if post.via is Way.SCRIPT:
        words.append(BY_SCRIPT)
    if post.edits:
        at = f" {when.short(post.edited_at)}" if post.edited_at else ""
        words.append(f"edited{script_note(post.edited_via)}{at}")
    if post.fades_at is not None and post.body is not None:
        left = post.fades_at - when.now
        if left.days < ENDS_SOON_DAYS:
            words.append(f"fades {when.day(post.fades_at)}")
    if session.is_saved(post):
        words.append("put aside")
    return words


def pending_header(session: Session, item: UnsentItem) -> Header:
    """Return the header of something of the reader's own that is not sent yet."""
    if item.reason:
        does = f"{key_of('edit')} takes your words back, {key_of('withdraw')} drops them."
        refused = Content.styled(f"refused: {item.reason.rstrip('.')}. {does}", "error")
        return Header(_WAITS, own_styled(session), marker=refused)
    return Header(_WAITS, own_styled(session), marker=unsent_state(session, item))


def own_name(session: Session) -> str:
    """Return what stands for the reader above words that are not sent yet."""
    return safe_line(session.me.handle if session.me else None, "you")


def own_styled(session: Session) -> Content:
    """Return the reader's own name in its hue."""
    return Content.styled(own_name(session), own_hue(session))


def own_hue(session: Session) -> str:
    """Return the role of the reader's own name."""
    return member_hue(session.me.id) if session.me else NO_HUE


def preview_header(session: Session, answers: Content, number: int | None) -> Header:
    """Return the header of what the reader is writing, as readers will see it.

    Args:
        session: The session with the reader's name and the time.
        answers: As for `header`.
        number: The number that it will have; None if it has none yet.
    """
    said = own_styled(session) + answers
    facts = () if number is None else (f"#{number}",)
    return Header(_NEW, said, (*facts, session.times.short(session.now())))


def unsent_state(session: Session, item: UnsentItem) -> Content:
    """Return the state of an unsent item: refused with the reason, being sent, or waiting."""
    if item.reason:
        return Content.styled(f"{item.stands} ({key_of('outbox')}: outbox)", "error")
    if item.asks is not None:
        return Content.styled(f"{item.stands} ({key_of('seat')})", "warn")
    if session.online:
        return Content.styled("sending", "new")
    return Content.styled(item.stands, "warn")


def missing(number: int) -> Header:
    """Return the header of a post whose text is not here."""
    said = Content.styled("not on this device; it comes with the connection", "dim")
    return Header(_OVER, said, (f"#{number}",))


def _may_read_hidden(session: Session, said: Post | Line) -> bool:
    """Tell whether the reader may read words that a clause or a hold hides: their own, or at the desk."""
    row = session.cache.board(said.board)
    moderates = row is not None and row.moderates
    hides = said.norm is not None or said.hold_until is not None
    return hides and (moderates or session.is_mine(said))


def marker_of(session: Session, said: Post | Line, gone: Mapping[ContentState, str] = GONE) -> str:
    """Return why there are no words: they are gone, or hidden, and by which clause.

    Args:
        session: Whose reader may read hidden words of their own, or at the desk.
        said: Whose words.
        gone: What is said by the state.
    """
    if said.hold_until is not None:
        until = session.times.moment(said.hold_until)
        keys = f": {key_of('hide')} shows the words" if _may_read_hidden(session, said) else ""
        return f"held until {until}, for a person to look at{keys}"
    if said.of_removed:
        return "hidden: its author was removed"
    if isinstance(said, Post) and said.ended_there is not None:
        return said.ended_there.word
    if said.norm is None:
        return gone.get(said.state, "hidden")
    if _may_read_hidden(session, said):
        keys = f"{key_of('hide')} shows the words, {key_of('log')} says why"
        return f"hidden by {said.norm_name}: {keys}"
    return f"hidden by {said.norm_name}; the board's log says why"


def answered(name: str, number: int, words: str | None, room: int) -> Content:
    """Return whom a post answers: `to wren #1`, with the first words of that post if given.

    Args:
        name: The author's name; cleaned.
        number: The number of the answered post.
        words: Its first words, cleaned; None where they stand directly above.
        room: Columns for the words, with their quotes.
    """
    to = f"  to {name} #{number}"
    if words and room > len("“…”") + 8:
        cut = Content(words).truncate(room - 2, ellipsis=True).plain
        to += f": “{cut}”"
    return Content.styled(to, "dim")


def words(session: Session, post: Post, room: int) -> Sequence[Content]:
    """Return a post's words as rows of at most `room` columns, or why there are none."""
    if post.body is None:
        return Content.styled(marker_of(session, post), "dim").wrap(room)
    rows = body(session, post.body, room, of=post)
    return [row.content for row in rows]


def body(
    session: Session,
    text: str,
    room: int,
    *,
    here: str = "",
    reveal: bool = False,
    of: Post | None = None,
) -> Sequence[Row]:
    """Return a body as rows of at most `room` columns.

    Args:
        session: The session with the quoted posts.
        text: Markdown.
        room: Columns.
        here: The address of the thread, whose posts are quoted by their numbers alone.
        reveal: Whether spoilers are shown.
        of: The post that has this body; None while it is being written.
    """
    # Imported late, because lists are painted before any body.
    from bbs_client.widgets import markdown

    called = roles_of(session, of.mentions if of is not None else ())
    quoted = quoted_from(session, here, of)
    lines = markdown.rows(text, reveal=reveal, quoted=quoted, called=called)
    return markdown.laid(lines, room)


def roles_of(session: Session, mentions: Sequence[MemberId]) -> dict[str, str]:
    """Return the hues of mentioned members by their handles."""
    known = (session.members.get(id) for id in mentions)
    return {one.handle: member_hue(one.id) for one in known if one is not None and one.handle}


def quoted_from(session: Session, here: str = "", of: Post | None = None) -> "Quoted":
    """Return the function that looks up posts and lines quoted by their address.

    Args:
        session: The session that has them.
        here: The address of the thread of the quoting post; empty if it has none.
        of: The quoting post; None while it is being written.
    """
    row = session.cache.board(of.board) if of is not None and of.imported else None
    came = row.board if row is not None and row.board.came_as else None

    def quoted(address: str) -> tuple[str, str | None] | None:
        if came is not None:
            there, address = address, came.lead_on(address) or ""
            if not address:
                return "at its old home", there
        said = session.cache.said_at(address)
        if said is None:
            return None
        via = said.words_via if isinstance(said, Post) else said.via
        if "/" not in address:
            address = session.address(said)
        thread, _, number = address.rpartition("/")
        place = f"#{number}" if thread == here else address
        return f"{writer_of(said.author, via, session.members)} {place}", said.body

    return quoted


def fold_row(posts: int, unread: int) -> Content:
    """Return the row in place of folded answers."""
    new = Content.assemble(", ", (f"{unread} new", "new")) if unread else Content("")
    return Content.assemble(("▸ ", "act"), f"{counted(posts, 'answer')} folded") + new


def framed(
    head: Header, rows: Sequence[Row], at: Frame, *, edge: int, subject: str | None = None
) -> list[Row]:
    """Return header, subject and rows of a post behind its signs; the row below it is not among them.

    Args:
        head: The header.
        rows: The body's rows.
        at: What stands before the rows.
        edge: The column where the facts end.
        subject: The post's own subject, wrapped; None for none.
    """
    begin = Content.assemble(at.head, head.bead)
    room = edge - begin.cell_length
    facts = head.facts if edge >= _FACTS_FROM else head.facts[-1:]
    right = Content.styled("  ".join(facts), "dim")
    left, room = head.said, room - right.cell_length - 2 * bool(facts)
    below: Sequence[Row] = ()
    if head.marker:
        if left.cell_length + 2 + head.marker.cell_length <= room:
            left += Content("  ") + head.marker
        else:
            below = [Row(row) for row in head.marker.wrap(at.room)]
    left = left.truncate(room, ellipsis=True)
    space = " " * max(0, room - left.cell_length + 2) if facts else ""
    line = Row(left + Content(space) + right, is_spread=True).behind(begin)
    named = [] if subject is None else Content.styled(safe_line(subject), "strong").wrap(at.room)
    return [
        line,
        *(Row(row).behind(at.subject) for row in named),
        *(row.behind(at.body) for row in (*below, *rows)),
    ]


_FACTS_FROM = 55
"""From this edge on a header has room for the number: in views of 60 columns."""

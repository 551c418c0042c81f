"""The inbox: answers, mentions, thanks and notices for the reader, newest first (P1)."""

from textual.content import Content

from bbs import limits
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import GetInbox
from bbs.features.reading.views import Inbox, InboxItem, InboxKind, Notice
from bbs.features.threads.views import Line, Post
from bbs.terminal.inbox_text import describe_notice
from bbs_client.features.reading.pages import ListPage, PageList
from bbs_client.hues import NO_HUE, hue_of
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets.markdown import plain
from bbs_client.widgets.rows import aligned

_DOES = {
    InboxKind.ANSWER: "answers you in",
    InboxKind.MENTION: "calls you in",
    InboxKind.THANKS: "thanks you for",
}


class InboxList(PageList[InboxItem]):
    """Each item with its member, what they do and when, and how the words begin."""

    def draw_item(self, item: InboxItem, width: int) -> list[Content]:
        """Return an item; a notice in full, because it leads to no page with more."""
        session, at = self.session, self.session.times.short(item.at)
        if item.notice is not None:
            told = describe_notice(
                item.notice, dict(session.members), session.slug, session.times.moment
            )
            room = width - session.times.columns - 4
            # A board's name stays as it is written.
            is_named = told.startswith(session.slug(item.notice.board))
            head_of = told[:1] if is_named else told[:1].upper()
            first, *more = Content(f"{head_of}{told[1:]}").wrap(max(8, room))
            if item.seat is not None and item.seat.state is SeatState.OFFERED:
                more += [Content(f"{key_of('seat')} on the board shows its norms and takes it.")]
            if leads_to_case(item.notice):
                more += [Content(f"{key_of('enter')} shows it.")]
            rows = [row.stylize("dim") for row in more]
            head = aligned(Content.assemble(("○ ", "rail"), first), at, width)
            return [head, *(Content("  ") + row for row in rows)]
        words = item.post or item.line
        name, hue = self._who(item)
        is_new = item.kind is not InboxKind.THANKS and self._is_new(item.post)
        bead = ("● ", "new") if is_new else ("○ ", "rail")
        head = Content.assemble(bead, (name, hue), f" {_DOES[item.kind]} ", self._where(item))
        if item.kind is InboxKind.THANKS:
            below = "You alone see this."
        else:
            below = plain(words.body or "") if words else ""
        row = Content.styled(f"  {below}", "dim").truncate(width, ellipsis=True)
        return [aligned(head.stylize("strong") if is_new else head, at, width), row]

    def _who(self, item: InboxItem) -> tuple[str, str]:
        """Return the name of who did it, and its hue."""
        members = self.session.members
        if item.by is not None and item.by in members:
            thanks = MemberAuthor(id=item.by)
            return handle_of(thanks, members), hue_of(thanks)
        if item.post is not None:
            author = item.post.author
            return writer_of(author, item.post.words_via, members), hue_of(author)
        if item.line is not None:
            return writer_of(item.line.author, item.line.via, members), hue_of(item.line.author)
        return "somebody", NO_HUE

    def _where(self, item: InboxItem) -> str:
        """Return where it was said: a thread by its title, a lounge by its board; the reader's own words by
        their address."""
        if item.line is not None:
            return f"the lounge of {self.session.slug(item.line.board)}"
        address = self.session.address(item.post) if item.post else ""
        if item.kind is InboxKind.THANKS:
            return address or "a post"
        return safe_line(item.thread.title if item.thread else None, address or "a thread")

    def _is_new(self, post: Post | None) -> bool:
        return post is not None and post.number in self.session.cache.unread(post.thread)


class InboxPage(ListPage[InboxItem]):
    """The inbox; the server's answer replaces the items of this device."""

    QUERY = GetInbox
    ABOUT = "What was meant for you, newest first. Nobody sees whether you read it."
    EMPTY = "Nothing was meant for you lately."

    def __init__(self, session: Session) -> None:
        """Make the list.

        Args:
            session: The session with posts, names and time.
        """
        here = {_key(item): item for item in session.cache.inbox()}
        asked = len(session.cache.asked_of_me())
        if asked:
            ask = "Somebody asks" if asked == 1 else f"{asked} people ask"
            self.ABOUT = f"{ask} you for a letter: {key_of('letters')} shows it. {self.ABOUT}"
        fact = f"notices are kept for {limits.NOTICE_DAYS} days"
        super().__init__("Inbox", InboxList(session), here, fact=fact)

    def items_of(self, page: Inbox) -> dict[str, InboxItem]:
        """Return the items of an answer."""
        return {_key(item): item for item in page.items}

    def leads_to(self, item: InboxItem) -> Post | Line | Notice | None:
        """Return the post or line of an item, or the notice of a case; other notices lead nowhere."""
        if item.notice is not None and leads_to_case(item.notice):
            return item.notice
        return item.post or item.line


def leads_to_case(notice: Notice) -> bool:
    """Return whether a notice has a page of its own: a case, a report, or a decision."""
    decided = notice.act is not None and notice.act.method.startswith("cases.")
    return notice.case is not None or decided


def _key(item: InboxItem) -> str:
    thing = item.post or item.line or item.notice
    what = thing.id if thing else ""
    return f"{item.kind.value}:{what}:{item.by or ''}:{item.at.isoformat()}"

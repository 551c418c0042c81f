"""The inbox: answers, mentions, thanks and notices for the reader, newest first (P1)."""

from textual.content import Content

from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import GetInbox
from bbs.features.reading.views import Inbox, InboxItem, InboxKind
from bbs.features.threads.views import Line, Post
from bbs.terminal.inbox_text import describe_notice
from bbs_client.features.reading.pages import PageDialog, PageList
from bbs_client.safe_text import handle_of, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.markdown import plain

_DOES = {
    InboxKind.ANSWER: "answers you",
    InboxKind.MENTION: "mentions you",
    InboxKind.THANKS: "thanks you, and only you know",
}


class InboxList(PageList[InboxItem]):
    """Each item with member, kind, place and time, and how the post begins."""

    def draw(self, index: int, width: int) -> list[Content]:
        """Return an item; a notice in full, because it leads to no page with more."""
        item = self.items.get(self.keys[index])
        if item is None or item.notice is None:
            return super().draw(index, width)
        head, told = self.draw_item(item)
        return [head, *(Content("  ") + row for row in told.wrap(max(1, width - 2)))]

    def draw_item(self, item: InboxItem) -> tuple[Content, Content]:
        """Return an item."""
        session = self.session
        at = times.moment(item.at, session.now(), session.zone)
        if item.notice is not None:
            told = describe_notice(item.notice, dict(session.members), session.slug)
            return Content.styled(f"notice {at}", "dim"), Content(told)
        who = session.members.get(item.by or "")
        name = "somebody"
        if who is not None:
            name = handle_of(MemberAuthor(id=who.id), session.members)
        elif item.post is not None:
            name = writer_of(item.post.author, item.post.words_via, session.members)
        elif item.line is not None:
            name = writer_of(item.line.author, item.line.via, session.members)
        words = item.post or item.line
        where = session.address(words) if words else ""
        title = safe_line(item.thread.title if item.thread else None)
        head = Content.assemble(
            (name, "name"), f" {_DOES[item.kind]} ", (f"{where} {at} ", "dim"), title
        )
        excerpt = plain(words.body or "") if words else ""
        return head, Content(f"  {excerpt}").stylize("dim")


class InboxDialog(PageDialog[InboxItem]):
    """The inbox; the server's answer replaces the items of this device."""

    QUERY = GetInbox
    EMPTY = "Nothing was meant for you in particular yet."

    def __init__(self, session: Session) -> None:
        """Make the list.

        Args:
            session: The session with posts, names and time.
        """
        here = {_key(item): item for item in session.cache.inbox()}
        super().__init__("Inbox", InboxList(session), here)

    def items_of(self, page: Inbox) -> dict[str, InboxItem]:
        """Return the items of an answer."""
        return {_key(item): item for item in page.items}

    def leads_to(self, item: InboxItem) -> Post | Line | None:
        """Return the post or line of an item; a notice leads nowhere."""
        return item.post or item.line


def _key(item: InboxItem) -> str:
    thing = item.post or item.line or item.notice
    what = thing.id if thing else ""
    return f"{item.kind.value}:{what}:{item.by or ''}:{item.at.isoformat()}"

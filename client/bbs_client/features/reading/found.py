"""Found and saved posts as a list: address, title, time, and the words around what was looked for."""

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from bbs.features.reading.messages import PostInThread
from bbs.terminal import render
from bbs.words import Wanted, places
from bbs_client.features.reading.pages import PageList
from bbs_client.hues import hue_of
from bbs_client.safe_text import letter_title, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets.markdown import plain_words
from bbs_client.widgets.rows import aligned

ADDRESS_COLUMNS = 13
BEFORE_COLUMNS = 20  # of the words that stand before the first one found
_UNDERLINE = Style(underline=True)


class FoundList(PageList[PostInThread]):
    """Two rows for each post: where, which thread and when; who, and the words found.

    Attributes:
        sought: What was looked for; it is underlined in the rows.
    """

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: As `PageList` takes it.
        """
        super().__init__(session)
        self.sought: Sequence[Wanted] = ()

    def draw_item(self, item: PostInThread, width: int) -> list[Content]:
        """Return a post."""
        session, post = self.session, item.post
        where = render.address_in(session.slug(post.board), item.thread, post.number)
        title = safe_line(post.subject, letter_title(item.thread))
        column = max(ADDRESS_COLUMNS, len(where)) + 1
        head = Content.assemble((f"{where:<{column}}", "dim"), (title, "strong"))
        who = writer_of(post.author, post.words_via, session.members)
        indent = min(column, width // 4)
        before = Content.assemble(" " * indent, (who, hue_of(post.author)), "  ")
        room = max(8, width - before.cell_length)
        below = before + excerpt(plain_words(post.body or ""), self.sought, room)
        at = session.times.short(post.at)
        return [aligned(head, at, width), below.truncate(width, ellipsis=True)]


def excerpt(text: str, sought: Sequence[Wanted], room: int) -> Content:
    """Return the part of a text around the first place found, with all such places underlined.

    Args:
        text: In one line, clean.
        sought: What was looked for.
        room: The columns there are.
    """
    found = places(text, sought)
    if found and found[0][1] > room:
        begin = text.rfind(" ", 0, max(0, found[0][0] - BEFORE_COLUMNS)) + 1
        if begin:
            text = f"… {text[begin:]}"
            found = places(text, sought)
    shown = Content(text)
    for place in found:
        shown = shown.stylize("new", *place).stylize(_UNDERLINE, *place)
    return shown

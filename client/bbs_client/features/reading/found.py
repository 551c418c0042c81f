"""Found and saved posts as a list: address, title, time, and the words around what was looked for."""

import re
from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from bbs.features.reading.messages import PostInThread
from bbs_client.features.reading.pages import PageList
from bbs_client.hues import hue_of
from bbs_client.safe_text import safe_line, thread_title, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets.markdown import plain_words
from bbs_client.widgets.rows import aligned

ADDRESS_COLUMNS = 13
BEFORE_COLUMNS = 20  # of the words that stand before the first one found
_UNDERLINE = Style(underline=True)


class FoundList(PageList[PostInThread]):
    """Two rows for each post: where, which thread and when; who, and the words found.

    Attributes:
        words: What was looked for; the words in the rows are underlined.
    """

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: As `PageList` takes it.
        """
        super().__init__(session)
        self.words: Sequence[str] = ()

    def draw_item(self, item: PostInThread, width: int) -> list[Content]:
        """Return a post."""
        session, post = self.session, item.post
        where = f"{session.slug(post.board)}/{item.thread.number}/{post.number}"
        title = safe_line(post.subject, thread_title(item.thread))
        column = max(ADDRESS_COLUMNS, len(where)) + 1
        head = Content.assemble((f"{where:<{column}}", "dim"), (title, "strong"))
        who = writer_of(post.author, post.words_via, session.members)
        indent = min(column, width // 4)
        before = Content.assemble(" " * indent, (who, hue_of(post.author)), "  ")
        room = max(8, width - before.cell_length)
        below = before + excerpt(plain_words(post.body or ""), self.words, room)
        at = session.times.short(post.at)
        return [aligned(head, at, width), below.truncate(width, ellipsis=True)]


def excerpt(text: str, words: Sequence[str], room: int) -> Content:
    """Return the part of a text around the first word found, with all such words underlined.

    Args:
        text: In one line, clean.
        words: What was looked for; whatever case they have.
        room: The columns there are.
    """
    wanted = "|".join(re.escape(word) for word in words if word)
    found = re.search(wanted, text, re.IGNORECASE) if wanted else None
    if found is not None and found.end() > room:
        begin = text.rfind(" ", 0, max(0, found.start() - BEFORE_COLUMNS)) + 1
        if begin:
            text = f"… {text[begin:]}"
    shown = Content(text)
    if wanted:
        for hit in re.finditer(wanted, text, re.IGNORECASE):
            shown = shown.stylize("new", *hit.span()).stylize(_UNDERLINE, *hit.span())
    return shown

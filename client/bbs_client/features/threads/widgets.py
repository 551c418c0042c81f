"""The list of a board's threads, newest first (P1), with a peek at what is new in one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from bbs.features.members.author_text import BY_SCRIPT, column_name
from bbs.features.moderation.views import RestrictionKind
from bbs.features.reading.views import Stance
from bbs.features.threads.views import ContentState, Post, Thread, end_word
from bbs.powers import Way
from bbs_client.hues import hue_of
from bbs_client.keys import key_of
from bbs_client.mirror.reads import ThreadRow
from bbs_client.safe_text import handle_of, safe_line
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import LIST_COLUMNS_MAX
from bbs_client.widgets.painted import Drawn
from bbs_client.widgets.post_rows import unsent_state
from bbs_client.widgets.rows import aligned

AUTHOR_COLUMNS = 8
TITLE_COLUMNS_MIN = 24  # who began it is named only beside so much of its title
BEAD_COLUMNS = 2
SCROLLBAR_GAP = 2  # columns that stay blank beside a scrollbar
PEEK_ROWS = 7  # a line, three posts of a header and a row each
PEEK_POSTS = 3
_MARKUP = re.compile(r"^[#\-*>\s]+|[*_`]+")
_GONE = frozenset({ContentState.WITHDRAWN, ContentState.FADED, ContentState.PURGED})


def first_words(post: Post | None) -> str:
    """Return how a post's own words begin, without their markup, as one line; empty for none."""
    lines = (post.body or "").split("\n") if post is not None else []
    own = (line for line in lines if line.strip() and not line.startswith(">"))
    return safe_line(_MARKUP.sub("", next(own, "")))


class ThreadList(BlockView):
    """One row a thread: whether something is new, the title, words about it, who began it, and when it
    last grew."""

    @dataclass
    class OlderThreadsWanted(Message):
        """The reader came to the oldest thread that is here, and there are older ones."""

        board: str

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty list.

        Args:
            session: Where threads, names and the time come from.
        """
        super().__init__(id=id)
        self.session = session
        self.board: str | None = None
        self._threads: dict[str, ThreadRow] = {}
        self._waiting: dict[str, UnsentItem] = {}
        self._stances: dict[str, Stance] = {}
        self._ticking: Timer | None = None
        self.beside = False  # whether the margin has the peek

    def open(self, board: str | None) -> None:
        """Show a board's threads, with the cursor on the newest; None shows nothing."""
        if board != self.board:
            self.board = board
            self.set_keys(())
        self.reload()

    def reload(self) -> None:
        """Read the list from the mirror again; the cursor stays on its thread."""
        if self.board is None:
            self._threads, self._waiting = {}, {}
        else:
            self._threads = {row.thread.id: row for row in self.session.cache.threads(self.board)}
            self._stances = self.session.cache.stances("thread")
            self._waiting = {
                item.key: item
                for item in self.session.pending_threads(self.board)
                if item.thread not in self._threads
            }
        self._tick(bool(self._held()))
        self.set_keys((*self._waiting, *self._threads))

    def _held(self) -> list[str]:
        rows = self._threads.values()
        return [row.thread.id for row in rows if row.thread.state is ContentState.HELD]

    def _tick(self, held: bool) -> None:
        """Count down while a thread is held."""
        if held and self._ticking is None:
            self._ticking = self.set_interval(1.0, lambda: self.redraw(self._held()))
        elif not held and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def beyond(self, step: int) -> None:
        """Ask for older threads where some are missing: a board's threads are numbered from 1."""
        if step <= 0 or self.board is None:
            return
        if (self.session.cache.unbroken_from(self.board) or 1) > 1:
            self.post_message(self.OlderThreadsWanted(self.board))

    def current_thread(self) -> ThreadRow | None:
        """Return the thread the cursor is on; None for none, and for one not sent yet."""
        return self._threads.get(self.current or "")

    def empty_text(self) -> Content:
        """Say that there is no thread yet, and what to do about it."""
        # Imported late, because the first painting seldom needs it.
        from bbs_client.session.standing import describe_seat, describe_way, is_waiting

        row = self.session.cache.board(self.board) if self.board else None
        if row is None:
            return Content("")
        if not self.session.online:
            says = "Nothing of this board is on this device; it comes with the connection."
        elif row.is_seated and row.only_reads:
            says = "Nothing here yet; the writer of this journal begins."
        elif row.is_seated:
            says = f"No threads yet. {key_of('new_thread')} starts the first one."
        else:
            waits = f"{describe_seat(self.session, row)} " if is_waiting(row) else ""
            says = f"No threads yet. {waits}{describe_way(self.session, row, key_of('seat'))}"
        return Content(f"\n {says}").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a thread as a row; on high screens, the newest post's first words below it."""
        needed = len(self.keys) * (2 if self._is_high else 1)
        key, width = self.keys[index], min(width, LIST_COLUMNS_MAX)
        if needed > self.size.height:
            width -= SCROLLBAR_GAP
        if key in self._waiting:
            item = self._waiting[key]
            row = Content.assemble(("◌ ", "warn"), safe_line(item.title), "  ")
            return [(row + unsent_state(self.session, item)).truncate(width, ellipsis=True)]
        thread, unread = self._threads[key]
        stance = self._stances.get(thread.id)
        count = f"{unread} new" if unread and stance is not Stance.MUTE else ""
        right = Content.assemble((count, "new"), *self._facts(thread, width, bool(count)))
        words, role = self._words(thread, stance), "dim"
        if thread.state is ContentState.HELD:
            bead = ("◌ ", "warn")
        elif thread.title is None:
            bead = ("· ", "rail")
        else:
            bead = ("● ", "new") if count else ("○ ", "rail")
            role = "strong" if count else "dim" if stance is Stance.MUTE else ""
        title = (
            Content("")
            if thread.title is None and thread.state in _GONE
            else Content.styled(safe_line(thread.title, end_word(thread)), role)
        )
        room = max(8, width - BEAD_COLUMNS - right.cell_length - 2)
        said = [title] if title else []
        said += [Content.styled(word, "dim") for word in words]
        left = Content("  ").join(said)
        if left.cell_length > room and words:
            # The title is cut first: what the words say is said nowhere else.
            after = sum(len(word) + 2 for word in words)
            title = title.truncate(max(8, room - after), ellipsis=True)
            left = Content("  ").join([title, *said[1:]])
        rows = [aligned(Content.assemble(bead, left), right, width)]
        if self._is_high:
            rows.append(self._newest(thread, width))
        return rows

    @property
    def _is_high(self) -> bool:
        return self.screen.has_class("-high")

    def _facts(self, thread: Thread, width: int, counted: bool) -> Sequence[Content]:
        """Return who began a thread, where there is room for it, and when it last grew."""
        when = self.session.times
        last = f"{when.short(thread.last_at or thread.at):>{when.columns}}"
        author = Content(safe_line(column_name(thread.author, self.session.members)))
        author = author.truncate(AUTHOR_COLUMNS, ellipsis=True)
        parts = [Content("  ")] * counted
        if width >= BEAD_COLUMNS + TITLE_COLUMNS_MIN + AUTHOR_COLUMNS + 18:
            blank = " " * max(0, AUTHOR_COLUMNS - author.cell_length)
            parts += [author.stylize(hue_of(thread.author)), Content(f"{blank}  ")]
        return [*parts, Content.styled(last, "dim")]

    def _words(self, thread: Thread, stance: Stance | None) -> list[str]:
        """Return what is said after a title: nothing is told by a sign alone."""
        session, words = self.session, list[str]()
        if thread.state is ContentState.HELD:
            held = session.cache.held(thread.id)
            post = session.cache.post(held[0][0]) if held else None
            if post is None or not session.is_mine(thread):
                words.append("held")
            else:
                when = session.times
                from bbs.terminal.held_text import held_words  # late: it needs the rules of text

                words.append(f"yours, {held_words(post, when.publishing, when.day)}")
        elif thread.title is None and thread.state in _GONE:
            words.append(end_word(thread))
        if thread.pinned:
            words.append("pinned")
        for each in session.cache.restrictions(thread.board, thread.id, session.cache.time()):
            if each.kind is RestrictionKind.LOCKED and each.thread == thread.id:
                until = f" until {session.times.day(each.until)}" if each.until else ""
                words.append(f"locked{until}")
        if stance is not None:
            words.append("followed" if stance is Stance.FOLLOW else "muted")
        if thread.via is Way.SCRIPT:
            words.append(BY_SCRIPT)
        return words

    def _newest(self, thread: Thread, width: int) -> Content:
        """Return who wrote last in a thread, and how that begins."""
        post = next(iter(self.session.cache.posts(thread.id, (thread.posts,))), None)
        words = first_words(post)
        if post is None or not words:
            return Content("")
        name = handle_of(post.author, self.session.members)
        said = Content.styled(f"  {name}: {words}", "dim")
        return said.truncate(width, ellipsis=True)

    # The peek at what is new in the thread under the cursor; it marks nothing as read (P2)

    def cursor_moved(self) -> None:
        """Ask for older threads at the end of what is here."""
        if self.cursor == len(self.keys) - 1:
            self.beyond(1)

    def _lay_rows(self) -> list[Drawn]:
        laid = super()._lay_rows()
        blank = self.size.height - len(laid) - PEEK_ROWS
        if not self.keys or blank < 1 or not self.has_focus or self.beside:
            return laid
        peek = self._peek(min(self._inner_width(), LIST_COLUMNS_MAX))
        return laid + self._unmarked([Content("")] * blank + peek if peek else ())

    def _peek(self, width: int) -> list[Content]:
        """Return how the first new posts of the thread under the cursor begin; none for none."""
        row = self.current_thread()
        if row is None or not row.unread or self._stances.get(row.thread.id) is Stance.MUTE:
            return []
        session = self.session
        unread = session.cache.unread(row.thread.id)
        rows = [Content.styled("─" * width, "rule")]
        for post in session.cache.posts(row.thread.id, unread[:PEEK_POSTS]):
            begins = row.unread > 1 and post.number == unread[0]
            first = f" first of {row.unread} new" if begins else ""
            name = handle_of(post.author, session.members)
            left = Content.assemble(("● ", "new"), (name, hue_of(post.author)), (first, "dim"))
            right = f"#{post.number}  {session.times.short(post.at):>{session.times.columns - 1}}"
            rows.append(aligned(left, right, width))
            words = Content.assemble(("│  ", "rail"), first_words(post))
            rows.append(words.truncate(width, ellipsis=True))
        return rows

"""The list of a board's threads, newest first (P1)."""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from bbs.features.boards.messages import SeatState
from bbs.features.members.author_text import BY_SCRIPT
from bbs.features.reading.views import Stance
from bbs.features.threads.views import ContentState
from bbs.plural import counted
from bbs.powers import Way
from bbs_client.keys import key_of
from bbs_client.mirror.reads import ThreadRow
from bbs_client.safe_text import handle_of, safe_line
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.post_rows import unsent_state

UNREAD_COLUMNS = 7
AUTHOR_COLUMNS = 12
POSTS_COLUMNS = 9
TIME_COLUMNS = 13
TITLE_COLUMNS_MIN = 40  # who began it and how much it is are shown only beside so much of its title


class ThreadList(BlockView):
    """One row a thread: what is new, the title, who began it, how long it is, when it last grew."""

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
        self.set_keys((*self._waiting, *self._threads))

    def cursor_moved(self) -> None:
        """Ask for older threads at the end of what is here."""
        if self.cursor == len(self.keys) - 1:
            self.beyond(1)

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
        row = self.session.cache.board(self.board) if self.board else None
        if row is None:
            return Content("")
        if not self.session.online:
            says = "Nothing of this board is on this device; it comes with the connection."
        elif row.is_seated:
            says = f"No threads yet: {key_of('new_thread')} starts the first one."
        elif row.seat is not None and row.seat.state is SeatState.OFFERED:
            says = f"A seat waits for you: {key_of('seat')} shows the norms, and takes it."
        else:
            says = f"No threads yet. {key_of('seat')} shows the norms, and how to take a seat."
        return Content(f"\n {says}").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a thread as one row."""
        key = self.keys[index]
        if key in self._waiting:
            item = self._waiting[key]
            row = Content.assemble(" " * UNREAD_COLUMNS, safe_line(item.title), "  ")
            return [(row + unsent_state(self.session, item)).truncate(width, ellipsis=True)]
        thread, unread = self._threads[key]
        all_columns = TIME_COLUMNS + POSTS_COLUMNS + AUTHOR_COLUMNS + 2
        wide = width >= UNREAD_COLUMNS + TITLE_COLUMNS_MIN + all_columns + 1
        tail_columns = all_columns if wide else TIME_COLUMNS
        stance = self._stances.get(thread.id)
        new = f"{unread} new" if unread else ""
        title = safe_line(thread.title, thread.state.marker)
        if thread.state is ContentState.HELD:
            title = f"(held) {title}"
        if thread.pinned:
            title = f"(pinned) {title}"
        if thread.via is Way.SCRIPT:
            title = f"({BY_SCRIPT}) {title}"
        if stance is Stance.FOLLOW:
            title = f"» {title}"
        elif stance is Stance.MUTE:
            new = "muted"
        room = max(8, width - UNREAD_COLUMNS - tail_columns - 1)
        quiet = thread.title is None or stance is Stance.MUTE
        role = "new" if unread else ("dim" if quiet else "")
        name = Content(title).truncate(room, ellipsis=True)
        parts: list[Content | str | tuple[str, str]] = [
            (f"{new:>{UNREAD_COLUMNS - 1}} ", "new" if unread else "dim"),
            (name.plain, role),
            " " * (room - name.cell_length + 1),
        ]
        if wide:
            author = Content(handle_of(thread.author, self.session.members))
            author = author.truncate(AUTHOR_COLUMNS, ellipsis=True)
            posts = counted(thread.posts, "post")
            parts.append((author.plain, "dim"))
            parts.append(" " * (AUTHOR_COLUMNS - author.cell_length))
            parts.append((f" {posts:>{POSTS_COLUMNS}} ", "dim"))
        last = times.moment(thread.last_at or thread.at, self.session.now(), self.session.zone)
        parts.append((f"{last:>{TIME_COLUMNS - 1}} ", "dim"))
        return [Content.assemble(*parts).truncate(width)]

"""Walking and reading: everything that moves the cursor, and what counts as read (P2, P4)."""

from typing import TYPE_CHECKING

from bbs.features.reading.views import Stop
from bbs.plural import counted
from bbs_client.actions.table import BY_ID
from bbs_client.features.threads.widgets import ThreadList
from bbs_client.keys import Pane, key_of, keys_of
from bbs_client.shell.part import Part
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.safe_content import safe_content

if TYPE_CHECKING:
    from bbs_client.widgets.lounge_view import LoungeView
    from bbs_client.widgets.thread_view import ThreadView


class Reading(Part):
    """The reading keys."""

    async def complete(self) -> None:
        """Hear of what the cursor does, in what is there from now on."""
        await super().complete()
        if self.is_complete:
            self.thread.on_passed = self.mark_passed
            self.boards.on_moved = self.open_board

    def mark_passed(self, thread: str, numbers: list[int]) -> None:
        """Mark posts as read, as few ranges as possible: what lies between is read anyway.

        Args:
            thread: Their thread.
            numbers: Sorted; of unread posts the reader went on from.
        """
        passed = set(numbers)
        first: int | None = None
        last = 0
        for number in self.session.cache.unread(thread):
            if number in passed:
                first = number if first is None else first
                last = number
            elif first is not None:
                self.session.connection.mark(thread, first, last)
                first = None
        if first is not None:
            self.session.connection.mark(thread, first, last)
        self.refresh_soon()

    # Moving

    def action_down(self) -> None:
        """Go to the next one; beyond a thread's last post, that one is read."""
        if self.view.move(1):
            return
        if self.pane is Pane.THREAD:
            self.thread.pass_rest()
        elif self.pane is Pane.THREADS:
            self.threads.older()

    def action_up(self) -> None:
        """Go to the one before."""
        if not self.view.move(-1) and self.pane is Pane.LOUNGE:
            self.lounge.older()

    def action_first(self) -> None:
        """Go to the first one."""
        if self.pane is Pane.LOUNGE:
            self.lounge.older()
        self.view.jump(0)

    def action_last(self) -> None:
        """Go to the last one."""
        self.view.jump(-1)

    def action_page_back(self) -> None:
        """Go back by a page."""
        if self.pane is Pane.LOUNGE and self.lounge.cursor == 0:
            self.lounge.older()
        self.view.page_back()

    def action_page_down(self) -> None:
        """Go on by a page."""
        self.view.page_on()

    def action_enter(self) -> None:
        """Go into what the cursor is on."""
        if self.pane is Pane.BOARDS:
            row = self.boards.current_board()
            if row is not None:
                self.open_board(row.board.id)
                self.go(Pane.THREADS)
            else:
                self.boards.fold()
        elif self.pane is Pane.THREADS:
            if self.threads.current_thread() is not None and self.threads.current is not None:
                self.open_thread(self.threads.current)
        elif self.pane is Pane.LOUNGE:
            self.surface.run(BY_ID["reply"])
        else:
            self.tell(f"{key_of('reply')} answers this post, {key_of('page_on')} reads on.")

    def action_back(self) -> None:
        """Go out by one level; from the boards, quit, if by the key that the footer shows."""
        if self.pane is Pane.THREAD:
            self.go(Pane.THREADS)
        elif self.pane is Pane.LOUNGE and self.lounge.clear_mark():
            return
        elif self.pane is Pane.BOARDS and self.pressed in keys_of("back")[1:]:
            # Esc, pressed once more than there are levels, must not end the program.
            self.tell(f"{key_of('back')} quits.")
        elif self.pane is Pane.BOARDS:
            self.app.call_later(self.app.run_action, "quit")
        else:
            self.go(Pane.BOARDS)

    def action_boards(self) -> None:
        """Go to the boards."""
        self.go(Pane.BOARDS)

    def action_threads(self) -> None:
        """Go to the board's threads."""
        self.go(Pane.THREADS)

    def action_lounge(self) -> None:
        """Go to the board's lounge; from there, to its threads."""
        row = self.board()
        if self.pane is Pane.LOUNGE:
            self.go(Pane.THREADS)
        elif row is not None:
            self.open_board(row.board.id)
            self.lounge.open(row.board.id)
            self.go(Pane.LOUNGE)

    # Unread

    def action_previous_unread(self) -> None:
        """Go to the unread post before this one."""
        place = self.thread.previous_unread(self.thread.cursor)
        if self.pane is Pane.THREAD and place is not None:
            self.thread.jump(place, top=True)
        else:
            self.tell("Nothing unread before this.")

    def action_catch_up(self) -> None:
        """Mark the whole thread as read."""
        thread = self._thread_here()
        if thread is not None:
            self._mark_all(thread)
            self.tell("Thread marked as read.")

    def action_catch_up_board(self) -> None:
        """Mark the whole board as read, after asking."""
        from bbs_client.widgets.dialog import Confirm

        row = self.board()
        if row is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                for one in self.session.cache.threads(row.board.id):
                    if one.unread:
                        self.session.connection.mark(one.thread.id, 1, one.thread.posts)
                self.refresh_soon()

        question = safe_content(row.board.title) + " · mark everything here as read?"
        consequence = f"{counted(row.unread, 'unread post')}, marked for you alone."
        self.app.push_screen(Confirm(question, consequence, yes="mark as read"), answered)

    def action_unread_from(self) -> None:
        """Mark this post and all after it as unread again."""
        post = self.post_here()
        row = self.session.cache.thread(post.thread) if post else None
        if post is not None and post.number is not None and row is not None:
            self.session.connection.mark(post.thread, post.number, row.thread.posts, read=False)
            self.refresh_soon()
            self.tell("Unread from here on.")

    def _thread_here(self) -> str | None:
        """Return the thread that is open or under the cursor; None after saying so."""
        if self.pane is Pane.THREAD and self.thread.thread is not None:
            return self.thread.thread
        stop = self.home.current_row() if self.pane is Pane.HOME else None
        if isinstance(stop, Stop):
            return stop.thread
        row = self.threads.current_thread() if self.pane is Pane.THREADS else None
        if row is None:
            self.tell("Go to a thread first.")
        return row.thread.id if row else None

    def _mark_all(self, thread: str) -> None:
        row = self.session.cache.thread(thread)
        if row is not None and row.thread.posts:
            self.session.connection.mark(thread, 1, row.thread.posts)
        self.refresh_soon()

    # What the lists tell

    def on_block_view_chosen(self, message: BlockView.Chosen) -> None:
        """Go into what was clicked twice."""
        message.stop()
        self.action_enter()

    def on_thread_view_posts_wanted(self, message: "ThreadView.PostsWanted") -> None:
        """Fetch words that came into view."""
        message.stop()
        self.fetch_thread(message.thread)

    def on_thread_list_older_threads_wanted(self, message: ThreadList.OlderThreadsWanted) -> None:
        """Fetch older threads."""
        message.stop()
        self.fetch_older_threads(message.board)

    def on_lounge_view_older_lines_wanted(self, message: "LoungeView.OlderLinesWanted") -> None:
        """Fetch older lines."""
        message.stop()
        self.fetch_older_lines(message.board)

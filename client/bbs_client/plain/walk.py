"""A round under way in plain mode: what of it is left, and what of the open stop is to be shown."""

from collections.abc import Collection

from msgspec.structs import replace

from bbs.features.reading.rounds import posts_of_section, without_place, without_posts
from bbs.features.reading.views import Round, Stop
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, ThreadId


class Walk:
    """A round under way. It only ever gets shorter, so it ends.

    Attributes:
        fixed: What belonged to it at first: threads and numbers.
        left: Stops that were not opened yet.
        thread: Of the stop that is open.
        ahead: Posts of the stop that is open, still to be shown.
        parents: By number, the number of what a post of the open stop's thread answers.
    """

    def __init__(self, shown: Round) -> None:
        """Begin before the first stop of a round as the server fixed it."""
        self.fixed = posts_of_section(shown)
        self.left = shown
        self.thread: Thread | None = None
        self.ahead: list[Post] = []
        self.parents: dict[int, int | None] = {}

    def next_stop(self) -> Stop:
        """Take the next stop out of what is left."""
        stop, *stops = self.left.stops
        self.left = replace(self.left, stops=tuple(stops))
        return stop

    def was_shown(self, thread: ThreadId, numbers: Collection[int]) -> None:
        """Take out what was shown, also by hand."""
        self.left = without_posts(self.left, thread, numbers)
        self.ahead = [
            post for post in self.ahead if post.thread != thread or post.number not in numbers
        ]

    def leave_out(
        self,
        *,
        thread: ThreadId | None = None,
        board: BoardId | None = None,
        author: MemberId | None = None,
    ) -> int:
        """Leave out a thread, a board, or what is open of an author; return how many posts it were."""
        before = self._posts()
        if thread is not None or board is not None:
            self.left = without_place(self.left, thread=thread, board=board)
        self.ahead = [
            post
            for post in self.ahead
            if post.thread != thread
            and post.board != board
            and (author is None or getattr(post.author, "id", None) != author)
        ]
        return before - self._posts()

    def _posts(self) -> int:
        return len(self.ahead) + sum(len(stop.numbers) for stop in self.left.stops)

"""What was shown and passed, gathered into few marks: reading on must not wait for the server."""

from bbs.errors import FolkmootError
from bbs.features.reading.messages import MarkPosts
from bbs.features.reading.rules import ranges_of
from bbs.sdk.community import Community


class ReadTracker:
    """Posts to be marked as read, by thread.

    A post counts as passed when something was typed after it was shown: never on opening, and not
    where the line was cut while it was on its way.
    """

    def __init__(self, community: Community) -> None:
        self._community = community
        self._shown: list[tuple[str, int]] = []
        self._passed: dict[str, set[int]] = {}

    def show(self, thread: str, number: int) -> None:
        """Note that a post was shown."""
        self._shown.append((thread, number))

    def typed(self) -> None:
        """Note that something was typed: what was shown is passed."""
        for thread, number in self._shown:
            self._passed.setdefault(thread, set()).add(number)
        self._shown.clear()

    async def mark(self) -> None:
        """Tell the server what was passed. What it refuses stays unread, which loses nothing."""
        while self._passed:
            thread, numbers = self._passed.popitem()
            for first, last in ranges_of(numbers):
                try:
                    await self._community.call(MarkPosts(thread=thread, first=first, last=last))
                except FolkmootError:
                    return

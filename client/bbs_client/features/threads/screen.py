"""About one post: its address, its times, when it fades, and every wording it had."""

from collections.abc import Awaitable, Callable

from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import History, Post
from bbs.text import clean
from bbs_client.widgets import times
from bbs_client.widgets.dialog import TextDialog
from bbs_client.widgets.house import House
from bbs_client.widgets.words import handle_of, name_of, say, why

_LABEL_COLUMNS = 14


class PostInfo(TextDialog):
    """What is known of a post beside its words."""

    def __init__(
        self, house: House, post: Post, ask: Callable[[GetHistory], Awaitable[History]]
    ) -> None:
        """Show a post.

        Args:
            house: Where names and the time come from.
            post: The post.
            ask: Asks the server for earlier wordings; raises what the link raises.
        """
        self._house = house
        self._post = post
        self._ask = ask
        super().__init__(say(house.address(post), otherwise="Not published yet"), self._facts())

    def on_mount(self) -> None:
        """Ask for the earlier wordings, where there are some."""
        if self._post.edits:
            self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        try:
            history = await self._ask(GetHistory(post=self._post.id))
        except FolkmootError as error:
            self.say(self._facts() + Content(f"\nEarlier wordings: {why(error)}"))
        else:
            self.say(self._facts() + self._wordings(history))

    def _facts(self) -> Content:
        post, house = self._post, self._house
        zone = house.zone
        rows = [
            (
                "by",
                f"{handle_of(post.author, house.members)} {name_of(post.author, house.members)}",
            ),
            ("written", times.exactly(post.at, zone)),
            ("published", times.exactly(post.visible_at, zone)),
            ("norms", f"version {post.norms_version} were in force"),
            ("fades", self._end()),
        ]
        if post.edited_at is not None:
            rows.insert(
                3, ("edited", f"{times.exactly(post.edited_at, zone)}, {post.edits} in all")
            )
        if post.imported:
            rows.append(("imported", "written elsewhere and brought in"))
        return Content.assemble(
            *[
                part
                for label, value in rows
                for part in ((f"{label:<{_LABEL_COLUMNS}}", "$quiet"), f"{value}\n")
            ]
        )

    def _end(self) -> str:
        if self._post.body is None:
            return f"its words are gone ({self._post.state})"
        if self._post.fades_at is None:
            return "never; posts on this board are kept"
        day = times.day(self._post.fades_at, self._house.now(), self._house.zone)
        return f"this fades on {day}"

    def _wordings(self, history: History) -> Content:
        parts: list[str | tuple[str, str]] = []
        for wording in history.revisions:
            at = times.exactly(wording.at, self._house.zone)
            parts.append((f"\nWording of {at}\n", "bold $primary"))
            body = clean(wording.body or "(gone)", multiline=True)
            parts.extend(f"  {row}\n" for row in body.split("\n"))
        return Content.assemble(*parts)

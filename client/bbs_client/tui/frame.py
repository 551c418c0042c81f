"""The frame of the reading panes: the head of the pane, and the status bar."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.widgets import times

PROGRESS_COLUMNS = 10
TITLE_COLUMNS_MIN = 12  # a shorter title says nothing; the facts give way first


class PaneHead(Static):
    """The head of the pane: a title with its facts, and a line about the purpose."""

    _said: tuple[Content, str, Content | None, str] = (Content(""), "", None, "")

    def say(
        self, title: Content, facts: str, about: Content | None = None, waits: str = ""
    ) -> None:
        """Show another head.

        Args:
            title: Cleaned.
            facts: Shown at the right, if there is room; our own words.
            about: A second line; None for none.
            waits: A line about commands that wait for others; cleaned; empty for none.
        """
        self._said = (title, facts, about, waits)
        width = self.size.width or 78
        room = width - len(facts) - 2
        if room < TITLE_COLUMNS_MIN:
            facts, room = "", width
        left = title.truncate(room, ellipsis=True)
        space = " " * max(1, width - left.cell_length - len(facts))
        rows = [Content.assemble(left.stylize("bold"), space, (facts, "$quiet"))]
        if about is not None:
            rows.append(about.truncate(width, ellipsis=True).stylize("$quiet"))
        if waits:
            rows.append(Content.styled(waits, "bold $warning").truncate(width, ellipsis=True))
        self.update(Content("\n").join(rows))

    def on_resize(self) -> None:
        """Cut the head for another width."""
        self.say(*self._said)


def fetching(done: int, total: int, what: str) -> str:
    """Return the progress of fetching, as a bar and in numbers.

    Args:
        done: How many of `total` are here.
        what: The name of the thing being fetched; cleaned.
    """
    full = PROGRESS_COLUMNS * min(done, total) // max(1, total)
    bar = "━" * full + "╌" * (PROGRESS_COLUMNS - full)
    return f"fetching {bar} {done}/{total} {what}"


def describe_closing(session: Session) -> str:
    """Return the sentence about the community's announced end; empty if none is announced."""
    closing = session.cache.closing()
    if closing is None:
        return ""
    now, zone = session.now(), session.zone
    if closing.closed_at <= now:
        return "closed"
    if closing.read_only_at <= now:
        return f"read-only, closes {times.day(closing.closed_at, now, zone)}"
    return f"read-only from {times.day(closing.read_only_at, now, zone)}"


class StatusBar(Widget):
    """The status bar: mode, handle and place, connection, planned maintenance, and unsent items."""

    writing: reactive[bool] = reactive(False)
    who: reactive[str] = reactive("")
    connection: reactive[str] = reactive("offline")
    online: reactive[bool] = reactive(False)
    round: reactive[str] = reactive("")
    waiting: reactive[int] = reactive(0)
    refused: reactive[int] = reactive(0)
    maintenance: reactive[str] = reactive("")

    def render(self) -> Content:
        """Return the line."""
        mode = " WRITING " if self.writing else " READING "
        style = "bold reverse $accent" if self.writing else "bold reverse $primary"
        left = Content.assemble((mode, style), f" {self.who}")
        right: list[tuple[str, str]] = [(self.round, "$quiet")] if self.round else []
        if self.refused:
            right.append((f"{self.refused} refused ({key_of('outbox')})", "bold $error"))
        if self.waiting:
            right.append((f"{self.waiting} to be sent ({key_of('outbox')})", "$warning"))
        if self.maintenance:
            right.append((self.maintenance, "$warning"))
        right.append((self.connection, "$success" if self.online else "bold $warning"))
        shown = Content(" · ").join(Content.styled(text, style) for text, style in right)
        room = self.size.width - shown.cell_length - 1
        left = left.truncate(max(9, room - 1), ellipsis=True)
        space = " " * max(1, self.size.width - left.cell_length - shown.cell_length - 1)
        return Content.assemble(left, space, shown, " ")

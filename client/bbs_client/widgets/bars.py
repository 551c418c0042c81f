"""The frame of every screen: the top bar, and the status bar."""

from collections.abc import Sequence
from math import ceil

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from bbs_client.keys import key_of
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.session.state import describe_fetching, is_leaving, is_outside
from bbs_client.widgets.grid import NARROW_BELOW_COLUMNS

NAME_COLUMNS_MIN = 8  # a name of the path is not cut shorter than this
LAST_COLUMNS_MIN = 16  # nor the last one; the fact gives way first
_APART = " › "


class TopBar(Widget):
    """The first row: where the reader is, as a path of names; at the right, one fact."""

    _said: tuple[Sequence[Content], str] = ((), "")

    def say(self, path: Sequence[Content], fact: str = "") -> None:
        """Show another place.

        Args:
            path: The names from the community on; cleaned. A board's has its hue.
            fact: How long words stay here, or the page's one fact; our own words.
        """
        before, known = self._said
        same = len(path) == len(before) and all(map(Content.is_same, path, before))
        if not same or fact != known:
            self._said = (path, fact)
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        path, fact = self._said
        if not path:
            return Content("")
        names = [path[0].stylize_before("bold $primary"), *path[1:]]
        if len(names) > 1:
            names[-1] = names[-1].stylize_before("bold")
        if self.size.width < NARROW_BELOW_COLUMNS:
            names = names[-1:]
        room = self.size.width - 3
        beside = room - len(fact) - 2
        if fact and beside < _shortest(names):
            fact = ""
        left = Content.styled(_APART, "$quiet").join(_cut(names, beside if fact else room))
        space = " " * max(1, room - left.cell_length - len(fact))
        return Content.assemble(" ", left, space, (fact, "$quiet"))


def _shortest(names: Sequence[Content]) -> int:
    """Return how many columns a path takes at least."""
    widths = [min(name.cell_length, NAME_COLUMNS_MIN) for name in names[:-1]]
    last = min(names[-1].cell_length, LAST_COLUMNS_MIN)
    return sum(widths) + last + len(_APART) * len(widths)


def _cut(names: list[Content], room: int) -> list[Content]:
    """Return the names cut to fit: those in the middle first, then the first, then the last."""
    names = list(names)
    over = sum(name.cell_length for name in names) + len(_APART) * (len(names) - 1) - room
    for at in (*range(len(names) - 2, 0, -1), 0, -1):
        if over <= 0:
            break
        long = names[at].cell_length
        is_last = at in {-1, len(names) - 1}
        short = max(min(long, 1 if is_last else NAME_COLUMNS_MIN), long - over)
        names[at] = names[at].truncate(short, ellipsis=True)
        over -= long - short
    return names


def describe_closing(session: Session) -> str:
    """Return the sentence about the community's announced end; empty if none is announced."""
    closing = session.cache.closing()
    if closing is None:
        return ""
    now = session.now()
    if closing.closed_at <= now:
        return "closed"
    if closing.read_only_at <= now:
        return f"read-only, closes {session.times.day(closing.closed_at)}"
    return f"read-only from {session.times.day(closing.read_only_at)}"


def describe_maintenance(session: Session) -> str:
    """Return the words about the next planned stop; empty once its moment has come."""
    planned, now = session.maintenance_at, session.now()
    if planned is None or planned <= now:
        return ""
    return f"server rests from {session.times.moment(planned)}"


class StatusBar(Widget):
    """The row above the keys: mode and reader; at the right the round, and what is not as usual.

    A healthy state has no words: "online" is never shown.
    """

    writing: reactive[bool] = reactive(False)
    who: reactive[str] = reactive("")
    kept: reactive[str] = reactive("")  # when the draft was saved; shown while the member writes
    round: reactive[Content] = reactive(Content(""))
    unusual: reactive[tuple[Content, ...]] = reactive(())

    def show(self, session: Session, round: Content) -> None:
        """Show the state of a session, the same on every screen.

        Args:
            session: The session of the screen's community.
            round: The rest of the round; empty between rounds.
        """
        self.who = safe_line(session.me.handle if session.me else None)
        if session.is_beside:
            self.who += ", second window"
        self.unusual = _unusual(session)
        self.round = round

    def follow(self, other: "StatusBar") -> None:
        """Show what another bar shows, but for the mode."""
        self.who, self.unusual, self.round = other.who, other.unusual, other.round

    def render(self) -> Content:
        """Return the line; where it is too long, the round gives way, then the least urgent."""
        mode = " WRITING " if self.writing else " READING "
        style = "bold reverse $accent" if self.writing else "bold reverse $primary"
        room = self.size.width - 2
        rest = Content.styled(self.kept, "$quiet") if self.writing and self.kept else self.round
        unusual = map(_without_letter, self.unusual) if self.writing else self.unusual
        right = [*unusual, *([rest] if rest else [])]
        shown = Content("  ").join(right)
        while len(right) > 1 and len(mode) + 2 + shown.cell_length > room:
            shown = Content("  ").join(right := right[:-1])
        who = Content.assemble(" ", (self.who, "$quiet"))
        left = Content.assemble((mode, style), who)
        left = left.truncate(max(len(mode), room - shown.cell_length - 2), ellipsis=True)
        space = " " * max(1, room - left.cell_length - shown.cell_length)
        return Content.assemble(left, space, shown)


def _without_letter(told: Content) -> Content:
    """Leave out the key at the end while the member writes: letters are text then."""
    for key in map(key_of, ("outbox", "desk")):
        if len(key) == 1 and told.plain.endswith(f" {key}"):
            return told[:-2]
    return told


def _unusual(session: Session) -> tuple[Content, ...]:
    """Return what is not as usual, the most urgent first."""
    found: list[Content] = []
    outbox = (f" {key_of('outbox')}", "bold $primary")
    waiting = session.pending()
    refused = sum(1 for item in waiting if item.reason)
    if refused:
        found.append(Content.assemble((f"{refused} refused", "bold $error"), outbox))
    if session.signed_out:
        found.append(Content.styled("signed out", "$warning"))
    elif session.is_connecting:
        found.append(Content.styled("connecting", "$quiet"))
    elif not session.online:
        found.append(_offline(session))
    elif session.reason and is_outside(session):
        found.append(Content.styled("waiting for a seat", "$quiet"))
    elif session.reason and is_leaving(session):
        found.append(Content.styled("leaving", "$warning"))
    elif session.told_of_cases and session.cases.suspension(session.now()) is not None:
        found.append(Content.styled("suspended", "$warning"))
    elif slows := session.reason or describe_fetching(session):
        found.append(Content.styled(slows, "$quiet"))
    if len(waiting) > refused:
        count = len(waiting) - refused
        found.append(Content.assemble((f"{count} to be sent", "$warning"), outbox))
    told = filter(None, (describe_closing(session), describe_maintenance(session)))
    found += [Content.styled(text, "$warning") for text in told]
    waits = len(session.cache.at_desk())
    if session.told_of_cases:
        from bbs_client.session.case_news import describe_holds  # late: not painted first

        if says := describe_holds(session):
            found.append(Content.styled(says, "$warning"))
        waits += len(session.cases.waiting()) + len(session.cases.appeals)
    if waits:
        key = (f" {key_of('desk')}", "bold $primary")
        found.append(Content.assemble((f"{waits} at the desk", "$quiet"), key))
    return tuple(found)


def _offline(session: Session) -> Content:
    """Return that there is no connection, when the next attempt is, and the key for one now."""
    key = (f"  {key_of('try_now')}", "bold $primary"), (" tries now", "$quiet")
    if session.next_try_at is None:
        return Content.assemble(("offline", "$warning"), *key)
    ahead_s = ceil((session.next_try_at - session.now()).total_seconds())
    if ahead_s <= 0:
        return Content.styled("offline, trying now", "$warning")
    return Content.assemble((f"offline, next try in {ahead_s} s", "$warning"), *key)

"""The session: the queries of surfaces, the effects of actions, and the reports of changes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from bbs.clock import Ms, instant, to_ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.members.views import Member
from bbs.features.reading.views import SavedChoice
from bbs.features.threads.views import Line, Post, Thread
from bbs.profiles import LeftNote, Profile, find_left, forget_arrival, note_left
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.preferences import ClientSettings
from bbs_client.safe_text import safe_line
from bbs_client.session.batches import KnownBatches
from bbs_client.session.connecting import connect_as_stranger, connect_to_sign_in
from bbs_client.session.events import (
    BatchHappened,
    CaseHappened,
    CasesFetched,
    NoticesChanged,
    OnlineChanged,
    SessionEvent,
    SignedOut,
    SyncProgress,
)
from bbs_client.session.times import Times
from bbs_client.session.unsent import UnsentItem, unsent_item

if TYPE_CHECKING:
    from bbs.features.community.hand_over_messages import HandOverResult
    from bbs_client.session.cases import KnownCases
    from bbs_client.session.connection import Connection, Notify
    from bbs_client.session.round_reader import RoundReader
    from bbs_client.session.trail import Trail
    from bbs_client.session.undoing import UndoSteps


CONNECTING = "connecting"
"""The reason of a connection that was not tried yet."""


class Session:
    """A member's client of one community. Reads are quick, because they come from the mirror.

    Attributes:
        online: Whether the server can be reached right now.
        reason: The reason if it is offline, a sentence, cleaned.
        is_connecting: Whether the first attempt to reach the server is still to end.
        was_online: Whether the server was reached since the start.
        offline_since: The moment from which it could not be reached; None while it can.
        next_try_at: The moment of the next attempt to reach it; None for none.
        signed_out: Whether the server ended this device's session.
        fetching: How many boards of a first fetch are here, of how many; None for no such fetch.
        is_new: Whether the member joined on this device, so that it shows what comes first.
        maintenance_at: When the server is going to be stopped for a while; None: nothing planned.
        told_of_cases: Whether the server has told of cases since the start.
        happened: How much has happened in cases and batches, of which lists on the screen are asked
            for anew.
        left: What this device knows of its reader's leaving the community, which signed it out; None
            for everybody else.
        parting: What becomes of the words of a reader who left in this visit; empty for everybody else.
        title: What the community is called, as the server told it; cleaned, empty before that.
        hand_over: How the hand-over that waits stands, as the server told it since the start.
        batches: What the server told of batches since the start; nothing of it is kept on the device.
        settings: The reader's own, also what they changed since; every view reads them here.
        knock: Opens another community as a stranger, by its address and pin.
        sign_in: Opens this community to sign in there again.
        listener: Called with each change after the session; must not wait or raise.
    """

    def __init__(
        self,
        cache: Mirror,
        outbox: Outbox,
        drafts: Drafts,
        make_connection: "Callable[[Notify], Connection] | None" = None,
        *,
        zone: tzinfo | None = None,
    ) -> None:
        """Bring together what was opened; nothing runs yet.

        Args:
            make_connection: Makes the connection, given the function to report to; None for a
                session that only reads the mirror.
            zone: The reader's zone; None for the machine's own.
        """
        self.cache = cache
        self.outbox = outbox
        self.drafts = drafts
        self._make_connection = make_connection
        self.zone = zone
        self.online = False
        self.reason = ""
        self.is_connecting = make_connection is not None
        self.was_online = self.signed_out = self.is_new = self.told_of_cases = False
        self.offline_since: datetime | None = None
        self.next_try_at: datetime | None = None
        self.fetching: tuple[int, int] | None = None
        self.maintenance_at: datetime | None = None
        self.happened = 0
        self.left: LeftNote | None = None
        self.parting = self.title = ""
        self.batches = KnownBatches()
        self.hand_over: HandOverResult | None = None
        self.settings = ClientSettings()
        self.knock = connect_as_stranger
        self.sign_in = connect_to_sign_in
        self.listener: Notify = lambda news: None

    @cached_property
    def connection(self) -> "Connection":
        """The way to the server, made when it is first needed."""
        assert self._make_connection is not None
        return self._make_connection(self.hear)

    @cached_property
    def rounds(self) -> "RoundReader":
        """The reader's rounds, made when they are first needed."""
        from bbs_client.session.round_reader import RoundReader

        return RoundReader(self)

    @cached_property
    def undo_steps(self) -> "UndoSteps":
        """The choices of this visit that can be undone, made when they are first needed."""
        from bbs_client.session.undoing import UndoSteps

        return UndoSteps(self.cache)

    @cached_property
    def cases(self) -> "KnownCases":
        """What the server told of cases since the start; nothing of it is kept on the device."""
        from bbs_client.session.cases import KnownCases

        return KnownCases()

    def hear(self, news: SessionEvent) -> None:
        """Take note of a report, and pass it to the surface.

        Args:
            news: Any of `session.events`.
        """
        match news:
            case OnlineChanged():
                self._note_link(news)
            case SignedOut():
                self.online, self.reason, self.signed_out = False, "signed out", True
                self.offline_since = self.next_try_at = None
                self.fetching = None
                self.is_new = False
                self.left = _note_left(self.connection.profile, self.left)
            case SyncProgress(done=done, total=total):
                self.fetching = (done, total) if done < total else None
            case NoticesChanged(maintenance_at=maintenance_at, community=title):
                self.maintenance_at = maintenance_at
                self.title = safe_line(title, self.title)
            case CasesFetched() | CaseHappened():
                self.told_of_cases = True
                self.cases.note(news)
                self.happened += isinstance(news, CaseHappened)
            case BatchHappened():
                self.batches.note(news)
                self.happened += 1
        self.listener(news)

    def _note_link(self, news: OnlineChanged) -> None:
        self.online, self.reason = news.online, safe_line(news.reason)
        self.next_try_at = None
        self.is_connecting = not news.online and news.reason == CONNECTING
        if news.online:
            self.was_online, self.offline_since = True, None
        elif self.is_connecting:
            self.reason = ""
        else:
            self.offline_since = self.offline_since or self.now()
            self.fetching = None
            if news.retry_s is not None:
                self.next_try_at = self.now() + timedelta(seconds=news.retry_s)

    @property
    def is_beside(self) -> bool:
        """Whether another client holds the profile, so that unsent commands are lost at the end."""
        return not self.outbox.is_durable

    @property
    def me(self) -> Member | None:
        """The reader as a member; None before the first sync."""
        return self.cache.me()

    @property
    def community(self) -> str:
        """The community's title; cleaned."""
        commons = next(iter(self.cache.boards()), None)
        told = self.left.community if self.left is not None else self.title
        return safe_line(commons.board.title if commons else told or self.title, "Folkmoot")

    @property
    def members(self) -> Mapping[str, Member]:
        """All members by id."""
        return self.cache.members()

    def now(self) -> datetime:
        """Return the moment it is."""
        return instant(self.cache.time())

    @cached_property
    def trail(self) -> "Trail":
        """The way back to the page that the reader came from."""
        from bbs_client.session.trail import Trail

        return Trail()

    @property
    def times(self) -> Times:
        """Writes moments as the reader chose, as of now."""
        return Times(self.now(), self.zone, self.settings.times == "iso")

    def today_ms(self) -> Ms:
        """Return when this day began in the reader's time zone, in ms since 1970 UTC."""
        here = self.now().astimezone(self.zone)
        return to_ms(here.replace(hour=0, minute=0, second=0, microsecond=0))

    def is_mine(self, thing: Post | Line | Thread) -> bool:
        """Return whether the reader wrote a post or a line, or began a thread."""
        me = self.me
        return me is not None and getattr(thing.author, "id", None) == me.id

    def is_saved(self, post: Post) -> bool:
        """Return whether the reader has saved a post."""
        choice = self.cache.choices().get(("post", post.id))
        return isinstance(choice, SavedChoice) and choice.saved

    def look_into(self, board: str) -> bool:
        """Note that the reader sees the newest line of a lounge, which is told to nobody (P2).

        Returns:
            Whether it is news that they do: what is new in lounges has changed.
        """
        lines = self.cache.lines(board, limit=1)
        return bool(lines) and self.cache.keep_looked(board, lines[-1].number)

    def slug(self, board: str) -> str:
        """Return a board's slug, as addresses name it, or `~ana+ben` of a letter; `?` if it is not here."""
        row = self.cache.board(board)
        if row is not None and row.board.kind is BoardKind.LETTER:
            from bbs_client.session.letter_names import letter_address  # late: not painted first

            return letter_address(self.cache, board)
        return safe_line(row.board.slug, "?") if row else "?"

    def address(self, thing: Post | Line | Thread) -> str:
        """Return the address of a post, line or thread, as in `garden/42/7`; empty before it has one."""
        slug = self.slug(thing.board)
        if slug.startswith("~"):  # the letter's one thread needs no number
            number = getattr(thing, "number", None)
            return slug if isinstance(thing, Thread) else f"{slug}/{number}" if number else ""
        if isinstance(thing, Line):
            return f"{slug}/lounge/{thing.number}"
        if isinstance(thing, Thread):
            return f"{slug}/{thing.number}" if thing.number else ""
        row = self.cache.thread(thing.thread)
        if row is None or row.thread.number is None or thing.number is None:
            return ""
        return f"{slug}/{row.thread.number}/{thing.number}"

    # What waits to be sent

    def pending(self) -> list[UnsentItem]:
        """Return all commands that wait or were refused, oldest first."""
        return [unsent_item(item) for item in self.outbox.pending()]

    def pending_posts(self, thread: str) -> list[UnsentItem]:
        """Return the reader's own posts of a thread that the server does not have yet."""
        items = self._pending_by("threads.post", "threads.start")
        return [item for item in items if item.thread == thread]

    def pending_lines(self, board: str) -> list[UnsentItem]:
        """Return the reader's own lines of a lounge that the server does not have yet."""
        return [item for item in self._pending_by("threads.say") if item.board == board]

    def pending_threads(self, board: str) -> list[UnsentItem]:
        """Return threads the reader has started on a board that the server does not have yet."""
        return [item for item in self._pending_by("threads.start") if item.board == board]

    def _pending_by(self, *methods: str) -> list[UnsentItem]:
        return [item for item in self.pending() if item.method in methods]


def _note_left(profile: Profile, left: LeftNote | None) -> LeftNote | None:
    """Note on this device, whose session ended, whether the member left; whoever comes back is not welcomed.

    A disk that cannot be written loses it when the client ends.

    Args:
        profile: With the session that ended.
        left: What is known of the leaving in this visit.

    Returns:
        What is known of it, also from an earlier visit; None if the member did not leave.
    """
    with suppress(OSError):
        forget_arrival(profile.name)
        if left is None:
            return find_left(profile)
        note_left(profile, left)
    return left

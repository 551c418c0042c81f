"""The session's reports to a visit, held back until the line being typed is entered."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from bbs import limits
from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled
from bbs.features.community.rules import advise_on_clock
from bbs.features.moderation.messages import Acted
from bbs.features.threads.views import Thread
from bbs.terminal.act_text import is_of_batch
from bbs.terminal.event_text import EventDescriber
from bbs_client.plain.announcements import Announcements, changes
from bbs_client.session.arriving import note_news
from bbs_client.session.banners import describe_banners, describe_urgent
from bbs_client.session.desks import describe_desk
from bbs_client.session.events import (
    CaseHappened,
    CasesFetched,
    MirrorChanged,
    NewEpoch,
    NoticesChanged,
    OnlineChanged,
    SendingSlowed,
    SessionEvent,
    SignedOut,
    SyncProgress,
)
from bbs_client.session.session import CONNECTING, Session
from bbs_client.session.state import describe_return, describe_slowing

if TYPE_CHECKING:
    from bbs.sdk.updates import EventHappened


RETRYING = f" It tries again every {limits.RECONNECT_SECONDS_MAX:g} s; try-now tries at once."


class MirrorDescriber(EventDescriber):
    """Describes events with the names of members, boards and threads in the mirror."""

    def __init__(self, session: Session) -> None:
        """Begin without names; `look` reads them."""
        super().__init__(session.connection, {}, {})
        self._session = session

    def slug(self, board_id: str) -> str:
        """Return what a board or a letter is called in addresses."""
        return self._session.slug(board_id)

    def place(self, thread: Thread) -> str:
        """Return the address of a thread, or of the letter that it is."""
        return self._session.address(thread) or super().place(thread)

    async def thread(self, thread_id: str) -> Thread | None:
        """Return a thread, if it is here."""
        row = self._session.cache.thread(thread_id)
        return row.thread if row else None

    def look(self) -> None:
        """Read the names that the mirror has now."""
        self.members, self.me = dict(self._session.members), self._session.cache.reader
        self.boards = {row.board.id: row.board for row in self._session.cache.boards()}


class News:
    """Collects the session's reports and the events of the community.

    Attributes:
        is_ready: Whether the mirror was brought up to date in this visit, or cannot be yet.
        is_offline: Whether the server cannot be reached, as far as is known.
        fetching: The name of the thing being fetched, foreign text; empty for none.
        signed_out: The reason why the session has ended; None while it has not.
        ended: Set once the session has ended.
    """

    def __init__(self, session: Session, on_outbox: Callable[[], None]) -> None:
        """Collect reports of a session from now on; the round shows earlier events.

        Args:
            session: The session; this becomes its listener and its connection's.
            on_outbox: Called when the outbox may have changed.
        """
        self.is_ready = self.is_offline = False
        self.fetching = ""
        self.signed_out: str | None = None
        self._on_outbox = on_outbox
        self._session = session
        self._since = session.now()
        self._waiting: deque[str] = deque(maxlen=limits.PLAIN_NEWS_MAX)
        self._happened: deque[EventHappened] = deque(maxlen=limits.PLAIN_NEWS_MAX)
        self._left_out = 0
        self._standing = Announcements()
        self._why: str | None = None
        self._at_desk: frozenset[str] = frozenset()
        self._cases_told: set[str] = set()
        self._changed = asyncio.Event()
        self.ended = asyncio.Event()
        self._describer = MirrorDescriber(session)
        session.listener = self._hear
        session.connection.overhear = self._overhear

    async def until(self, condition: Callable[[], bool]) -> bool:
        """Wait for a condition, but not while offline, and not for long; return whether it is true.

        Cancelling is safe.
        """
        try:
            async with asyncio.timeout(limits.PLAIN_ANSWER_SECONDS):
                while not condition() and not self.is_offline and self.signed_out is None:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pass
        return condition()

    def stop_waiting(self) -> None:
        """Treat the server as unreachable until it answers, and print that."""
        if not self.is_offline:
            self.is_offline = True
            self._waiting.append("The server has not answered yet: this is what is on this device.")

    def announcements(self) -> list[str]:
        """Return the sysop's announcements that were not returned before."""
        cache = self._session.cache
        now = Announcements(
            motd=cache.notice("motd"),
            maintenance_at=self._session.maintenance_at,
            closing=cache.closing(),
            urgent=tuple(describe_urgent(self._session)),
            lock_down=" ".join(describe_banners(self._session, None)),
        )
        lines = changes(self._standing, now)
        if lines and self._why and now.closing != self._standing.closing:
            lines.append(f"Why: {self._why}")
        self._standing, self._why = now, None
        return lines

    def desk(self) -> list[str]:
        """Return a sentence if something waits at the reader's desks that was not told before."""
        waits = self._session.cache.at_desk()
        says = describe_desk(self._session, waits - self._at_desk)
        self._at_desk = waits
        return [says] if says else []

    def states(self) -> list[str]:
        """Return a sentence for each change of the connection since the last call."""
        lines = [*self._waiting]
        self._waiting.clear()
        return lines

    async def events(self) -> list[str]:
        """Return a sentence for each event of other members since the last call."""
        lines = [f"{self._left_out} older news are left out."] if self._left_out else []
        self._describer.look()
        me = self._session.me
        for happened in self._happened:
            if self._describer.is_repeated(happened):
                continue
            sentence = await self._describer.describe(happened)
            if sentence and getattr(happened.author, "id", None) != (me.id if me else ""):
                lines.append(sentence)
        self._happened.clear()
        self._left_out = 0
        return lines

    def _hear(self, news: SessionEvent) -> None:
        match news:
            case OnlineChanged(online=True, reason=reason):
                if self.is_offline:
                    back = describe_return(self._session)
                    self._waiting.append(back or "The connection is back.")
                self.is_offline = False
                if reason:
                    self.is_ready = True
                    self._waiting.append(f"You are connected, but: {self._session.reason}.")
            case OnlineChanged(reason=reason) if reason == CONNECTING:
                pass
            case OnlineChanged():
                if not self.is_offline:
                    trying = "" if self._session.connection.failure else RETRYING
                    self._waiting.append(f"You are offline: {self._session.reason}.{trying}")
                self.is_offline = True
            case MirrorChanged(whole=True):
                self.is_ready = True
            case CasesFetched() | CaseHappened():
                self._note_cases()
            case MirrorChanged(tables=tables) if "notes" in tables:
                self._note_notes()
            case MirrorChanged(tables=tables) if "outbox" in tables:
                self._on_outbox()
            case SendingSlowed(wait_s=wait_s):
                self._waiting.append(describe_slowing(wait_s))
            case SyncProgress(what=what):
                self.fetching = what
            case SignedOut(reason=reason):
                self.signed_out = reason
                self.ended.set()
            case NewEpoch():
                self._waiting.append("The server went back to an earlier state.")
            case NoticesChanged(clock_doubt=doubt) if doubt is not None:
                self._waiting.append(advise_on_clock(doubt))
        self._changed.set()

    def _note_notes(self) -> None:
        """Say once that somebody wrote into a note that the reader reads."""
        for _, news in note_news(self._session):
            says = f"{news}; note shows it."
            if says not in self._waiting:
                self._waiting.append(says)

    def _note_cases(self) -> None:
        """Say once that somebody asks the reader about their words, and what waits at their desk."""
        from bbs_client.session.case_news import describe_desk_cases, own_news  # late: seldom

        found = {key: f"{says}; cases shows it." for key, _, says in own_news(self._session)}
        if says := describe_desk_cases(self._session):
            found[says] = f"{says}; desk shows it."
        self._waiting += [says for key, says in found.items() if key not in self._cases_told]
        self._cases_told |= found.keys()

    def _overhear(self, happened: "EventHappened") -> None:
        if happened.at < self._since:
            return
        if isinstance(happened.event, Acted) and is_of_batch(happened.event.act):
            return  # the start of its batch is the one line that tells of it
        if isinstance(happened.event, ClosingAnnounced | ClosingCancelled):
            self._why = happened.event.reason
        self._left_out += len(self._happened) == limits.PLAIN_NEWS_MAX
        self._happened.append(happened)

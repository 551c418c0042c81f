"""A small community in a mirror, made from changes: what most tests of the screens look at."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bbs.clock import to_ms
from bbs.errors import Disconnected, FolkmootError
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import Author, Member, MemberAuthor
from bbs.features.norms.messages import Clause, Norms
from bbs.features.presence.messages import PresenceChanged
from bbs.features.reading.messages import Choosing, Floor, MarkPosts
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs.ids import COMMONS
from bbs.messages import Command, Request
from bbs.profiles import Profile
from bbs.streams import board_stream
from bbs.testing import FakeClock
from bbs_client.mirror.changes import Change
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.events import MirrorChanged, SessionEvent
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp

HEARD = 50  # how far the mirror has heard each board: beyond all that stands in it
NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def uid(number: int) -> str:
    """Return a readable id."""
    return f"00000000-0000-4000-8000-{number:012d}"


ANA, BEN, CLEO = uid(101), uid(102), uid(103)
GARDEN, READERS, CELLAR = uid(201), uid(202), uid(203)
TOMATOES, RAIN, EMPTY = uid(301), uid(302), uid(303)


clock = FakeClock(to_ms(NOW))
"""The time it is in the sample."""


PROFILE = Profile(
    name="ana",
    url="bbs://moot.example:8765",
    handle="ana",
    member=ANA,
    session="",
    token="",
    host="moot.example",
)


class FakeConnection:
    """A connection without a server: it keeps what it is told, and answers from a table."""

    def __init__(self, session: Session, notify: Callable[[SessionEvent], None]) -> None:
        self.session = session
        self.notify = notify
        self.profile = PROFILE
        self.marked: list[tuple[str, int, int, bool]] = []
        self.opened: list[str] = []
        self.asked: list[Request[Any]] = []
        self.answers: dict[type[Request[Any]], Any] = {}
        self.silent: set[type[Request[Any]]] = set()  # what is never answered
        self.visible: bool | None = None
        self.stopped = False
        self.tried = self.fetches_of_kept = 0
        self.has_key = False
        self.failure: FolkmootError | None = None

    async def run(self) -> None:
        """Connect to nothing."""

    def stop(self) -> None:
        """Note it."""
        self.stopped = True

    def fetch_kept_boards(self) -> None:
        """Note it."""
        self.fetches_of_kept += 1

    def try_now(self) -> bool:
        """Note it."""
        self.tried += 1
        return True

    def submit(self, command: Command[Any], destination: str) -> int:
        """Keep a command in the outbox; it stays there."""
        return self.session.outbox.add(command, destination)

    def retry(self, item: int) -> None:
        """Queue a refused command again."""
        self.session.outbox.retry(item)

    def discard(self, item: int) -> None:
        """Let go of a command."""
        self.session.outbox.done(item)

    async def call(self, request: Request[Any]) -> Any:
        """Answer from the table, by a function or with an error if one stands there, or as when offline."""
        self.asked.append(request)
        if type(request) in self.silent:
            await asyncio.Event().wait()
        answer = self.answers.get(type(request), Disconnected("offline"))
        if isinstance(answer, FolkmootError):
            raise answer
        return answer(request) if callable(answer) else answer

    async def open_board(self, board: str) -> None:
        """Note it."""
        self.opened.append(board)

    async def open_thread(self, thread: str) -> None:
        """Note it."""
        self.opened.append(thread)

    async def watch_case(self, case: str) -> None:
        """Note it."""
        self.opened.append(f"case:{case}")

    async def older_threads(self, board: str) -> bool:
        """Note it."""
        self.opened.append(f"threads:{board}")
        return False

    async def older_lines(self, board: str) -> bool:
        """Note it."""
        self.opened.append(f"lines:{board}")
        return False

    def mark(self, thread: str, first: int, last: int, read: bool = True) -> None:
        """Mark in the mirror, as the link does."""
        self.marked.append((thread, first, last, read))
        self.session.cache.apply((MarkPosts(thread=thread, first=first, last=last, read=read),))
        self.notify(MirrorChanged(threads=frozenset({thread})))

    def choose(self, command: Choosing) -> None:
        """Choose in the mirror, as the link does."""
        self.session.cache.apply((command,))

    def set_presence(self, visible: bool) -> None:
        """Note it."""
        self.visible = visible


def a_post(
    number: int | None,
    body: str | None,
    *,
    id: str | None = None,
    thread: str = TOMATOES,
    board: str = GARDEN,
    author: Author | None = None,
    parent: str | None = None,
    seq: int | None = None,
    minutes_ago: int = 60,
    **more: Any,
) -> Post:
    """Return a post of the sample; its id follows from thread and number."""
    at = NOW - timedelta(minutes=minutes_ago)
    return Post(
        id=id or post_id(thread, number or 999),
        board=board,
        thread=thread,
        number=number,
        parent=parent,
        author=author or MemberAuthor(id=BEN),
        at=at,
        visible_at=more.pop("visible_at", at),
        seq=seq if seq is not None else (number or None),
        body=body,
        **more,
    )


def post_id(thread: str, number: int) -> str:
    """Return the id of a sample post."""
    return uid(int(thread[-12:]) * 100_000 + number)


def people() -> Iterable[Change]:
    """Yield members and who is here."""
    names = ((ANA, "ana", "Ana Ruiz"), (BEN, "ben", "Ben"), (CLEO, "cleo", "Cleo of the Hill"))
    for id, handle, name in names:
        yield Member(id=id, handle=handle, name=name, joined_at=NOW - timedelta(days=90))
    yield PresenceChanged(members=(BEN,))


def boards() -> Iterable[Change]:
    """Yield boards, seats, norms and floors."""
    table = (
        (COMMONS, "commons", "The Village Hall", "What concerns all of us.", 0),
        (GARDEN, "garden", "Garden", "Beds, weeds and weather. Bring soil under your nails.", 30),
        (READERS, "readers", "Slow Readers", "One book a season.", 0),
        (CELLAR, "cellar", "The Cellar", "For those who have the key.", 7),
    )
    for number, (id, slug, title, charter, days) in enumerate(table, 1):
        visibility = Visibility.PRIVATE if id == CELLAR else Visibility.MEMBERS
        yield Board(
            id=id,
            slug=slug,
            number=number,
            title=title,
            charter=charter,
            seats=50,
            retention_days=days,
            lounge_hours=72,
            visibility=visibility,
        )
        clauses = (Clause(text="Speak as at a kitchen table.", why="We share one."),)
        yield Norms(board=id, version=1, clauses=clauses)
        if id != READERS:
            yield Seat(
                board=id,
                member=ANA,
                state=SeatState.SEATED,
                moderator=id == CELLAR,
                position=1,
                norms_version=1,
            )
            yield Floor(board=id, seq=0)


def talk() -> Iterable[Change]:
    """Yield threads, posts and lines."""
    for number, (id, title, count) in enumerate(
        ((TOMATOES, "Tomatoes after the frost", 6), (RAIN, "Rain barrels, again", 2)), 1
    ):
        yield Thread(
            id=id,
            board=GARDEN,
            number=number,
            author=MemberAuthor(id=BEN),
            title=title,
            at=NOW - timedelta(hours=5),
            posts=count,
            last_at=NOW - timedelta(minutes=20),
        )
    fading: dict[str, Any] = {"fades_at": NOW + timedelta(days=10)}
    me = MemberAuthor(id=ANA)
    first = post_id(TOMATOES, 1)
    second = post_id(TOMATOES, 2)
    posts = (
        a_post(
            1, "The frost took **half** of them.\n\nWhat did you lose?", minutes_ago=300, **fading
        ),
        a_post(
            2, "Nothing, I had `fleece` on.", author=me, parent=first, minutes_ago=200, **fading
        ),
        a_post(
            3,
            "Which fleece? See [the almanac](https://example.org/fleece).",
            parent=second,
            author=MemberAuthor(id=CLEO),
            edits=1,
            mentions=(ANA,),
            **fading,
        ),
        a_post(4, None, state=ContentState.WITHDRAWN, parent=first),
        a_post(5, "- old sheets\n- newspaper\n- hope", parent=first, **fading),
        a_post(6, "> hope\n\nWorks best.", parent=post_id(TOMATOES, 5), minutes_ago=20, **fading),
        a_post(1, "Mine leaks.", thread=RAIN, seq=11),
        a_post(2, "Tar.", thread=RAIN, author=MemberAuthor(id=CLEO), seq=12),
    )
    yield from (post for post in posts)
    says = ((BEN, "Morning."), (ANA, "Morning! Kettle is on."), (CLEO, "Bring two cups."))
    for number, (who, body) in enumerate(says, 1):
        yield Line(
            id=uid(900 + number),
            board=GARDEN,
            number=number,
            author=MemberAuthor(id=who),
            at=NOW - timedelta(minutes=30 - number),
            fades_at=NOW + timedelta(hours=72),
            body=body,
        )


def a_session(
    folder: Path, *extra: Iterable[Change], only: Iterable[Change] | None = None
) -> Session:
    """Return a session with the sample in its mirror.

    Args:
        folder: Where its files go.
        extra: More changes.
        only: What is in the mirror instead of the sample; None for the sample.
    """
    cache = Mirror.open(folder / "mirror.db", ANA, clock)
    sample = (people(), boards(), talk()) if only is None else (only,)
    for changes in (*sample, *extra):
        cache.apply(changes)
    for board in (COMMONS, GARDEN, CELLAR):
        cache.set_cursor(board_stream(board), HEARD)
    outbox = Outbox.open(folder / "outbox.db", clock)
    drafts = Drafts(folder / "drafts")
    session = Session(
        cache,
        outbox,
        drafts,
        lambda notify: FakeConnection(session, notify),  # type: ignore[arg-type, return-value]  # a stand-in
        zone=UTC,
    )
    return session


def an_app(session: Session, **options: Any) -> FolkmootApp:
    """Return the client over a session."""
    return FolkmootApp(session, **options)

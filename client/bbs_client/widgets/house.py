"""What every widget needs to know: the mirror, what waits to be sent, the time, who the reader is."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import partial

from msgspec import Struct

from bbs.clock import Ms, instant, to_ms
from bbs.features.members.views import Member
from bbs.features.reading.views import SavedChoice
from bbs.features.threads.views import Line, Post, Thread
from bbs_client.keys import key_of
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox, OutboxItem, OutboxState
from bbs_client.widgets.safe_text import safe_line

SENDING, WAITING, REFUSED = "sending…", "waits for the connection", "refused"


class UnsentItem(Struct, frozen=True):
    """Something of the reader's own that the server has not taken yet.

    Attributes:
        id: Its number in the outbox.
        method: What it asks for.
        post: The id that the post or line will have; of an edit, the post's.
        says: Its state, in our own words.
        role: How that is drawn.
        may_come_back: Whether its words may go back into the composer: it is not under way.
        reason: Why it was refused; cleaned. Empty while it waits.
    """

    id: int
    method: str
    board: str | None
    thread: str | None
    post: str | None
    parent: str | None
    title: str
    body: str
    says: str
    role: str
    may_come_back: bool
    reason: str = ""

    @property
    def key(self) -> str:
        """Its key in lists."""
        return f"out:{self.id}"


class House:
    """The client's shared facts. Reads are quick: they come from the mirror on this device.

    Attributes:
        online: Whether the server can be reached right now.
        reason: Why not; a sentence, cleaned.
        maintenance_at: When the server is going to be stopped for a while; None: nothing planned.
    """

    def __init__(
        self,
        cache: Mirror,
        outbox: Outbox,
        drafts: Drafts,
        *,
        zone: tzinfo | None = None,
    ) -> None:
        """Bring together what was opened.

        Args:
            zone: The reader's zone; None for the machine's own.
        """
        self.cache = cache
        self.outbox = outbox
        self.drafts = drafts
        self.zone = zone
        self.online = False
        self.reason = ""
        self.maintenance_at: datetime | None = None

    @property
    def me(self) -> Member | None:
        """The reader as a member; None before the first sync."""
        return self.cache.me()

    @property
    def community(self) -> str:
        """What the community is called; cleaned."""
        commons = next(iter(self.cache.boards()), None)
        return safe_line(commons.board.title if commons else None, "Folkmoot")

    @property
    def members(self) -> Mapping[str, Member]:
        """All members by id."""
        return self.cache.members()

    def now(self) -> datetime:
        """Return the moment it is."""
        return instant(self.cache.time())

    def now_ms(self) -> Ms:
        """Return the moment it is, in milliseconds since 1970 UTC."""
        return self.cache.time()

    def today_ms(self) -> Ms:
        """Return when this day began where the reader is, in milliseconds since 1970 UTC."""
        here = self.now().astimezone(self.zone)
        return to_ms(here.replace(hour=0, minute=0, second=0, microsecond=0))

    def is_mine(self, thing: Post | Line | Thread) -> bool:
        """Tell whether the reader wrote a post or a line, or began a thread."""
        me = self.me
        return me is not None and getattr(thing.author, "id", None) == me.id

    def is_saved(self, post: Post) -> bool:
        """Tell whether the reader has put a post aside."""
        choice = self.cache.choices().get(("post", post.id))
        return isinstance(choice, SavedChoice) and choice.saved

    def slug(self, board: str) -> str:
        """Return a board's slug, as addresses name it; `?` for a board that is not here."""
        row = self.cache.board(board)
        return safe_line(row.board.slug, "?") if row else "?"

    def address(self, thing: Post | Line) -> str:
        """Return the address of a post or line, as in `garden/42/7`; empty before it has one."""
        slug = self.slug(thing.board)
        if isinstance(thing, Line):
            return f"{slug}/lounge/{thing.number}"
        row = self.cache.thread(thing.thread)
        if row is None or row.thread.number is None or thing.number is None:
            return ""
        return f"{slug}/{row.thread.number}/{thing.number}"

    # What waits to be sent

    def pending(self) -> list[UnsentItem]:
        """Return everything that waits or was refused, oldest first."""
        return [self._pending(item) for item in self.outbox.pending()]

    def pending_posts(self, thread: str) -> list[UnsentItem]:
        """Return the reader's own posts of a thread that the server has not taken yet."""
        items = self._pending_by("threads.post", "threads.start")
        return [item for item in items if item.thread == thread]

    def pending_lines(self, board: str) -> list[UnsentItem]:
        """Return the reader's own lines of a lounge that the server has not taken yet."""
        return [item for item in self._pending_by("threads.say") if item.board == board]

    def pending_threads(self, board: str) -> list[UnsentItem]:
        """Return threads the reader has started on a board that the server has not taken yet."""
        return [item for item in self._pending_by("threads.start") if item.board == board]

    def _pending_by(self, *methods: str) -> list[UnsentItem]:
        return [item for item in self.pending() if item.method in methods]

    def _pending(self, item: OutboxItem) -> UnsentItem:
        # A command of a later version is None here; its row is still shown, and can be discarded.
        command = item.command
        field = partial(getattr, command)
        reason = safe_line(item.error)
        says, role = (SENDING, "new") if self.online else (WAITING, "warn")
        if item.state is OutboxState.REFUSED:
            says, role = f"{REFUSED}: {reason} ({key_of('outbox')}: outbox)", "error"
        return UnsentItem(
            id=item.id,
            method=item.method,
            board=field("board", None),
            thread=field("thread", None),
            post=field("post", None) or field("line", None),
            parent=field("parent", None),
            title=field("title", None) or "",
            body=field("body", None) or "",
            says=says,
            role=role,
            # What is sent may have happened: its words could end up in two places.
            may_come_back=item.state is not OutboxState.SENT,
            reason=reason,
        )

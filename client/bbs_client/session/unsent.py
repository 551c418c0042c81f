"""Unsent things, as the reader sees them."""

from functools import partial

from msgspec import Struct

from bbs_client.mirror.outbox_item import OutboxItem, OutboxState
from bbs_client.safe_text import safe_line


class UnsentItem(Struct, frozen=True):
    """Something of the reader's own that the server does not have yet.

    Attributes:
        id: Its number in the outbox.
        method: The method of its command.
        post: The id that the post or line will have; of an edit, the post's.
        may_come_back: Whether its text may return to the composer, because it is not being sent.
        reason: The reason of a refusal; cleaned. Empty while it waits.
        asks: The board whose norms have to be accepted before it is sent; None for none.
    """

    id: int
    method: str
    board: str | None
    thread: str | None
    post: str | None
    parent: str | None
    title: str
    body: str
    may_come_back: bool
    reason: str = ""
    asks: str | None = None

    @property
    def key(self) -> str:
        """Its key in lists."""
        return f"out:{self.id}"

    @property
    def stands(self) -> str:
        """What became of it so far, for a reader who is offline; without the way to change that."""
        if self.reason:
            return f"refused: {self.reason}"
        if self.asks is not None:
            return "waits for your yes to changed norms"
        return "waits for the connection"


def unsent_item(item: OutboxItem) -> UnsentItem:
    """Return how an item of the outbox stands."""
    # A command of a later version is None here; the list still shows its row, and the reader can
    # discard it.
    field = partial(getattr, item.command)
    return UnsentItem(
        id=item.id,
        method=item.method,
        board=field("board", None),
        thread=field("thread", None),
        post=field("post", None) or field("line", None),
        parent=field("parent", None),
        title=field("title", None) or "",
        body=field("body", None) or "",
        # A command that was sent may have been applied: its text could end up in two places.
        may_come_back=item.state is not OutboxState.SENT,
        reason=safe_line(item.error) if item.state is OutboxState.REFUSED else "",
        asks=item.asks.board if item.asks is not None else None,
    )

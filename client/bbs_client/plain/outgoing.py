"""What was written and is on its way: what became of it, in sentences."""

from typing import Any, NamedTuple

from bbs.features.boards.messages import LeaveSeat, SeatState, TakeSeat
from bbs.features.threads.messages import (
    EditPost,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS
from bbs.messages import Command
from bbs.terminal.output import local_time
from bbs_client.mirror.outbox_item import OutboxItem, OutboxState
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session


class Outcome(NamedTuple):
    """What became of something.

    Attributes:
        told: A sentence.
        post: The post that came of it.
    """

    told: str
    post: Post | None = None


_WORDS = {
    StartThread.method: "your thread",
    WritePost.method: "your answer",
    EditPost.method: "your edit",
    Say.method: "your line",
}
"""Commands that hold words, and what they are called."""


class Outgoing:
    """Watches the outbox, so that each outcome is told once."""

    def __init__(self, session: Session) -> None:
        """Watch what waits already, too."""
        self._session = session
        self._watched: dict[int, Command[Any] | None] = {}
        self._told_waiting: set[int] = set()
        self._told_asked: set[int] = set()
        self.look()
        self._earlier = set(self._watched)  # of a visit before: it leads nowhere in this one

    def _waiting(self) -> dict[int, Command[Any] | None]:
        items = self._session.outbox.pending()
        return {item.id: item.command for item in items if item.state is not OutboxState.REFUSED}

    def look(self) -> None:
        """Take note of what came into the outbox, or is tried again."""
        self._watched |= self._waiting()

    @property
    def is_open(self) -> bool:
        """Whether the outcome of something is not known, and that was not said yet."""
        return not self._told_waiting.issuperset(self._waiting())

    def outcomes(self) -> list[Outcome]:
        """Return what became of each, oldest first, where that was not returned before."""
        found: list[Outcome] = []
        for number, command in list(self._watched.items()):
            item = self._session.outbox.item(number)
            if item is None:
                if (outcome := _done(self._session, command)) is not None:
                    is_earlier = number in self._earlier
                    found.append(outcome._replace(post=None) if is_earlier else outcome)
                del self._watched[number]
            elif item.asks is not None:
                if number not in self._told_asked:
                    self._told_asked.add(number)
                    found.append(Outcome(_asked(self._session, item)))
            elif item.state is OutboxState.REFUSED:
                found.append(Outcome(_refused(item)))
                del self._watched[number]
            elif number not in self._told_waiting:
                self._told_waiting.add(number)
                goes = "its turn" if self._session.is_beside else "the connection"
                found.append(Outcome(f"Not sent yet: {what(item.method)} waits for {goes}."))
        return found


def what(method: str) -> str:
    """Return what a command is about, in a word or two."""
    return _WORDS.get(method, "what you decided")


def _asked(session: Session, item: OutboxItem) -> str:
    """Return that something waits for a yes to norms, and how to give it."""
    assert item.asks is not None
    row = session.cache.board(item.asks.board)
    whose = "the commons" if item.asks.board == COMMONS else session.slug(item.asks.board)
    verb = "seat commons" if row is None or item.asks.board == COMMONS else f"seat {whose}"
    return (
        f"Kept: {what(item.method)} waits for your yes to the norms of {whose}, which have changed."
        f" {verb} shows what changed and asks; it is sent then."
    )


def _refused(item: OutboxItem) -> str:
    kept = " Your words are kept: the same verb brings them back, outbox lists them."
    return f"Refused: {safe_line(item.error)}.{kept if item.method in _WORDS else ''}"


def _done(session: Session, command: Command[Any] | None) -> Outcome | None:
    """Return what a command that the server took has led to, by the mirror; None for nothing to say."""
    match command:
        case StartThread(post=id) | WritePost(post=id) | EditPost(post=id):
            return _published(session, command, session.cache.post(id))
        case WithdrawPost(post=id):
            post = session.cache.post(id)
            if post is not None and post.body is None:
                return Outcome(f"Withdrawn: {session.address(post)}.", post)
        case Say(board=board, line=id):
            for line in session.cache.lines(board):
                if line.id == id:
                    return Outcome(f"Said as {session.address(line)}.")
        case Unsay():
            return Outcome("Withdrawn.")
        case TakeSeat(board=board) | LeaveSeat(board=board):
            return Outcome(_seat(session, board))
    return None


def _published(session: Session, command: Command[Any], post: Post | None) -> Outcome | None:
    """Return that a post stands as it was written; None where its writer took that back."""
    if post is None or post.body != getattr(command, "body", None):
        return None
    if post.state is ContentState.HELD:
        return Outcome(f"Held until {local_time(post.visible_at)}, then published.")
    where = session.address(post)
    if isinstance(command, StartThread):
        where = where.rpartition("/")[0]
    return Outcome(f"{'Edited:' if isinstance(command, EditPost) else 'Posted as'} {where}.", post)


def _seat(session: Session, board: str) -> str:
    row, slug = session.cache.board(board), session.slug(board)
    state = row.seat.state if row is not None and row.seat is not None else SeatState.LEFT
    return {
        SeatState.SEATED: f"You have a seat on {slug}.",
        SeatState.WAITING: f"{slug} is full: you are on its waiting list.",
        SeatState.LEFT: f"You have no seat on {slug} any more.",
        SeatState.OFFERED: f"A seat on {slug} is offered to you.",
    }[state]

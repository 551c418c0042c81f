"""The outcomes of written text on its way to the server, in sentences."""

from typing import Any, NamedTuple

from bbs.features.boards.seat_messages import LeaveSeat, SeatState, TakeSeat
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
from bbs.terminal.held_text import describe_held
from bbs.terminal.output import local_time
from bbs_client.mirror.outbox_item import OutboxItem, OutboxState
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session


class Outcome(NamedTuple):
    """The outcome of a command.

    Attributes:
        told: A sentence.
        post: The post that it made, if any.
    """

    told: str
    post: Post | None = None


_WORDS = {
    StartThread.method: "your thread",
    WritePost.method: "your answer",
    EditPost.method: "your edit",
    Say.method: "your line",
}
"""Commands with text, and their names for people."""


class Outgoing:
    """Watches the outbox, so that each outcome is printed once."""

    def __init__(self, session: Session) -> None:
        """Watch the commands that wait already, too."""
        self._session = session
        self._watched: dict[int, Command[Any] | None] = {}
        self._told_waiting: set[int] = set()
        self._told_asked: set[int] = set()
        self.look()
        # a command of an earlier visit leads nowhere in this one
        self._earlier = set(self._watched)

    def _waiting(self) -> dict[int, Command[Any] | None]:
        items = self._session.outbox.pending()
        return {item.id: item.command for item in items if item.state is not OutboxState.REFUSED}

    def look(self) -> None:
        """Note new commands in the outbox, and those tried again."""
        self._watched |= self._waiting()

    @property
    def is_open(self) -> bool:
        """Whether the outcome of a command is unknown, and that was not printed yet."""
        return not self._told_waiting.issuperset(self._waiting())

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes that were not returned before, oldest first."""
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
    """Return the subject of a command, in a word or two."""
    return _WORDS.get(method, "what you decided")


def _asked(session: Session, item: OutboxItem) -> str:
    """Return a sentence: the command waits until the reader accepts norms, and how to do so."""
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
    """Return the effect of an accepted command, by the mirror; None if there is nothing to print."""
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
    """Return that a post was published as written; None if its writer withdrew it."""
    if post is None or post.body != getattr(command, "body", None):
        return None
    if post.state is ContentState.HELD:
        return Outcome(describe_held(post, local_time))
    where = session.address(post)
    if isinstance(command, StartThread):
        where = where.rpartition("/")[0]
    return Outcome(f"{'Edited:' if isinstance(command, EditPost) else 'Posted as'} {where}.", post)


def _seat(session: Session, board: str) -> str:
    row, slug = session.cache.board(board), session.slug(board)
    state = row.seat.state if row is not None and row.seat is not None else SeatState.LEFT
    return {
        SeatState.SEATED: f"You have a seat on {slug}.",
        SeatState.WAITING: f"You are on the waiting list of {slug}; seat shows your place.",
        SeatState.APPLIED: f"The moderators of {slug} have your answers.",
        SeatState.LEFT: f"You have no seat on {slug} any more.",
        SeatState.OFFERED: f"A seat on {slug} is offered to you.",
    }[state]

"""Writes letters, requests for them, and whom the reader blocks into the mirror."""

from msgspec import Struct

from bbs import limits
from bbs.clock import Instant, Ms, to_ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.letters.messages import BlocksChanged, LetterNews
from bbs.features.letters.views import BlockList, Letter, LetterHead, LetterState
from bbs_client.mirror.changes import ForgetBoard
from bbs_client.mirror.dropping import forget_board
from bbs_client.mirror.transaction import MirrorTransaction


class KeepLetters(Struct, frozen=True):
    """The reader's letters and requests were listed: what is not among them is over.

    Attributes:
        letters: The ids of those that were listed.
        are_all: Whether all letters were listed; else all requests, and some letters.
    """

    letters: frozenset[str]
    are_all: bool = True


def put_letter(pen: MirrorTransaction, letter: Letter) -> None:
    """Store a letter or a request, an open letter as a board too; forget a letter that has ended."""
    if letter.state is LetterState.ENDED:
        forget_board(pen, ForgetBoard(letter.id))
        return
    later = "letters.revision <= excluded.revision"
    if not pen.put("letters", letter, "board", later, board=letter.id):
        return
    pen.touch("letters", letter.id)
    if letter.state is LetterState.OPEN:
        _open(pen, letter)


def _open(pen: MirrorTransaction, letter: Letter) -> None:
    """Store the board of a letter, which nobody describes: all are alike."""
    if not pen.has_board(letter.id):
        board = Board(
            id=letter.id,
            number=0,
            kind=BoardKind.LETTER,
            visibility=Visibility.PRIVATE,
            seats=limits.LETTER_SEATS_MAX,
            retention_days=limits.LETTER_DAYS,
            lounge_hours=1,
            hold_s=0,
            norms_version=0,
        )
        pen.put("boards", board, "id", words=True)
        pen.forget(letter.id)
        pen.touch("boards", letter.id)
    if pen.me is not None and pen.me in letter.members:
        # Until the letter's own stream tells of it.
        position = letter.members.index(pen.me)
        seat = Seat(board=letter.id, member=pen.me, state=SeatState.SEATED, position=position)
        held = "seats.state = 'left'"
        if pen.put("seats", seat, "board, member", held):
            pen.touch("seats", letter.id)
            pen.recompute_unread(letter.id)


def put_head(pen: MirrorTransaction, head: LetterHead) -> None:
    """Store an open letter, and how far its stream has come."""
    put_letter(pen, head.letter)
    pen.run(
        "UPDATE letters SET seq = max(seq, ?), last_at = max(coalesce(last_at, 0), ?) WHERE board = ?",
        *(head.seq, _ms(head.last_at), head.letter.id),
    )
    pen.touch("letters", head.letter.id)


def _ms(at: Instant | None) -> Ms:
    return 0 if at is None else to_ms(at)


def note_news(pen: MirrorTransaction, news: LetterNews) -> None:
    """Note that something happened in a letter, which may not be here yet."""
    sql = "UPDATE letters SET seq = ? WHERE board = ? AND seq < ?"
    if pen.run(sql, news.seq, news.letter, news.seq):
        pen.touch("letters", news.letter)


def keep_letters(pen: MirrorTransaction, listed: KeepLetters) -> None:
    """Forget the letters and requests that were not listed."""
    known = "SELECT board FROM letters UNION SELECT id FROM boards WHERE kind = 'letter'"
    if not listed.are_all:
        known = "SELECT board FROM letters WHERE state = 'asked'"
    for (letter,) in pen.fetch_all(known):
        if letter not in listed.letters:
            forget_board(pen, ForgetBoard(letter))


def set_blocks(pen: MirrorTransaction, told: BlocksChanged | BlockList) -> None:
    """Store whom the reader blocks."""
    before = {member for (member,) in pen.fetch_all("SELECT member FROM blocks")}
    if before == set(told.members):
        return
    pen.run("DELETE FROM blocks")
    for member in told.members:
        pen.run("INSERT OR IGNORE INTO blocks(member) VALUES (?)", member)
    pen.touch("blocks")


def drop_letters(pen: MirrorTransaction, member: str) -> None:
    """Drop what the reader's own stream told of letters; their posts come from their own streams."""
    pen.run("DELETE FROM letters")
    pen.run("DELETE FROM blocks")
    pen.touch("letters")
    pen.touch("blocks")

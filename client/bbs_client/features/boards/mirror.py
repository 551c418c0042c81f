"""Writes boards, their old slugs and their seats into the mirror."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, to_ms
from bbs.features.boards.application_messages import (
    ApplicationAtDesk,
    ApplicationList,
    ApplicationState,
    OwnApplication,
    OwnApplications,
)
from bbs.features.boards.messages import (
    Board,
    BoardList,
    BoardResult,
    BoardUnlisted,
    OldSlug,
    Visibility,
)
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs_client.features.boards.reads import board_decoder
from bbs_client.mirror.changes import ForgetBoard
from bbs_client.mirror.dropping import forget_board
from bbs_client.mirror.transaction import MirrorTransaction

_LAST_NUMBER = 2**53


def put_board(pen: MirrorTransaction, board: Board) -> None:
    """Store a board, unless a later revision, or the same one with its text, is stored."""
    known = pen.fetch_value("SELECT doc FROM boards WHERE id = ?", board.id)
    was = None if known is None else board_decoder.decode(known).slug
    if not board.slug:
        # Replayed events may lack the text; keep the slug, so that addresses still name the board.
        board = replace(board, slug=was)
    later = "(boards.revision, boards.words) <= (excluded.revision, excluded.words)"
    changed = pen.put("boards", board, "id", later, words=board.title is not None)
    pen.forget(board.id)
    if changed:
        pen.touch("boards", board.id)
        if was is not None and was != board.slug:
            _note_old_slug(pen, was, board.id)


def _note_old_slug(pen: MirrorTransaction, slug: str, board: str) -> None:
    """Note a board's slug of now as an old one; its end is unknown without an event."""
    kept_ms = limits.OLD_SLUG_DAYS * DAY_MS
    until = None if pen.place is None else to_ms(pen.place.at) + kept_ms
    sql = "INSERT OR REPLACE INTO old_slugs(slug, board, until) VALUES (?, ?, ?)"
    pen.run(sql, slug, board, until)


def put_old_slug(pen: MirrorTransaction, old: OldSlug) -> None:
    """Store an old slug of a board."""
    if old.slug is not None:
        pen.put("old_slugs", old, "slug")


def put_seat(pen: MirrorTransaction, seat: Seat) -> None:
    """Store a seat, also one that was left; position, then revision, show which version is later.

    A member who comes back gets a higher position and a revision that starts again.
    """
    later = "(seats.position, seats.revision) <= (excluded.position, excluded.revision)"
    if not pen.put("seats", seat, "board, member", later):
        return
    pen.touch("seats", seat.board)
    if seat.member != pen.me:
        return
    if seat.state is SeatState.LEFT:
        # A member who comes back begins with a new seat, as on the server.
        pen.run("DELETE FROM floors WHERE board = ?", seat.board)
    visibility = pen.fetch_value("SELECT visibility FROM boards WHERE id = ?", seat.board)
    if seat.state is SeatState.LEFT and visibility == Visibility.PRIVATE:
        forget_board(pen, ForgetBoard(seat.board))
    else:
        pen.recompute_unread(seat.board)


def put_application(pen: MirrorTransaction, own: OwnApplication) -> None:
    """Store an application of the reader's own; the answers stay with the server."""
    later = "applications.revision <= excluded.revision"
    if pen.put("applications", replace(own, answers=()), "id", later):
        pen.touch("applications", own.board)


def keep_applications(pen: MirrorTransaction, listed: OwnApplications) -> None:
    """Forget the applications that are over."""
    known = {own.id for own in listed.applications}
    for (application,) in pen.fetch_all("SELECT id FROM applications"):
        if application not in known:
            pen.run("DELETE FROM applications WHERE id = ?", application)


def keep_desk(pen: MirrorTransaction, listed: ApplicationList) -> None:
    """Store which applications wait at a desk; of who made them and what they say, nothing.

    A page tells of the numbers from its first on.
    """
    numbers = [application.number for application in listed.applications]
    pen.run(
        "DELETE FROM applications_at_desk WHERE board = ? AND number BETWEEN ? AND ?",
        *(listed.board, min(numbers, default=0), listed.next_after or _LAST_NUMBER),
    )
    pen.touch("applications_at_desk", listed.board)
    for application in listed.applications:
        _note_at_desk(pen, application.id, listed.board, application.number)


def note_application(pen: MirrorTransaction, told: ApplicationAtDesk) -> None:
    """Note that an application waits at a desk, or waits no longer."""
    if told.state is ApplicationState.OPEN:
        _note_at_desk(pen, told.application, told.board, told.number)
    else:
        pen.run("DELETE FROM applications_at_desk WHERE application = ?", told.application)
        pen.touch("applications_at_desk", told.board)


def _note_at_desk(pen: MirrorTransaction, application: str, board: str, number: int) -> None:
    sql = "INSERT OR IGNORE INTO applications_at_desk(application, board, number) VALUES (?, ?, ?)"
    pen.run(sql, application, board, number)
    pen.touch("applications_at_desk", board)


def drop_desk(pen: MirrorTransaction, board: str) -> None:
    """Drop which applications wait at the desk of a board."""
    pen.run("DELETE FROM applications_at_desk WHERE board = ?", board)
    pen.touch("applications_at_desk", board)


def keep_boards(pen: MirrorTransaction, listed: BoardList) -> None:
    """Forget every board that is not among those the reader may know of; note what has waited.

    Letters are listed apart.
    """
    known = {board.id for board in listed.boards}
    for (board,) in pen.fetch_all("SELECT id FROM boards WHERE kind != 'letter'"):
        if board not in known:
            forget_board(pen, ForgetBoard(board))
    for (board,) in pen.fetch_all("SELECT board FROM awaited"):
        _note_awaited(pen, board, awaited=board in listed.awaited)
    for board in listed.awaited:
        _note_awaited(pen, board, awaited=True)


def note_awaited(pen: MirrorTransaction, shown: BoardResult) -> None:
    """Note whether something has waited for a board's moderators, if the server says it."""
    if shown.awaited is not None:
        _note_awaited(pen, shown.board.id, awaited=shown.awaited)


def _note_awaited(pen: MirrorTransaction, board: str, *, awaited: bool) -> None:
    if pen.exists("SELECT 1 FROM awaited WHERE board = ?", board) == awaited:
        return
    note, drop = "INSERT INTO awaited(board) VALUES (?)", "DELETE FROM awaited WHERE board = ?"
    pen.run(note if awaited else drop, board)
    pen.touch("boards", board)


def unlist(pen: MirrorTransaction, message: BoardUnlisted) -> None:
    """Forget a board that is no longer listed, unless the reader has a seat on it."""
    sql = "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state != ?"
    if not pen.exists(sql, message.board, pen.me, SeatState.LEFT.value):
        forget_board(pen, ForgetBoard(message.board))


def drop_seats(pen: MirrorTransaction, board: str) -> None:
    """Drop the seats from a board's stream; the reader's own seats come from their own stream."""
    pen.run("DELETE FROM seats WHERE board = ? AND member IS NOT ?", board, pen.me)

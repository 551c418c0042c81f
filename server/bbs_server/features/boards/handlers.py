"""What the commands about boards and seats do."""

from collections.abc import Iterable
from typing import Any

from bbs import limits
from bbs.address import check_slug
from bbs.clock import DAY_MS, HOUR_MS
from bbs.errors import BadParams
from bbs.features.boards import rules
from bbs.features.boards.messages import (
    Appoint,
    Board,
    BoardList,
    BoardShown,
    ConfigureBoard,
    Configured,
    GetBoard,
    LeaveSeat,
    ListBoards,
    ListSeats,
    OfferSeat,
    OpenBoard,
    Opened,
    Seat,
    SeatChanged,
    SeatList,
    SeatShown,
    SeatState,
    TakeSeat,
    Unlisted,
    Visibility,
)
from bbs.features.members.messages import Joined
from bbs.features.members.views import Author, MemberState, SystemAuthor
from bbs.ids import COMMONS, BoardId
from bbs.messages import Event
from bbs.refusals import CeilingReached, Conflict, NormsFirst, NotFound, SeatByOffer, Taken
from bbs.streams import COMMONS_STREAM, all_board_streams, board_stream, desk_stream, member_stream
from bbs_server.acting import At, Emission, Emit, EndListening, Handler, Outcome, Reaction, Reader
from bbs_server.features.boards import records
from bbs_server.store import log, texts
from bbs_server.store.engine import Tx
from bbs_server.store.hops import in_time


def list_boards(tx: Tx, at: At, query: ListBoards) -> BoardList:
    """Listed boards, and those one holds, waits for or was offered a seat on."""
    assert at.actor is not None
    only = at.actor.boards
    seats = [s for s in records.seats_of(tx, at.member) if only is None or s.board in only]
    mine = {seat.board for seat in seats}
    boards = tuple(
        board
        for board in records.all_boards(tx)
        if (board.visibility is Visibility.MEMBERS or board.id in mine)
        and (only is None or board.id in only)
    )
    own = [] if at.actor.scope is not None else [member_stream(at.member)]
    streams = [COMMONS_STREAM, *own, *(board_stream(board.id) for board in boards)]
    return BoardList(boards=boards, seats=tuple(seats), as_of=log.heads(tx, streams))


def get_board(tx: Tx, at: At, query: GetBoard) -> BoardShown:
    """One board, and one's own seat on it."""
    return BoardShown(
        board=records.shown(tx, query.board),
        seat=records.seat(tx, query.board, at.member),
        as_of=log.heads(tx, [board_stream(query.board)]),
    )


def list_seats(tx: Tx, at: At, query: ListSeats) -> SeatList:
    """All seats of a board."""
    return SeatList(
        seats=tuple(records.seats(tx, query.board)),
        as_of=log.heads(tx, [board_stream(query.board)]),
    )


def open_board(tx: Tx, at: At, command: OpenBoard) -> Outcome[BoardShown]:
    """Open a board; who opens it sits on it first, as moderator."""
    check_slug(command.slug)
    rules.check_texts(title=command.title, charter=command.charter)
    if not command.norms:
        raise BadParams(field="norms", rule="a board has at least one norm of its own")
    if records.by_slug(tx, command.slug) is not None:
        raise Taken(field="slug")
    if tx.one("SELECT 1 FROM boards WHERE id = ?", command.board) is not None:
        raise Conflict(what="a board with this id exists")
    row = tx.one("SELECT count(*), coalesce(max(number), 0) FROM boards")
    assert row is not None
    if row[0] >= at.ceilings.boards:
        raise CeilingReached(what="boards", limit=at.ceilings.boards, setting="boards_max")
    seats = command.seats or min(limits.BOARD_SEATS_DEFAULT, at.ceilings.board_seats)
    _check_seats(at, command.board, seats)
    tx.run(
        "INSERT INTO boards (id, slug, number, slug_text, title_text, charter_text, visibility,"
        " seats, retention_days, lounge_hours, hold_s, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(command.board, command.slug, row[1] + 1),
        *(texts.keep(tx, at, body) for body in (command.slug, command.title, command.charter)),
        *(command.visibility.value, seats, command.retention_days),
        *(command.lounge_hours, command.hold_s, at.now),
    )
    seat = records.put_seat(
        tx, command.board, at.member, SeatState.SEATED, norms_version=1, moderator=True
    )
    board = records.shown(tx, command.board)
    emissions = [*_told(tx, command.board, Opened(board=board)), *_seat_told(seat, appointed=True)]
    return Outcome(BoardShown(board=board, seat=seat), tuple(emissions))


def _check_seats(at: At, board: BoardId, seats: int, before: int = 0) -> None:
    """Refuse more seats than the sysop's settings allow; what was given before stays.

    Raises:
        CeilingReached: If they are.
    """
    if board == COMMONS:
        ceiling, what, setting = at.ceilings.members, "members", "members_max"
    else:
        ceiling, what, setting = at.ceilings.board_seats, "seats on a board", "board_seats_max"
    if not rules.seats_fit(seats, ceiling=ceiling, before=before):
        raise CeilingReached(what=what, limit=ceiling, setting=setting)


def _told(tx: Tx, board: BoardId, event: Opened | Configured) -> list[Emission]:
    """Tell a board's readers, and everybody where the board is listed."""
    paths = {f"board.{name}": text for name, text in records.text_ids(tx, board).items()}
    emissions: list[Emission] = [Emit(board_stream(board), event, board, paths)]
    if board != COMMONS and event.board.visibility is Visibility.MEMBERS:
        emissions.append(Emit(COMMONS_STREAM, event, board, paths))
    return emissions


def _seat_told(
    seat: Seat, *, author: Author | None = None, appointed: bool | None = None
) -> list[Emission]:
    event: Event = SeatChanged(seat=seat, appointed=appointed)
    return [
        Emit(board_stream(seat.board), event, seat.member, author=author),
        Emit(member_stream(seat.member), event, seat.member, author=author),
    ]


def configure(tx: Tx, at: At, command: ConfigureBoard) -> Outcome[BoardShown]:
    """Change settings; a shorter retention acts at once on what is there."""
    rules.check_texts(title=command.title, charter=command.charter)
    before = records.shown(tx, command.board)
    if command.if_revision is not None and command.if_revision != before.revision:
        raise Conflict(what="the board was changed meanwhile", revision=before.revision)
    if command.board == COMMONS and command.visibility not in (None, Visibility.MEMBERS):
        raise Conflict(what="the commons belongs to every member and stays listed")
    if command.seats is not None:
        _check_seats(at, command.board, command.seats, before.seats)
    _replace_texts(tx, at, command, before)
    columns: dict[str, Any] = {
        "visibility": command.visibility.value if command.visibility else None,
        "seats": command.seats,
        "retention_days": command.retention_days,
        "lounge_hours": command.lounge_hours,
        "hold_s": command.hold_s,
    }
    for column, value in columns.items():
        if value is not None:
            sql = f"UPDATE boards SET {column} = ? WHERE id = ?"  # noqa: S608 - names from above
            tx.run(sql, value, command.board)
    tx.run("UPDATE boards SET revision = revision + 1 WHERE id = ?", command.board)
    _shorten(tx, at, command)
    board = records.shown(tx, command.board)
    came_into_view = (
        board.visibility is Visibility.MEMBERS and before.visibility is not Visibility.MEMBERS
    )
    event = Opened(board=board) if came_into_view else Configured(board=board)
    emissions = _told(tx, command.board, event)
    if before.visibility is Visibility.MEMBERS and board.visibility is not Visibility.MEMBERS:
        emissions.append(Emit(COMMONS_STREAM, Unlisted(board=board.id), board.id))
    if board.visibility is Visibility.PRIVATE and before.visibility is not Visibility.PRIVATE:
        emissions.append(EndListening(all_board_streams(board.id)))
    emissions += move_up(tx, command.board)
    seat = records.seat(tx, command.board, at.member)
    return Outcome(BoardShown(board=board, seat=seat), tuple(emissions))


def _replace_texts(tx: Tx, at: At, command: ConfigureBoard, before: Board) -> None:
    """Write new words; a board that goes out of view takes its old ones from everybody's log."""
    given = {"title": command.title, "charter": command.charter}
    goes = command.visibility not in (None, Visibility.MEMBERS)
    if before.visibility is Visibility.MEMBERS and goes:
        # The commons' events name the old ids: a replay of them has no words any more.
        now = {"slug": before.slug, "title": before.title, "charter": before.charter}
        given = {name: given.get(name) or word for name, word in now.items()}
    changed = {name: word for name, word in given.items() if word is not None}
    records.replace_texts(tx, at, command.board, changed)


def _shorten(tx: Tx, at: At, command: ConfigureBoard) -> None:
    """Bring ends forward that now come sooner; never put one off (P10)."""
    if command.retention_days:
        upto = log.head(tx, board_stream(command.board)).seq
        records.shorten(tx, command.board, "posts", command.retention_days * DAY_MS, upto)
    if command.lounge_hours:
        row = tx.one("SELECT lines FROM boards WHERE id = ?", command.board)
        assert row is not None
        records.shorten(tx, command.board, "lines", command.lounge_hours * HOUR_MS, row[0])


def take_seat(tx: Tx, at: At, command: TakeSeat) -> Outcome[SeatShown]:
    """Sit down, or wait; or accept new norms on a seat one has."""
    board = at.board
    if command.norms_version != board.norms_version:
        raise NormsFirst(board=board.id, version=board.norms_version)
    seat = records.seat(tx, board.id, at.member)
    if seat is not None and seat.state in (SeatState.SEATED, SeatState.WAITING):
        if seat.norms_version == command.norms_version:
            return Outcome(SeatShown(seat=seat))
        seat = records.change_seat(
            tx,
            seat,
            state=seat.state,
            moderator=seat.moderator,
            norms_version=command.norms_version,
        )
        return Outcome(SeatShown(seat=seat), tuple(_seat_told(seat)))
    if seat is None and board.visibility is Visibility.PRIVATE:
        raise SeatByOffer(board=board.id)
    free, waiting = records.room(tx, board.id)
    state = rules.seat_on_asking(free=free, ahead=len(waiting))
    if seat is None:
        seat = records.put_seat(tx, board.id, at.member, state, norms_version=command.norms_version)
    else:
        seat = records.change_seat(
            tx, seat, state=state, moderator=False, norms_version=command.norms_version
        )
    return Outcome(SeatShown(seat=seat), tuple(_seat_told(seat)))


def leave_seat(tx: Tx, at: At, command: LeaveSeat) -> Outcome[SeatShown]:
    """Give a seat up; the next in line moves up."""
    if command.board == COMMONS:
        raise Conflict(what="one leaves the commons by leaving the community")
    seat = records.seat(tx, command.board, at.member)
    if seat is None:
        raise NotFound(what="seat")
    records.drop_seat(tx, seat)
    left = Seat(
        board=seat.board,
        member=seat.member,
        state=SeatState.LEFT,
        position=seat.position,
        norms_version=seat.norms_version,
        revision=seat.revision + 1,
    )
    emissions = [
        *_seat_told(left, appointed=False if seat.moderator else None),
        EndListening(all_board_streams(seat.board), seat.member),
        *move_up(tx, command.board),
    ]
    return Outcome(SeatShown(seat=left), tuple(emissions))


def move_up(tx: Tx, board: BoardId) -> list[Emission]:
    """Seat those who wait, as far as there are seats; of many the first, the rest by a job."""
    free, waiting = records.room(tx, board)
    emissions: list[Emission] = []
    next_up = rules.moving_up(free=min(free, limits.SEATED_AT_ONCE_MAX), waiting=waiting)
    for member in in_time(tx, next_up):
        seat = records.seat(tx, board, member)
        assert seat is not None
        seat = records.change_seat(
            tx, seat, state=SeatState.SEATED, moderator=False, norms_version=seat.norms_version
        )
        # Whoever made room did not choose who moves up, and used no power over them (P8).
        emissions += _seat_told(seat, author=SystemAuthor())
    return emissions


def offer_seat(tx: Tx, at: At, command: OfferSeat) -> Outcome[SeatShown]:
    """Offer somebody a seat; taking it is theirs to do."""
    if at.readers.member(tx, command.member) is None:
        raise NotFound(what="member")
    seat = records.seat(tx, command.board, command.member)
    if seat is not None:
        raise Conflict(what=f"this member's seat is {seat.state.value} already")
    seat = records.put_seat(tx, command.board, command.member, SeatState.OFFERED, norms_version=0)
    return Outcome(SeatShown(seat=seat), tuple(_seat_told(seat)))


def appoint(tx: Tx, at: At, command: Appoint) -> Outcome[SeatShown]:
    """Make a seat holder moderator, or end it."""
    seat = records.seat(tx, command.board, command.member)
    if seat is None or seat.state is not SeatState.SEATED:
        raise NotFound(what="seat")
    if seat.moderator == command.moderator:
        return Outcome(SeatShown(seat=seat))
    seat = records.change_seat(
        tx,
        seat,
        state=seat.state,
        moderator=command.moderator,
        norms_version=seat.norms_version,
    )
    emissions: list[Emission] = _seat_told(seat, appointed=command.moderator)
    if not command.moderator:
        emissions.append(EndListening((desk_stream(command.board),), command.member))
    return Outcome(SeatShown(seat=seat), tuple(emissions))


def seat_newcomer(tx: Tx, at: At, emit: Emit) -> Iterable[Emission]:
    """Reaction: who signed up gets their place on the commons, seated or waiting."""
    joined = emit.event
    assert isinstance(joined, Joined)
    seated = joined.member.state is MemberState.SEATED
    facts = records.facts(tx, COMMONS)
    assert facts is not None
    seat = records.put_seat(
        tx,
        COMMONS,
        joined.member.id,
        SeatState.SEATED if seated else SeatState.WAITING,
        norms_version=facts.norms_version,
        moderator=joined.member.sysop,
    )
    # Like the joining itself it is their own act, though nobody was signed in.
    return _seat_told(seat, author=emit.author, appointed=seat.moderator or None)


COMMANDS: dict[Any, Handler] = {
    OpenBoard: open_board,
    ConfigureBoard: configure,
    TakeSeat: take_seat,
    LeaveSeat: leave_seat,
    OfferSeat: offer_seat,
    Appoint: appoint,
}
QUERIES: dict[Any, Reader] = {
    ListBoards: list_boards,
    GetBoard: get_board,
    ListSeats: list_seats,
}
REACTIONS: list[tuple[type[Event], Reaction]] = [(Joined, seat_newcomer)]

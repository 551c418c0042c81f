"""Handlers of the requests about boards."""

from collections.abc import Iterable, Mapping
from typing import Any

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, to_ms
from bbs.errors import BadParams, FolkmootError, RetryableError
from bbs.features.boards import rules
from bbs.features.boards.end_rules import check_at_end, check_end
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import (
    Board,
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    ConfigureBoard,
    GetBoard,
    ListBoards,
    OpenBoard,
    Visibility,
)
from bbs.features.boards.seat_messages import SeatState
from bbs.features.boards.settings import SETTINGS, TEXT_SETTINGS, given_in, values_of
from bbs.features.members.messages import SignUp
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Acted, Thing, ThingKind
from bbs.features.norms.messages import NormsAmended
from bbs.features.norms.templates import TEMPLATES
from bbs.ids import COMMONS, BoardId
from bbs.powers import Office, Power
from bbs.refusals import CeilingReached, Conflict
from bbs.streams import COMMONS_STREAM, board_stream, member_stream
from bbs_server.features.boards import (
    end_handlers,
    events,
    offices,
    old_slugs,
    records,
    seat_handlers,
    seat_records,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Effect, Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.meta import FIRST_BOARD, delete_meta, find_meta


def list_boards(tx: Tx, ctx: Context, query: ListBoards) -> BoardList:
    """Return the listed boards, and others on which the actor has a seat in any state."""
    only = ctx.acting.boards
    seats = [
        seat
        for seat in seat_records.list_seats_of_member(tx, ctx.now, ctx.member)
        if only is None or seat.board in only
    ]
    mine = {seat.board for seat in seats}
    if ctx.acting.scope is None:
        mine |= offices.visited_boards(tx, ctx.member, ctx.now)
    boards = tuple(
        board
        for board in records.list_boards(tx)
        if (board.visibility is Visibility.MEMBERS or board.id in mine)
        and (only is None or board.id in only)
    )
    own = [] if ctx.acting.scope is not None else [member_stream(ctx.member)]
    streams = [COMMONS_STREAM, *own, *(board_stream(board.id) for board in boards)]
    known = {board.id for board in boards}
    old = (each for each in old_slugs.list_old_slugs(tx, ctx.now) if each.board in known)
    return BoardList(
        boards=boards,
        seats=tuple(seats),
        old_slugs=tuple(old),
        restrictions=ctx.readers.list_restrictions(tx, known, ctx.member, ctx.now),
        awaited=tuple(sorted(_read(tx, ctx, known & _awaited(tx, ctx)))),
        as_of=event_log.heads(tx, streams),
    )


def _read(tx: Tx, ctx: Context, boards: set[BoardId]) -> set[BoardId]:
    """Return those of some boards that the actor may read: mostly there are none to ask about."""
    if not boards:
        return boards
    return boards.intersection(board for board, _, _ in records.list_readable(tx, ctx))


def _awaited(tx: Tx, ctx: Context) -> frozenset[BoardId]:
    """Return the boards where something has waited for their moderators for days."""
    upto = ctx.now - limits.AWAITED_HOURS * HOUR_MS
    return frozenset(board for find in ctx.readers.awaited for board in find(tx, upto))


def get_board(tx: Tx, ctx: Context, query: GetBoard) -> BoardResult:
    """Return a board, and the actor's seat on it."""
    reads = ctx.standing is not None and Power.READ in ctx.standing.powers
    return BoardResult(
        board=records.get_board(tx, query.board),
        awaited=query.board in _awaited(tx, ctx) if reads else None,
        seat=seat_records.find_seat(tx, ctx.now, query.board, ctx.member),
        restrictions=ctx.readers.list_restrictions(tx, [query.board], ctx.member, ctx.now),
        as_of=event_log.heads(tx, [board_stream(query.board)] if ctx.acting.seated else []),
    )


def open_board(tx: Tx, ctx: Context, command: OpenBoard) -> Outcome[BoardResult]:
    """Open a board; the actor gets its first seat, as moderator."""
    seats = command.seats or min(limits.BOARD_SEATS_DEFAULT, ctx.ceilings.board_seats)
    settings = {**values_of(command), "seats": seats}
    rules.check_texts(settings)
    for name, value in settings.items():
        if value != SETTINGS[name].at_opening:
            SETTINGS[name].check_on(command.board)
    if not command.norms:
        raise BadParams(field="norms", rule="a board has at least one norm of its own")
    if command.kind is BoardKind.LETTER:
        raise BadParams(field="kind", rule="open a board or a journal; a letter begins by asking")
    check_at_end(command.at_end, has_end=command.ends_at is not None)
    old_slugs.claim(tx, settings["slug"], ctx.moment)
    if tx.fetch_one("SELECT 1 FROM boards WHERE id = ?", command.board) is not None:
        raise Conflict(what="a board with this id exists")
    if records.count_boards(tx) >= ctx.ceilings.boards:
        raise CeilingReached(what="boards", limit=ctx.ceilings.boards, setting="boards_max")
    _check_seats(ctx, command.board, seats)
    records.insert_board(tx, ctx, command.board, ctx.now, settings, command.kind)
    if command.ends_at is not None:
        check_end(to_ms(command.ends_at), ctx.now)
        end_handlers.begin(tx, ctx.now, command.board, to_ms(command.ends_at), command.at_end)
    act = ctx.new_id()
    offices.give_office(tx, ctx.proven_now, command.board, ctx.member, Office.MODERATOR, act)
    seat = seat_records.insert_seat(
        tx, ctx.now, command.board, ctx.member, SeatState.SEATED, norms_version=1
    )
    board = records.get_board(tx, command.board)
    emissions = [
        *events.board_changed(tx, command.board, BoardOpened(board=board)),
        *events.seat_changed(seat),
    ]
    did = Did(
        id=act,
        thing=_thing(board.id),
        board=COMMONS if board.visibility is Visibility.MEMBERS else board.id,
        changes=(*rules.changes_at_opening(board), *rules.end_changes(None, board.end)),
    )
    return Outcome(BoardResult(board=board, seat=seat), tuple(emissions), act=did)


def _thing(board: BoardId) -> Thing:
    return Thing(kind=ThingKind.BOARD, id=board)


def _check_seats(ctx: Context, board: BoardId, seats: int, before: int = 0) -> None:
    """Refuse more seats than the sysop's settings allow.

    Args:
        before: The board's number of seats, which it may keep.

    Raises:
        CeilingReached: If the board would have more.
    """
    if board == COMMONS:
        ceiling, what, setting = ctx.ceilings.members, "members", "members_max"
    else:
        ceiling, what, setting = ctx.ceilings.board_seats, "seats on a board", "board_seats_max"
    if not rules.seats_fit(seats, ceiling=ceiling, before=before):
        raise CeilingReached(what=what, limit=ceiling, setting=setting)


def configure(tx: Tx, ctx: Context, command: ConfigureBoard) -> Outcome[BoardResult]:
    """Change settings; a shorter retention applies at once to existing text."""
    given = given_in(command)
    rules.check_texts(given)
    for name in given:
        SETTINGS[name].check_on(command.board)
    before = records.get_board(tx, command.board)
    if command.if_revision is not None and command.if_revision != before.revision:
        raise Conflict(what="the board was changed meanwhile", revision=before.revision)
    if command.board == COMMONS and command.visibility not in (None, Visibility.MEMBERS):
        raise Conflict(what="the commons belongs to every member and stays listed")
    leaves_privacy = command.visibility not in (None, Visibility.PRIVATE)
    if before.visibility is Visibility.PRIVATE and leaves_privacy:
        _refuse_words_of_others(tx, ctx, command.board)
    if command.seats is not None:
        _check_seats(ctx, command.board, command.seats, before.seats)
    seat = seat_records.find_seat(tx, ctx.now, command.board, ctx.member) if ctx.actor else None
    if all(_is_as_before(before, name, value) for name, value in given.items()):
        return Outcome(BoardResult(board=before, seat=seat), act=UNCHANGED)
    if command.slug is not None and command.slug != before.slug:
        _rename(tx, ctx, before, command.slug)
    _replace_texts(tx, ctx, given, before)
    records.update_board(tx, command.board, given)
    _shorten(tx, ctx, command)
    board = records.get_board(tx, command.board)
    emissions = events.board_reconfigured(tx, ctx, before.visibility, board)
    seat_records.note_freed(tx, ctx.now, board.id, board.seats - before.seats)
    emissions += seat_handlers.move_line(tx, ctx, command.board)
    taken = seat_records.count_taken(tx, board.id)
    act = Did(
        thing=_thing(board.id),
        changes=rules.changes_between(before, board),
        there={"seats": taken},
    )
    return Outcome(BoardResult(board=board, seat=seat), tuple(emissions), act=act)


def _is_as_before(before: Board, name: str, value: Any) -> bool:
    now = getattr(before, name)
    return now == value or (not value and now is None)


def _rename(tx: Tx, ctx: Context, before: Board, slug: str) -> None:
    if before.id == COMMONS:
        raise Conflict(what="the commons keeps its name: every page and command calls it so")
    assert before.slug is not None
    old_slugs.rename(tx, ctx, before.id, before.slug, slug)


def _refuse_words_of_others(tx: Tx, ctx: Context, board: BoardId) -> None:
    """Refuse to show text that members wrote for few readers to more readers.

    Raises:
        Conflict: If the private board has text of other members.
    """
    if ctx.readers.has_words_of_others(tx, board, ctx.member if ctx.actor else None):
        raise Conflict(what="others wrote here for this private board, and it stays private")


def _replace_texts(tx: Tx, ctx: Context, given: Mapping[str, Any], before: Board) -> None:
    """Store new text; remove the old text of a board no longer listed from the commons' log."""
    words = {name: getattr(before, name) for name in TEXT_SETTINGS}
    changed = {
        name: given[name]
        for name in TEXT_SETTINGS
        if name in given and not _is_as_before(before, name, given[name])
    }
    goes = given.get("visibility", before.visibility) is not Visibility.MEMBERS
    if before.visibility is Visibility.MEMBERS and goes:
        # A replay of the commons' events has no text then, because they name the old ids.
        changed = {name: word for name, word in words.items() if word is not None} | changed
    records.replace_texts(tx, ctx, before.id, changed)


def _shorten(tx: Tx, ctx: Context, command: ConfigureBoard) -> None:
    """Move ends of text to an earlier time if the settings ask for it, never to a later (P10)."""
    if command.retention_days:
        upto = event_log.head(tx, board_stream(command.board)).seq
        records.note_shorter_retention(
            tx, command.board, "posts", command.retention_days * DAY_MS, upto
        )
    if command.lounge_hours:
        upto = event_log.head(tx, board_stream(command.board)).lines
        records.note_shorter_retention(
            tx, command.board, "lines", command.lounge_hours * HOUR_MS, upto
        )


def open_first_board(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Open the board that was chosen at the founding, as the first sysop's own act (P8).

    It follows the act of becoming sysop, which is the only act of signing up.
    """
    assert isinstance(emit.event, Acted)
    founder = emit.event.act.about
    if emit.event.act.method != SignUp.method or founder is None:
        return ()
    if (chosen := find_meta(tx, FIRST_BOARD)) is None:
        return ()
    delete_meta(tx, FIRST_BOARD)
    template, execute_as = TEMPLATES.get(chosen), ctx.execute_as
    if template is None:
        return ()  # the template is of a later version of the program
    assert execute_as is not None
    command = OpenBoard(
        op=ctx.new_id(),
        board=ctx.new_id(),
        slug=template.name,
        title=template.title,
        charter=template.charter,
        norms=template.clauses,
    )
    try:
        return (execute_as(tx, ctx, MemberAuthor(id=founder), Office.SYSOP, command),)
    except RetryableError:
        raise
    except FolkmootError:
        return ()  # the same if `boards_max` allows no board: the member still joins


def put_norms_in_force(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Put a new version of norms in force; the member who amended it has accepted it (P5).

    Where the log names offices they accept it as everybody does: else their seat would tell who it was.
    """
    amended = emit.event
    assert isinstance(amended, NormsAmended)
    records.set_norms_version(tx, amended.board, amended.version)
    board = records.get_board(tx, amended.board)
    yield from events.board_changed(tx, board.id, BoardConfigured(board=board))
    seat = seat_records.find_seat(tx, ctx.now, board.id, ctx.member) if ctx.actor else None
    facts = records.find_board_facts(tx, board.id)
    if seat is not None and facts is not None and not facts.log_by_office:
        seat = seat_records.update_seat(tx, ctx.now, seat, norms_version=amended.version)
        yield from events.seat_changed(seat)

"""Handlers of applications: answers to a board's questions, and the decisions of its desk."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs.clock import instant
from bbs.errors import BadParams
from bbs.features.boards.application_messages import (
    AcceptApplication,
    ApplicationAtDesk,
    ApplicationChanged,
    ApplicationList,
    ApplicationResult,
    ApplicationState,
    Applied,
    Apply,
    DeclineApplication,
    ListApplications,
    ListOwnApplications,
    OwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.application_rules import (
    check_answers,
    check_decision,
    over_at,
)
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.ids import COMMONS
from bbs.refusals import Conflict, NormsFirst, NotFound
from bbs.seat_refusals import ApplyAgainLater, SeatByOffer
from bbs.streams import desk_stream, member_stream, stream_parts
from bbs_server.features.boards import application_records as records
from bbs_server.features.boards import events, seat_handlers, seat_records
from bbs_server.features.boards import records as board_records
from bbs_server.features.boards.application_records import ApplicationRow, Verdict
from bbs_server.features.boards.questions import load_questions
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.standing import BoardFacts
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx

_WORD = "application.decision.word"
_ALREADY = {
    SeatState.APPLIED: "your application waits for the desk already",
    SeatState.OFFERED: "a seat is offered to you: take it, nothing is asked",
    SeatState.WAITING: "you are on the waiting list already",
    SeatState.SEATED: "you have a seat already",
}


def apply(tx: Tx, ctx: Context, command: Apply) -> Outcome[Applied]:
    """Ask for a seat on a board, with answers to its questions."""
    board = ctx.board
    seat_handlers.refuse_left(tx, ctx, board.id)
    if command.norms_version != board.norms_version:
        raise NormsFirst(board=board.id, version=board.norms_version)
    seat = seat_records.find_seat(tx, ctx.now, board.id, ctx.member)
    if seat is not None:
        raise Conflict(what=_ALREADY[seat.state])
    if board.visibility is Visibility.PRIVATE:
        raise SeatByOffer(board=board.id)
    _forget_decided(tx, ctx, board)
    questions = load_questions(tx, board)
    check_answers(questions, command.answers)
    if not questions:
        seat = seat_handlers.ask_for_seat(tx, ctx, board)
        return Outcome(Applied(seat=seat), events.seat_changed(seat))
    seat = seat_records.insert_seat(
        tx, ctx.now, board.id, ctx.member, SeatState.APPLIED, norms_version=board.norms_version
    )
    row = records.insert(tx, ctx, board.id, questions, command.answers)
    result = Applied(seat=seat, application=records.own_view(tx, row))
    return Outcome(result, (_seat_to_member(seat), *_told(tx, row)))


def _forget_decided(tx: Tx, ctx: Context, board: BoardFacts) -> None:
    """Delete what was decided on the actor's application before this one.

    Raises:
        ApplyAgainLater: If the desk declined it not long ago.
    """
    before = records.find_of(tx, board.id, ctx.member)
    if before is None:
        return
    assert before.decided_at is not None, "an application that waits has a seat that waits with it"
    after = over_at(before.decided_at)
    if before.state == ApplicationState.DECLINED and ctx.now < after:
        raise ApplyAgainLater(board=board.id, after=instant(after))
    records.erase(tx, before)


def withdraw_application(tx: Tx, ctx: Context, command: WithdrawApplication) -> Outcome[Applied]:
    """Take the actor's own application back, and erase its answers."""
    row = records.find(tx, command.application)
    if row is None or row.member != ctx.member:
        raise NotFound(what="application")
    _refuse_decided(row)
    seat = seat_records.find_seat(tx, ctx.now, row.board, row.member)
    assert seat is not None
    left = seat_records.delete_seat(tx, seat)
    records.erase(tx, row)
    row = row._replace(state=ApplicationState.WITHDRAWN, revision=row.revision + 1)
    result = Applied(seat=left, application=records.own_view(tx, row))
    return Outcome(result, (_seat_to_member(left), *_told(tx, row)))


def list_own_applications(tx: Tx, ctx: Context, query: ListOwnApplications) -> OwnApplications:
    """Return the actor's own applications, and the questions of a community they are not in."""
    rows = records.list_of_member(tx, ctx.member, ctx.now)
    answers = records.load_answers(tx, rows)
    commons = board_records.find_board_facts(tx, COMMONS)
    assert commons is not None
    is_outside = seat_records.find_seat(tx, ctx.now, COMMONS, ctx.member) is None
    return OwnApplications(
        applications=tuple(records.own_view(tx, row, answers.get(row.id, ())) for row in rows),
        questions=load_questions(tx, commons) if is_outside else (),
        norms_version=commons.norms_version,
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def list_applications(tx: Tx, ctx: Context, query: ListApplications) -> ApplicationList:
    """Return a page of what waits for the desk of a board."""
    found = records.list_open(tx, query.board, query.after or 0, query.limit + 1)
    rows = found[: query.limit]
    answers = records.load_answers(tx, rows)
    return ApplicationList(
        board=query.board,
        applications=tuple(records.desk_view(row, answers.get(row.id, ())) for row in rows),
        next_after=rows[-1].number if len(found) > len(rows) else None,
        as_of=event_log.heads(tx, [desk_stream(query.board)]),
    )


def accept(tx: Tx, ctx: Context, command: AcceptApplication) -> Outcome[ApplicationResult]:
    """Accept an application: its member is seated, or waits."""
    row = _at_desk(tx, ctx, command)
    decided = records.decide(tx, row, ApplicationState.ACCEPTED, ctx.now, Verdict(by=ctx.member))
    effects = (*_told(tx, decided), *_admit(tx, ctx, row))
    return Outcome(_result(decided), effects, act=_act(row, decided))


def decline(tx: Tx, ctx: Context, command: DeclineApplication) -> Outcome[ApplicationResult]:
    """Decline an application, with a clause or a kind word for its member alone."""
    check_decision(norm=command.norm, word=command.word)
    row, norm = _at_desk(tx, ctx, command), command.norm
    version = None if norm is None else ctx.board.norms_version
    if (
        norm is not None
        and version is not None
        and not ctx.readers.clause_existed(tx, row.board, version, norm)
    ):
        rule = f"version {version} of the norms here has no such clause"
        raise BadParams(field="norm", rule=rule)
    word = None if command.word is None else texts.insert_text(tx, ctx, command.word)
    verdict = Verdict(ctx.member, norm, version, word)
    decided = records.decide(tx, row, ApplicationState.DECLINED, ctx.now, verdict)
    seat = seat_records.find_seat(tx, ctx.now, row.board, row.member)
    assert seat is not None
    effects = (*_told(tx, decided), _seat_to_member(seat_records.delete_seat(tx, seat)))
    return Outcome(_result(decided), effects, act=_act(row, decided))


def _result(row: ApplicationRow) -> ApplicationResult:
    return ApplicationResult(application=records.desk_view(row))


def _act(before: ApplicationRow, after: ApplicationRow) -> Did:
    """Return the act of a decision: by the application's number, so that it names nobody who asked."""
    return Did(
        thing=Thing(kind=ThingKind.APPLICATION, number=after.number),
        changes=(Change(field="application", before=before.state, after=after.state),),
        norm=after.norm,
        norms_version=after.norms_version,
    )


def _at_desk(
    tx: Tx, ctx: Context, command: AcceptApplication | DeclineApplication
) -> ApplicationRow:
    row = records.find(tx, command.application)
    if row is None or row.board != command.board:
        raise NotFound(what="application")
    if row.member == ctx.member:
        raise Conflict(what="nobody decides about their own application; another moderator does")
    _refuse_decided(row)
    return row


def _refuse_decided(row: ApplicationRow) -> None:
    if row.state != ApplicationState.OPEN:
        raise Conflict(what=f"this application was {_BECAME[ApplicationState(row.state)]}")


_BECAME = {
    ApplicationState.ACCEPTED: "accepted already",
    ApplicationState.DECLINED: "declined already",
    ApplicationState.PASSED: "not decided in time, and went on without the desk",
}


def pass_on(tx: Tx, ctx: Context, row: ApplicationRow) -> list[Effect]:
    """Let an application go on that the desk did not decide in time, as if it was accepted."""
    decided = records.decide(tx, row, ApplicationState.PASSED, ctx.now, Verdict())
    return [*_told(tx, decided), *_admit(tx, ctx, row)]


def _admit(tx: Tx, ctx: Context, row: ApplicationRow) -> list[Effect]:
    """Give an applicant a seat, or the place on the waiting list that goes back to the asking."""
    seat = seat_records.find_seat(tx, ctx.now, row.board, row.member)
    assert seat is not None
    seat = seat_handlers.seat_or_wait(tx, ctx, seat)
    # To the others it came by the rules: who decided about whom is nobody else's concern.
    there, own = events.seat_changed(seat, author=SystemAuthor())
    return [there, own if ctx.actor is None else replace(own, author=ctx.author)]


def _seat_to_member(seat: Seat) -> AppendEvent:
    """Return the event of a seat of which its member alone knows."""
    return AppendEvent(member_stream(seat.member), SeatChanged(seat=seat), seat.member)


def _told(tx: Tx, row: ApplicationRow) -> tuple[AppendEvent, ...]:
    """Return the events for the member, and for the desk, which is not told who it is."""
    own = records.own_view(tx, row)
    words = {} if row.word_text is None else {_WORD: row.word_text}
    at_desk = ApplicationAtDesk(
        board=row.board, application=row.id, number=row.number, state=own.state
    )
    return (
        AppendEvent(member_stream(row.member), ApplicationChanged(application=own), row.id, words),
        AppendEvent(desk_stream(row.board), at_desk, row.id, author=SystemAuthor()),
    )


def tell_of_application(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Write a notice for the member about whose application the desk decided.

    Of one that went on by time the notice of the seat tells.
    """
    assert isinstance(emit.event, ApplicationChanged)
    own = emit.event.application
    if own.state in (ApplicationState.ACCEPTED, ApplicationState.DECLINED):
        member = stream_parts(emit.stream).owner
        yield Told(member=member, board=own.board, application=own, texts=emit.texts)

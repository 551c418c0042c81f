"""Asking for letters, and answering: who asks learns of a yes, and of nothing else."""

from bbs import limits
from bbs.features.letters import rules
from bbs.features.letters.messages import AnswerRequest, LetterChanged, RequestLetter
from bbs.features.letters.rules import AskedState
from bbs.features.letters.views import Letter, LetterResult, LetterState
from bbs.ids import MemberId
from bbs.letter_refusals import LettersGuarded
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs.streams import member_stream
from bbs_server.features.letters import records
from bbs_server.features.letters.records import LetterRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx


def request_letter(tx: Tx, ctx: Context, command: RequestLetter) -> Outcome[LetterResult]:
    """Ask people for a letter; a job tells them, so that this does the same whoever they are."""
    me = ctx.readers.member(tx, ctx, ctx.member)
    assert me is not None
    assert me.handle is not None
    handles = rules.people_asked(command.handles, me.handle)
    found = ctx.readers.members_by_handle(tx, handles)
    _refuse_newcomer(tx, ctx, [found.get(handle) for handle in handles])
    if len(records.list_asked(tx, ctx.member, ctx.now)) >= limits.LETTERS_ASKED_MAX:
        raise LimitReached("letters that nobody said yes to yet", limits.LETTERS_ASKED_MAX)
    taken = records.find_letter(tx, command.letter), ctx.readers.board(tx, command.letter)
    if taken != (None, None):
        raise Conflict(what="a letter with this id exists")
    letter = LetterRow(
        id=command.letter,
        asked_by=ctx.member,
        asked_at=ctx.now,
        asked=len(handles),
        state=rules.check_letter(None, LetterState.ASKED).value,
        thread=None,
        moved_at=ctx.now,
        revision=1,
    )
    records.insert_letter(tx, letter, [found.get(handle) for handle in handles], letter.until)
    view = records.letter_view(letter, ())
    told = AppendEvent(member_stream(ctx.member), LetterChanged(letter=view), letter.id)
    return Outcome(LetterResult(letter=view), (told,))


def _refuse_newcomer(tx: Tx, ctx: Context, asked: list[MemberId | None]) -> None:
    """Refuse a newcomer whom a guard stops from asking people who never wrote to them.

    Somebody who was never here never wrote, so that both are refused alike.

    Raises:
        LettersGuarded: If there is such a guard.
    """
    if not ctx.board.guard_letters:
        return
    guard = ctx.readers.letters_guard(tx, ctx.member, ctx.now)
    if guard is not None and not records.writers_to(tx, ctx.member).issuperset(asked):
        raise LettersGuarded(until=guard.until)


def answer_request(tx: Tx, ctx: Context, command: AnswerRequest) -> Outcome[LetterResult]:
    """Say yes or no; the first yes opens the letter."""
    request = records.find_request(tx, command.letter, ctx.member)
    letter = records.find_letter(tx, command.letter)
    over = request is None or rules.is_over(request.until, ctx.now)
    if request is None or letter is None or over or letter.state == LetterState.ENDED.value:
        raise NotFound(what="letter")
    if not command.accept:
        request = records.update_request(tx, request, AskedState.DECLINED)
        view = records.asked_view(letter, request, ())
        told = AppendEvent(member_stream(ctx.member), LetterChanged(letter=view), letter.id)
        return Outcome(LetterResult(letter=view), (told,))
    if letter.state == LetterState.ASKED.value and ctx.readers.board_facts(tx, letter.id):
        raise NotFound(what="letter")  # somebody has opened a board with this id meanwhile
    records.update_request(tx, request, AskedState.IN)
    effects = _let_in(tx, ctx, letter)
    letter, told_all = people_changed(tx, ctx, letter)
    view = _views(tx, ctx, letter, (ctx.member,))[ctx.member]
    return Outcome(LetterResult(letter=view), (*effects, *told_all))


def _let_in(tx: Tx, ctx: Context, letter: LetterRow) -> list[Effect]:
    """Give the member who said yes a seat; with the first one, who asked gets one too."""
    if letter.state == LetterState.OPEN.value:
        return ctx.readers.enter_letter(tx, ctx, letter.id, ctx.member)
    return ctx.readers.open_letter(tx, ctx, letter.id, (letter.asked_by, ctx.member))


def people_changed(tx: Tx, ctx: Context, before: LetterRow) -> tuple[LetterRow, list[Effect]]:
    """Write that other people are in a letter than before, and tell those who are in it now."""
    thread = before.thread
    if thread is None:
        thread = ctx.new_id()
        ctx.readers.begin_letter(tx, ctx, before.id, thread)
    members = ctx.readers.letter_members(tx, [before.id])[before.id]
    state = LetterState.OPEN if members else LetterState.ENDED
    letter = records.update_letter(tx, before, state, ctx.now, thread)
    views = _views(tx, ctx, letter, members)
    return letter, [_told(member, view) for member, view in views.items()]


def _views(
    tx: Tx, ctx: Context, letter: LetterRow, readers: tuple[MemberId, ...]
) -> dict[MemberId, Letter]:
    """Return an open letter as each of some people in it sees it."""
    members = ctx.readers.letter_members(tx, [letter.id])[letter.id]
    asked = records.still_asked(tx, [letter], ctx.now)[letter.id]
    return {reader: records.open_view(letter, members, asked, reader) for reader in readers}


def _told(member: MemberId, view: Letter) -> AppendEvent:
    return AppendEvent(member_stream(member), LetterChanged(letter=view), view.id)

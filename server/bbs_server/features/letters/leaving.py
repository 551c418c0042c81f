"""Leaving letters: seats, the words that are taken along, and what becomes of the last one's letter."""

from bbs.features.letters import rules
from bbs.features.letters.messages import LeaveLetter, LetterChanged
from bbs.features.letters.views import LeaveWords, LetterResult, LetterState
from bbs.ids import BoardId, MemberId
from bbs.refusals import NotFound
from bbs.streams import member_stream
from bbs_server.features.letters import asking, records
from bbs_server.features.letters.records import LetterRow
from bbs_server.handler_api import Context
from bbs_server.leaving_lookups import LettersLeft
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def leave_letter(tx: Tx, ctx: Context, command: LeaveLetter) -> Outcome[LetterResult]:
    """Leave a letter, or take back a request of the actor's own."""
    letter = records.find_letter(tx, command.letter)
    if letter is None:
        raise NotFound(what="letter")
    if letter.state == LetterState.ASKED.value:
        return _take_back(tx, ctx, letter)
    if ctx.member not in ctx.readers.letter_members(tx, [letter.id])[letter.id]:
        raise NotFound(what="letter")
    effects = ctx.readers.leave_letter(tx, ctx, letter.id, ctx.member)
    letter, told = asking.people_changed(tx, ctx, letter)
    if letter.state == LetterState.ENDED.value:
        effects += end(tx, ctx, letter.id)
    elif command.words is not LeaveWords.LEFT:
        effects += ctx.readers.leave_words(tx, ctx, letter.id, command.words)
    return _ended(ctx, letter, [*effects, *told])


def end(tx: Tx, ctx: Context, letter: BoardId) -> tuple[Effect, ...]:
    """Forget what members chose in a letter that nobody is in any more; a job erases the rest.

    Who left it earlier and could come back cannot: their words end now as well.
    """
    ctx.readers.forget_letter(tx, letter)
    return ctx.readers.end_leavings(tx, letter)


def _take_back(tx: Tx, ctx: Context, letter: LetterRow) -> Outcome[LetterResult]:
    """End a letter that nobody said yes to; a job tells those who were asked.

    So this does the same whoever they are.
    """
    if letter.asked_by != ctx.member or rules.is_over(letter.until, ctx.now):
        raise NotFound(what="letter")
    letter = records.update_letter(tx, letter, LetterState.ENDED, ctx.now, None)
    return _ended(ctx, letter, [])


def _ended(ctx: Context, letter: LetterRow, effects: list[Effect]) -> Outcome[LetterResult]:
    view = records.ended_view(letter)
    told = AppendEvent(member_stream(ctx.member), LetterChanged(letter=view), letter.id)
    return Outcome(LetterResult(letter=view), (*effects, told))


def leave_letters(tx: Tx, ctx: Context, member: MemberId) -> LettersLeft:
    """Let a member leave a slice of the letters that others are in.

    What they alone are in stays until they are erased: nobody else reads it.
    """
    left: list[BoardId] = []
    effects: list[Effect] = []
    letters = records.letters_of(tx, member)
    people = ctx.readers.letter_members(tx, [letter.id for letter in letters]) if letters else {}
    shared = [letter for letter in letters if len(people[letter.id]) > 1]
    for letter in in_time(tx, shared):
        effects += ctx.readers.leave_letter(tx, ctx, letter.id, member)
        effects += asking.people_changed(tx, ctx, letter)[1]
        left.append(letter.id)
    records.end_asked(tx, member, ctx.now)
    return LettersLeft(tuple(left), tuple(effects), more=len(left) < len(shared))

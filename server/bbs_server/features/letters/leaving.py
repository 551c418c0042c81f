"""Leaving letters: seats, the words that are taken along, and what becomes of the last one's letter."""

from contextlib import suppress

from bbs import limits
from bbs.features.letters import rules
from bbs.features.letters.messages import LeaveLetter, LetterChanged
from bbs.features.letters.views import LeaveWords, LetterResult, LetterState
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import WithdrawPost
from bbs.ids import BoardId, MemberId, PostId
from bbs.powers import Office
from bbs.refusals import Gone, NotFound
from bbs.streams import member_stream
from bbs_server.features.letters import asking, records
from bbs_server.features.letters.records import LetterRow
from bbs_server.handler_api import Context
from bbs_server.leaving_lookups import LettersLeft
from bbs_server.outcome import AppendEvent, Effect, Execution, Outcome
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
        ctx.readers.forget_letter(tx, letter.id)  # a job erases the rest
    elif command.words is LeaveWords.TAKEN:
        effects += take_words(tx, ctx, letter.id, ctx.member)
    elif command.words is LeaveWords.FORMER:
        effects += ctx.readers.leave_words(tx, ctx, letter.id, command.words)
    return _ended(ctx, letter, [*effects, *told])


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


def take_words(tx: Tx, ctx: Context, letter: BoardId, member: MemberId) -> list[Effect]:
    """Withdraw a slice of a member's words, as the member would; note whether there are more."""
    most = limits.LETTER_TAKEN_AT_ONCE
    posts = ctx.readers.own_words(tx, letter, member, ctx.now, most + 1)
    done: list[Effect] = []
    for post in posts[:most]:
        with suppress(Gone):  # a purge of the whole thread erases it
            done.append(_withdrawn(tx, ctx, member, post))
    records.note_taking(tx, letter, member, more=len(posts) > most and bool(done))
    return done


def _withdrawn(tx: Tx, ctx: Context, member: MemberId, post: PostId) -> Execution:
    assert ctx.execute_as is not None
    author = MemberAuthor(id=member)
    return ctx.execute_as(tx, ctx, author, Office.MEMBER, WithdrawPost(post=post))

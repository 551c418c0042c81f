"""Letters on the devices of the people in them: asked, opened, read, left (protocol 20)."""

from pathlib import Path

from bbs.features.letters.messages import AnswerRequest, LeaveLetter, RequestLetter
from bbs.features.letters.views import LeaveWords, LetterState
from bbs.features.threads.messages import WritePost
from bbs.ids import BoardId, new_id
from tests.journeys.community import Front, House, house

CARRY = "carry requests for letters"


async def open_letter(moot: House, asking: str, *asked: str) -> BoardId:
    """Let somebody ask others for a letter, and all of them say yes."""
    letter = new_id()
    await moot.voices[asking].call(RequestLetter(letter=letter, handles=asked))
    await moot.do_jobs(CARRY)
    for handle in asked:
        await moot.voices[handle].call(AnswerRequest(letter=letter, accept=True))
    return letter


def state_of(front: Front, letter: BoardId) -> LetterState | None:
    """Return how a letter stands on a device."""
    row = front.cache.letter(letter)
    return row.letter.state if row is not None else None


async def test_a_letter_is_asked_for_opened_read_and_left(tmp_path: Path) -> None:
    """A request comes to the other's device; a yes opens it on both; its posts are new, and go with it."""
    async with house(tmp_path) as moot:
        for handle in ("sysanne", "ana", "ben"):
            await moot.join(handle)
        ana, ben = await moot.front("ana", "phone-a"), await moot.front("ben", "phone-b")
        letter = new_id()
        asked = await ana.link.call(RequestLetter(letter=letter, handles=("ben",)))
        assert asked.letter.state is LetterState.ASKED
        await moot.do_jobs(CARRY)
        await ben.until(lambda: state_of(ben, letter) is LetterState.ASKED)
        assert [row.letter.id for row in ben.cache.asked_of_me()] == [letter]
        assert ana.cache.asked_of_me() == []
        await ben.link.call(AnswerRequest(letter=letter, accept=True))
        await ana.until(lambda: state_of(ana, letter) is LetterState.OPEN)
        row = ana.cache.letter(letter)
        assert row is not None
        assert row.letter.thread is not None
        thread = row.letter.thread
        await ana.until(lambda: ana.cache.thread(thread) is not None)
        await ana.link.call(
            WritePost(thread=thread, post=new_id(), body="The comb was in the sugar.")
        )
        await ben.until(lambda: ben.cache.unread(thread) == [1])
        assert letter not in [each.board.id for each in ben.cache.boards()]
        assert ben.cache.unread_letters() == 1
        assert ana.cache.unread_letters() == 0
        await ben.link.call(LeaveLetter(letter=letter, words=LeaveWords.LEFT))
        await ben.until(lambda: ben.cache.board(letter) is None)
        assert state_of(ben, letter) is None
        assert ben.cache.thread(thread) is None
        await ana.until(lambda: len(ana.cache.seats(letter)) == 1)
        for front in (ana, ben):
            await front.close()

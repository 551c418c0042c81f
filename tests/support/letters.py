"""Letters between people, for tests: asked, carried and answered."""

from bbs.features.letters.messages import (
    AnswerRequest,
    ListLetters,
    RequestLetter,
)
from bbs.features.letters.views import Letter, LetterList
from bbs.features.threads.messages import WritePost
from bbs.features.threads.views import Post
from bbs.ids import BoardId, ThreadId, new_id
from tests.support.moot import Line, Moot

CARRY = "carry requests for letters"


async def ask(moot: Moot, line: Line, *handles: str) -> BoardId:
    """Ask people for a letter and let them be told."""
    letter = new_id()
    await line.ask(RequestLetter(letter=letter, handles=handles))
    await moot.do_jobs(CARRY)
    return letter


async def say_yes(line: Line, letter: BoardId) -> Letter:
    """Say yes to a request."""
    return (await line.ask(AnswerRequest(letter=letter, accept=True))).letter


async def letter_between(moot: Moot, asker: Line, *others: Line) -> Letter:
    """Return an open letter in which everybody named is."""
    key = await ask(moot, asker, *(other.person.handle for other in others))
    for other in others:
        letter = await say_yes(other, key)
    return letter


async def letters_of(line: Line) -> LetterList:
    """Return the first page of a member's letters."""
    return await line.ask(ListLetters())


async def write(line: Line, letter: Letter, body: str) -> Post:
    """Write in a letter."""
    return await write_in(line, letter.thread, body)


async def write_in(line: Line, thread: ThreadId | None, body: str) -> Post:
    """Write in the thread of a letter."""
    assert thread is not None
    return (await line.ask(WritePost(thread=thread, post=new_id(), body=body))).post

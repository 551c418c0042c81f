"""Letters are entered by consent, and who asks learns of a yes alone (protocol 20.1 to 20.4)."""

import pytest
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import BadParams
from bbs.features.boards.messages import ConfigureBoard, ListBoards, OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    LetterChanged,
    LetterNews,
    RequestLetter,
    UnblockMember,
)
from bbs.features.letters.views import LeaveWords, LetterState
from bbs.ids import COMMONS, new_id
from bbs.letter_refusals import LettersGuarded
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream, member_stream
from tests.support.letters import ask, letter_between, letters_of, say_yes, write
from tests.support.moot import NORMS, Line, Moot


async def people(moot: Moot, *handles: str) -> list[Line]:
    """Return people who joined and hear their own streams."""
    lines = [await moot.join(handle) for handle in handles]
    for line in lines:
        await line.listen(member_stream(line.id))
    return lines


async def test_the_first_yes_opens_a_letter_for_both(moot: Moot) -> None:
    """Who was asked is told, and with the yes both have a seat, a thread and a cursor (20.2)."""
    ana, ben = await people(moot, "ana", "ben")
    key = await ask(moot, ana, "ben")
    (asked,) = await ben.told(LetterChanged)
    assert (asked.letter.state, asked.letter.asked_by) == (LetterState.ASKED, ana.id)
    assert [each.id for each in (await letters_of(ben)).requests] == [key]
    letter = await say_yes(ben, key)
    assert (letter.state, letter.members) == (LetterState.OPEN, (ana.id, ben.id))
    assert (await ana.told(LetterChanged, 2))[-1].letter == letter
    await write(ana, letter, "How is the garden?")
    await write(ben, letter, "Green.")
    for line in (ana, ben):
        (head,) = (await letters_of(line)).heads
        assert head.letter == letter
        streams = await line.listen(board_stream(key), cursor=head.seq)
        assert streams[board_stream(key)].tag == head.tag


async def test_a_no_looks_like_silence(moot: Moot) -> None:
    """Who asked is told nothing and sees no difference, however often they look (20.3)."""
    ana, ben, _ = await people(moot, "ana", "ben", "cyd")
    refused, waiting = await ask(moot, ana, "ben"), await ask(moot, ana, "cyd")
    before = await letters_of(ana)
    ended = await ben.ask(AnswerRequest(letter=refused, accept=False))
    assert ended.letter.state is LetterState.ENDED
    await ben.settle()
    after = await letters_of(ana)
    assert after == before
    assert {each.id for each in after.requests} == {refused, waiting}
    assert len(ana.events(LetterChanged)) == 2
    assert isinstance(await ben.refused(AnswerRequest(letter=refused, accept=True)), NotFound)


async def test_whom_somebody_blocks_reaches_them_no_more(moot: Moot) -> None:
    """A block takes back what waits, stops what comes, and shows the blocked nothing (20.6)."""
    ana, ben = await people(moot, "ana", "ben")
    key = await ask(moot, ana, "ben")
    await ben.ask(BlockMember(member=ana.id))
    assert (await letters_of(ben)).requests == ()
    moot.clock.jump(seconds=limits.LETTER_REQUEST_DAYS * DAY_MS / 1000)
    await moot.do_jobs("forget requests for letters")
    later = await ask(moot, ana, "ben")
    assert (await letters_of(ben)).requests == ()
    assert [each.id for each in (await letters_of(ana)).requests] == [later]
    await ben.ask(UnblockMember(member=ana.id))
    assert (await letters_of(ben)).requests == (), "what was asked meanwhile stays unheard"
    assert isinstance(await ben.refused(AnswerRequest(letter=key, accept=True)), NotFound)


async def test_nobody_is_asked_twice_in_thirty_days(moot: Moot) -> None:
    """A second request is answered alike and reaches nobody until the first has ended (20.4)."""
    ana, ben = await people(moot, "ana", "ben")
    first = await ask(moot, ana, "ben")
    await ben.ask(AnswerRequest(letter=first, accept=False))
    await ask(moot, ana, "ben")
    assert (await letters_of(ben)).requests == ()
    moot.clock.jump(seconds=limits.LETTER_REQUEST_DAYS * DAY_MS / 1000)
    await moot.do_jobs("forget requests for letters")
    third = await ask(moot, ana, "ben")
    assert [each.id for each in (await letters_of(ben)).requests] == [third]


async def test_people_with_an_open_letter_ask_each_other_for_further_ones(moot: Moot) -> None:
    """A yes does not count as asked while both are in that letter; a no and an ended letter do (20.4)."""
    ana, ben, _ = await people(moot, "ana", "ben", "cyd")
    first = await letter_between(moot, ana, ben)
    group = await ask(moot, ana, "ben", "cyd")
    assert [each.id for each in (await letters_of(ben)).requests] == [group]
    await ben.ask(AnswerRequest(letter=group, accept=False))
    await ask(moot, ana, "ben")
    assert (await letters_of(ben)).requests == (), "a no holds for thirty days"
    alone = await letter_between(moot, ben, ana)
    await ben.ask(LeaveLetter(letter=alone.id, words=LeaveWords.LEFT))
    await ask(moot, ben, "ana")
    of_ana = [each.asked_by for each in (await letters_of(ana)).requests]
    assert ben.id not in of_ana, "nobody is asked again to come back"
    assert first.id in {head.letter.id for head in (await letters_of(ben)).heads}


async def test_a_group_is_entered_by_each_ones_own_yes(moot: Moot) -> None:
    """The letter opens with the first yes; others come in while the request lasts (20.2)."""
    ana, ben, cyd = await people(moot, "ana", "ben", "cyd")
    key = await ask(moot, ana, "ben", "cyd", "nobody", "ana")
    (asked,) = (await letters_of(cyd)).requests
    assert asked.others == (ben.id,)
    assert asked.asked == 3
    await say_yes(ben, key)
    letter = await say_yes(cyd, key)
    assert letter.members == (ana.id, ben.id, cyd.id)
    await write(cyd, letter, "All here.")
    await ana.settle()
    told = [frame for frame in ana.ephemerals if frame.kind == LetterNews.kind]
    assert len(told) == 1, "who does not listen to the letter hears that it has news"


async def test_eight_people_fit_a_letter(moot: Moot) -> None:
    """All who were asked get in, and everybody sees all (20.1)."""
    lines = await people(moot, *(f"friend{number}" for number in range(8)))
    letter = await letter_between(moot, *lines)
    assert letter.members == tuple(line.id for line in lines)
    for line in lines:
        (head,) = (await letters_of(line)).heads
        assert head.letter == letter


async def test_a_request_taken_back_is_gone_for_all(moot: Moot) -> None:
    """Whoever was asked is told that it is over, and nobody can say yes any more (20.3)."""
    ana, ben = await people(moot, "ana", "ben")
    key = await ask(moot, ana, "ben")
    await ana.ask(LeaveLetter(letter=key, words=LeaveWords.LEFT))
    await moot.do_jobs("carry requests for letters")
    assert (await ben.told(LetterChanged, 2))[-1].letter.state is LetterState.ENDED
    assert isinstance(await ben.refused(AnswerRequest(letter=key, accept=True)), NotFound)
    assert (await letters_of(ana)).requests == (await letters_of(ben)).requests == ()


@pytest.mark.parametrize(
    "handles",
    [(), ("ana",), ("@ana",), tuple(f"guest{number}" for number in range(8))],
    ids=["nobody", "oneself", "oneself with @", "eight others"],
)
async def test_a_letter_is_for_one_to_seven_others(moot: Moot, handles: tuple[str, ...]) -> None:
    """A letter to nobody, to oneself or to too many is refused in one sentence (20.1)."""
    (ana,) = await people(moot, "ana")
    error = await ana.refused(RequestLetter(letter=new_id(), handles=handles))
    assert isinstance(error, BadParams)
    assert error.field == "handles"


async def test_what_is_open_costs_no_board(moot: Moot) -> None:
    """A letter is in no list of boards and takes no number of theirs."""
    ana, ben = await people(moot, "ana", "ben")
    await letter_between(moot, ana, ben)
    board = await moot.board(moot.sysop, "garden")
    boards = (await ana.ask(ListBoards())).boards
    assert [each.number for each in boards if each.id == board] == [2]
    assert len(boards) == 2


async def test_a_newcomer_asks_whom_they_heard_from(moot: Moot) -> None:
    """Where the commons guards letters, somebody known and a handle of nobody are refused alike."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, guard_letters=True))
    (new,) = await people(moot, "new")
    asked = await ask(moot, moot.sysop, "new")
    refused = []
    for handle in ("ana", "nobody"):
        error = await new.refused(RequestLetter(letter=new_id(), handles=("sysanne", handle)))
        assert isinstance(error, LettersGuarded)
        refused.append(str(error))
    assert len(set(refused)) == 1
    await ask(moot, new, "sysanne")
    await say_yes(new, asked)
    moot.clock.jump(seconds=limits.GUARD_LETTER_DAYS * DAY_MS / 1000)
    await ask(moot, new, "nobody")


async def test_a_request_sent_again_is_made_once(moot: Moot) -> None:
    """Under its op it is answered again; another letter cannot have its id (P12)."""
    ana, ben = await people(moot, "ana", "ben")
    request = RequestLetter(letter=new_id(), handles=("ben",), op=new_id())
    first = await ana.ask(request)
    assert (await ana.ask(request)).letter == first.letter
    assert isinstance(await ana.refused(replace(request, op=new_id())), Conflict)
    await moot.do_jobs("carry requests for letters")
    answer = AnswerRequest(letter=request.letter, accept=True, op=new_id())
    opened = await ben.ask(answer)
    assert await ben.ask(answer) == opened
    taken = RequestLetter(letter=COMMONS, handles=("ben",))
    assert isinstance(await ana.refused(taken), Conflict)


async def test_a_board_that_takes_the_id_of_a_request_ends_it(moot: Moot) -> None:
    """Whoever draws an id twice breaks nobody's list of letters, and no request opens that board (20.2)."""
    ben = await moot.join("ben")
    key = await ask(moot, moot.sysop, "ben")
    await moot.sysop.ask(
        OpenBoard(board=key, slug="garden", title="Garden", charter="Plants.", norms=NORMS)
    )
    await ben.ask(TakeSeat(board=key, norms_version=1))
    assert isinstance(await ben.refused(AnswerRequest(letter=key, accept=True)), NotFound)
    assert (await letters_of(ben)).heads == ()

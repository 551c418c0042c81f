"""Without a key two who claimed vouch for a person; the board is told, and one objection ends it (31.7)."""

from typing import NamedTuple

import pytest

from bbs.claim_refusals import CannotVouch
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.members.views import ImportedAuthor
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs.claim_messages import (
    ListVouchings,
    ObjectToVouching,
    RedeemClaim,
    Vouch,
    VouchingChanged,
)
from bbs.features.packs.claim_rules import Voucher, why_not_vouch
from bbs.features.packs.claim_views import ClaimAnswer, Vouching, VouchingState
from bbs.features.threads.messages import ListPosts, WithdrawPost
from bbs.ids import BoardId, new_id
from bbs.refusals import NotAllowed, NotFound
from bbs.streams import board_stream
from tests.support.claiming import HOME, decide, unpack
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.talk import Begun, seated, start

JOB = "end vouchings"


class Board(NamedTuple):
    """A board on which lia and leo claimed words, and ana of moot.example wrote without a key left."""

    moot: Moot
    board: BoardId
    begun: Begun
    lia: Line
    leo: Line
    mia: Line

    def vouch(self, handle: str = "ana") -> Vouch:
        """Return what says that the words of a name are mia's."""
        return Vouch(board=self.board, handle=handle, host=HOME.host, member=self.mia.id)

    async def name(self) -> str | None:
        """Return the name over the words."""
        [post] = (await self.lia.ask(ListPosts(thread=self.begun.thread))).posts
        assert isinstance(post.author, ImportedAuthor)
        return post.author.name


@pytest.fixture
async def there(moot: Moot, board: BoardId, ana: Line) -> Board:
    """The board, unpacked and in part claimed."""
    begun = await start(ana, board, "herons")
    claimants = []
    holders: dict[str, list[Person]] = {}
    for handle in ("lia", "leo"):
        line = await seated(moot, handle, board)
        claimants.append((line, await start(line, board, f"of {handle}")))
        holders[line.id] = [Person(handle)]
    await unpack(moot, board, holders, handles={ana.id: "ana"})
    for line, own in claimants:
        [person] = holders[line.id]
        code = secret(f"code of {person.handle}")
        await decide(moot.line(), person, ClaimAnswer.NAMED, [own.thread], code=code)
        await line.ask(RedeemClaim(code=code))
    await moot.do_jobs("name claimed words")
    mia = await seated(moot, "mia", board)
    return Board(moot, board, begun, claimants[0][0], claimants[1][0], mia)


async def test_two_vouch_and_the_name_is_given(there: Board) -> None:
    """After 14 days in which nobody objects the name stands there; the words are under nobody's control."""
    watcher = await there.moot.again(there.mia)
    await watcher.listen(board_stream(there.board))
    first = (await there.lia.ask(there.vouch())).vouching
    assert (first.state, first.by) == (VouchingState.ASKED, (there.lia.id,))
    second = (await there.leo.ask(there.vouch())).vouching
    assert (second.state, second.by) == (VouchingState.ANNOUNCED, (there.lia.id, there.leo.id))
    told = [each.vouching for each in await watcher.told(VouchingChanged, 2)]
    assert told == [first, second]
    assert await there.name() == "ana of moot.example"
    there.moot.clock.jump(days=13)
    await there.moot.do_jobs(JOB)
    assert await there.name() == "ana of moot.example"
    there.moot.clock.jump(days=2)
    await there.moot.do_jobs(JOB)
    assert await there.name() == "ana of moot.example (@mia here)"
    listed = await there.mia.ask(ListVouchings(board=there.board))
    [given] = listed.vouchings
    assert (given.state, given.until) == (VouchingState.GIVEN, None)
    assert [(each.handle, each.host) for each in listed.names] == [("ana", "moot.example")]
    refused = await there.mia.refused(WithdrawPost(post=there.begun.post))
    assert isinstance(refused, NotAllowed)


async def test_a_clock_that_is_ahead_gives_no_name(there: Board) -> None:
    """The days in which anybody can object are days of proven time (31.7, P10)."""
    await there.lia.ask(there.vouch())
    await there.leo.ask(there.vouch())
    there.moot.clock.step(days=20)
    await there.moot.do_jobs(JOB)
    there.moot.clock.step(days=-20)
    assert await there.name() == "ana of moot.example"


@pytest.mark.parametrize("words", LeaveWords)
async def test_a_name_goes_with_who_leaves(there: Board, words: LeaveWords) -> None:
    """Whoever takes their name along takes it from old words too, and no byte of it is left (P9, 28.3)."""
    await there.lia.ask(there.vouch())
    await there.leo.ask(there.vouch())
    there.moot.clock.jump(days=15)
    await there.moot.do_jobs(JOB)
    assert await there.name() == "ana of moot.example (@mia here)"
    mia = there.moot.line(there.mia.person)
    await mia.ask(mia.person.with_password(session=new_id()))
    await mia.ask(Leave(words=words))
    await there.moot.do_jobs(JOB)
    stays = words is LeaveWords.LEFT
    assert await there.name() == "ana of moot.example" + " (@mia here)" * stays
    there.moot.clock.jump(days=8)
    await there.moot.do_jobs()
    assert await there.moot.running.dispatcher.store.run_maintenance()
    assert (b"@mia here" in bytes_in(there.moot.folder)) is stays


async def test_one_objection_ends_it(there: Board) -> None:
    """Any claimant of the board may object while it is announced; others may not (31.7)."""
    await there.lia.ask(there.vouch())
    announced = (await there.leo.ask(there.vouch())).vouching
    command = ObjectToVouching(board=there.board, vouching=announced.id)
    assert isinstance(await there.mia.refused(command), CannotVouch)
    ended = (await there.lia.ask(command)).vouching
    assert ended.state is VouchingState.OBJECTED
    there.moot.clock.jump(days=30)
    await there.moot.do_jobs(JOB)
    assert await there.name() == "ana of moot.example"


async def test_it_lapses_without_a_second(there: Board) -> None:
    """One member alone gives no name (31.7)."""
    await there.lia.ask(there.vouch())
    assert (await there.lia.ask(there.vouch())).vouching.state is VouchingState.ASKED
    there.moot.clock.jump(days=15)
    await there.moot.do_jobs(JOB)
    listed = (await there.mia.ask(ListVouchings(board=there.board))).vouchings
    assert [each.state for each in listed] == [VouchingState.LAPSED]


async def test_who_may_not_vouch(there: Board) -> None:
    """Whoever claimed nothing there vouches for nobody, nor anybody for a name that wrote nothing."""
    assert isinstance(await there.mia.refused(there.vouch()), CannotVouch)
    assert isinstance(await there.lia.refused(there.vouch("nobody")), NotFound)
    own = Vouch(board=there.board, handle="ana", host=HOME.host, member=there.lia.id)
    assert isinstance(await there.lia.refused(own), CannotVouch)


async def test_guests_do_not_vouch(there: Board, moot: Moot) -> None:
    """A host vouches for no guest of the last 90 days (31.7)."""
    code = secret("of lia")
    await there.lia.ask(Invite(invitation=new_id(), code=code))
    guest = moot.line(Person("zoe"))
    await guest.ask(guest.person.sign_up(code))
    await guest.ask(TakeSeat(board=there.board, norms_version=1))
    about = Vouch(board=there.board, handle="ana", host=HOME.host, member=guest.id)
    assert isinstance(await there.lia.refused(about), CannotVouch)
    moot.clock.jump(days=91)
    again = moot.line(there.lia.person)
    await again.ask(again.person.with_password())
    vouching: Vouching = (await again.ask(about)).vouching
    assert vouching.state is VouchingState.ASKED


@pytest.mark.parametrize(
    ("who", "first", "claimed", "may"),
    [
        (Voucher("a"), None, True, True),
        (Voucher("a"), None, False, False),
        (Voucher("m"), None, True, False),
        (Voucher("a"), Voucher("b"), True, True),
        (Voucher("a"), Voucher("a"), True, False),
        (Voucher("a", guest_of="b"), Voucher("b"), True, False),
        (Voucher("a"), Voucher("b", guest_of="a"), True, False),
        (Voucher("a", guest_of="m"), None, True, False),
    ],
)
def test_the_rule_of_vouching(
    who: Voucher, first: Voucher | None, claimed: bool, may: bool
) -> None:
    """Two who claimed, neither the person nor guest and host of each other or of them (31.7)."""
    rule = why_not_vouch(who, first, about=Voucher("m"), has_claimed=claimed, name="ana of x")
    assert (rule is None) is may

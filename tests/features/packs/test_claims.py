"""Old words are claimed by the key of their author, by nobody else, and once (31.2 to 31.6)."""

from typing import NamedTuple

import pytest

from bbs.claim_refusals import ClaimDecided, ClaimFailed
from bbs.features.boards.seat_messages import ListSeats, SeatState, TakeSeat
from bbs.features.members.views import ImportedAuthor, MemberAuthor, MemberState
from bbs.features.packs.claim_messages import (
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
    GetClaims,
    RedeemClaim,
)
from bbs.features.packs.claim_views import ClaimAnswer, ClaimState
from bbs.features.packs.views import PackKind
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import TextShown
from bbs.features.threads.messages import EditPost, ListPosts, WithdrawPost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import BoardId, new_id
from bbs.refusals import InvitationInvalid, NormsFirst, PersonNeeded
from bbs.streams import board_stream
from tests.support.claiming import Unpacked, decide, find, keep_seats, signed, unpack
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.talk import Begun, start, write

NAMING, ERASING = "name claimed words", "erase words taken back by a claim"


class Board(NamedTuple):
    """A board from elsewhere: two threads that dora began, the first with an answer of bob's.

    Attributes:
        dora, phone: The same author's keys. bob: The other author.
    """

    moot: Moot
    board: BoardId
    unpacked: Unpacked
    first: Begun
    second: Begun
    answer: str
    dora: Person
    phone: Person
    bob: Person
    threads: tuple[str, str]

    async def posts(self, begun: Begun) -> list[Post]:
        """Return the posts of a thread as the sysop reads them."""
        return list((await self.moot.sysop.ask(ListPosts(thread=begun.thread))).posts)

    async def states(self) -> list[tuple[str, str | None]]:
        """Return for each post of both threads the kind of its author and its words."""
        found = [*await self.posts(self.first), *await self.posts(self.second)]
        return [(type(post.author).__name__, post.body) for post in found]

    @property
    def stranger(self) -> Line:
        return self.moot.line()


@pytest.fixture
async def there(moot: Moot, board: BoardId, ana: Line) -> Board:
    """A board that came with a pack, whose authors are no members."""
    dora, phone, bob = Person("dora"), Person("phone"), Person("bob")
    first = await start(ana, board, "herons at dawn", "Herons")
    answer = await write(moot.sysop, first.thread, "bitterns")
    second = await start(ana, board, "medlars", "Fruit")
    holders = {ana.id: [dora, phone], moot.sysop.id: [bob]}
    unpacked = await unpack(moot, board, holders)
    threads = (first.thread, second.thread)
    return Board(moot, board, unpacked, first, second, answer, dora, phone, bob, threads)


NAMELESS = [
    ("ImportedAuthor", "herons at dawn"),
    ("ImportedAuthor", "bitterns"),
    ("ImportedAuthor", "medlars"),
]


async def test_a_key_finds_its_words_and_no_others(there: Board) -> None:
    """The claimant reads every post of theirs on the board, and none of anybody else's (31.3)."""
    page = await find(there.stranger, there.dora)
    bodies = {post.body for thread in page.threads for post in thread.posts}
    assert bodies == {"herons at dawn", "medlars"}
    assert (page.board, page.pack.kind, page.next_after) == (there.board, PackKind.SERVER, None)
    assert {thread.state for thread in page.threads} == {None}
    phone = await find(there.stranger, there.phone)
    assert [thread.posts for thread in phone.threads] == [thread.posts for thread in page.threads]
    [thread] = (await find(there.stranger, there.bob)).threads
    assert [post.id for post in thread.posts] == [there.answer]
    assert thread.number == 1


async def test_a_strangers_key_is_refused_like_any_other_mistake(there: Board) -> None:
    """Unknown boards, boards of this community and foreign keys get the same answer (31.2)."""
    line = there.stranger
    own = await there.moot.board(there.moot.sysop, "own")
    assert own
    answers = set()
    for slug in ("garden", "own", "nowhere"):
        proof = await signed(line, Person("eve"), slug)
        error = await line.refused(FindClaim(slug=slug, **proof))
        assert isinstance(error, ClaimFailed)
        answers.add((error.code, str(error), error.hint))
    assert len(answers) == 1
    digests = [
        (await line.ask(GetClaimChallenge(slug=slug))).digest
        for slug in ("garden", "own", "own", "nowhere")
    ]
    assert [len(digest) for digest in digests] == [64] * 4
    assert digests[1] == digests[2]
    assert len(set(digests)) == 3


async def test_my_name_here_is_an_invitation(there: Board, moot: Moot) -> None:
    """Whoever joins with the code has their words and a kept seat, and reads the norms first (31.5)."""
    await keep_seats(moot, there.board)
    watcher = await moot.again(moot.sysop)
    await watcher.listen(board_stream(there.board))
    code = secret("of dora")
    result = await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    assert result.invited_until is not None
    assert await there.states() == NAMELESS
    joined = moot.line(there.dora)
    await joined.ask(there.dora.sign_up(code))
    seats = {s.member: s for s in (await moot.sysop.ask(ListSeats(board=there.board))).seats}
    assert seats[joined.id].state is SeatState.OFFERED
    assert isinstance(
        await joined.refused(TakeSeat(board=there.board, norms_version=7)), NormsFirst
    )
    taken = await joined.ask(TakeSeat(board=there.board, norms_version=1))
    assert taken.seat.state is SeatState.SEATED
    await moot.do_jobs(NAMING)
    assert await there.states() == [
        ("MemberAuthor", "herons at dawn"),
        ("ImportedAuthor", "bitterns"),
        ("MemberAuthor", "medlars"),
    ]
    assert (await there.posts(there.first))[0].author == MemberAuthor(id=joined.id)
    told = await watcher.told(TextShown, 2)
    assert {(one.thread.id, one.upto, one.thread.author) for one in told} == {
        (there.first.thread, 2, MemberAuthor(id=joined.id)),
        (there.second.thread, 1, MemberAuthor(id=joined.id)),
    }
    found = await moot.sysop.ask(Search(query="from:dora"))
    assert len(found.found) == 2
    await joined.ask(WithdrawPost(post=there.first.post))
    assert (await there.posts(there.first))[0].state is ContentState.WITHDRAWN


async def test_the_code_works_once(there: Board, moot: Moot) -> None:
    """A second person cannot join with the code of a claim, nor a member take it up again (31.5)."""
    code = secret("of dora")
    await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    await moot.line(there.dora).ask(there.dora.sign_up(code))
    eve = Person("eve")
    assert isinstance(await moot.line(eve).refused(eve.sign_up(code)), InvitationInvalid)
    lia = await moot.join("lia")
    assert isinstance(await lia.refused(RedeemClaim(code=code)), InvitationInvalid)


async def test_a_member_takes_up_a_claim(there: Board, moot: Moot) -> None:
    """Whoever is a member there already claims from their profile, and needs no code after it (31.5)."""
    lia = await moot.join("lia")
    code = secret("of lia")
    await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    redeemed = await lia.ask(RedeemClaim(code=code))
    assert (redeemed.board, redeemed.threads) == (there.board, 2)
    await moot.do_jobs(NAMING)
    assert (await there.posts(there.second))[0].author == MemberAuthor(id=lia.id)
    eve = Person("eve")
    assert isinstance(await moot.line(eve).refused(eve.sign_up(code)), InvitationInvalid)


async def test_still_nameless_is_noted(there: Board, moot: Moot) -> None:
    """The words stay without a name; only a key of theirs can decide otherwise (31.4)."""
    await decide(there.stranger, there.dora, ClaimAnswer.NAMELESS, there.threads)
    assert await there.states() == NAMELESS
    page = await find(there.stranger, there.dora)
    assert [(one.state, one.by_this_key) for one in page.threads] == [
        (ClaimState.NAMELESS, True)
    ] * 2
    error = await _refused(there, Person("eve"), ClaimAnswer.NAMED)
    assert isinstance(error, ClaimFailed)
    again = await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    assert again.erase_at is not None


async def _refused(there: Board, person: Person, answer: ClaimAnswer) -> Exception:
    with pytest.raises(Exception) as refused:
        await decide(there.stranger, person, answer, there.threads, code=secret("another"))
    return refused.value


async def test_not_mine_drops_the_match(there: Board) -> None:
    """A key that says a thread is not its own does not find it again; the words stay (31.4)."""
    await decide(there.stranger, there.dora, ClaimAnswer.NOT_MINE, [there.first.thread])
    page = await find(there.stranger, there.dora)
    assert [thread.thread for thread in page.threads] == [there.second.thread]
    assert len((await find(there.stranger, there.phone)).threads) == 2
    assert await there.states() == NAMELESS


async def test_taken_back_is_hidden_at_once_and_erased_after_a_week(
    there: Board, moot: Moot
) -> None:
    """No membership is needed; on day 6 nothing is erased, on day 8 nothing is left (31.6, P9)."""
    result = await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    hidden = [("ImportedAuthor", None), ("ImportedAuthor", "bitterns"), ("ImportedAuthor", None)]
    assert await there.states() == hidden
    assert not (await moot.sysop.ask(Search(query="herons"))).found
    assert result.erase_at is not None
    moot.clock.jump(days=6)
    await moot.do_jobs(ERASING)
    assert [post.body for post in (await find(there.stranger, there.dora)).threads[0].posts]
    moot.clock.jump(days=2)
    await moot.do_jobs(ERASING)
    assert await there.states() == hidden
    kept = await moot.read(
        lambda tx: tx.fetch_value("SELECT count(*) FROM texts WHERE body LIKE '%herons%'")
    )
    assert kept == 0
    page = await find(there.stranger, there.dora)
    assert {(one.state, one.posts) for one in page.threads} == {(ClaimState.TAKEN, ())}


async def test_a_clock_that_is_ahead_erases_nothing(there: Board, moot: Moot) -> None:
    """Erasing waits for proven time: a jump of the wall clock alone erases no words (31.6, P10)."""
    await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    moot.clock.step(days=400)
    await moot.do_jobs(ERASING)
    rows = await moot.read(
        lambda tx: tx.fetch_value("SELECT count(*) FROM pack_claims WHERE state = 'taking'")
    )
    assert rows == 2


async def test_another_key_of_the_author_objects(there: Board, moot: Moot) -> None:
    """An objection keeps the words hidden and unerased until one of the two gives in (31.6)."""
    await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    result = await decide(there.stranger, there.phone, ClaimAnswer.NAMELESS, there.threads)
    assert result.answer is ClaimAnswer.TAKEN
    [counts] = (await moot.sysop.ask(GetClaims())).claims
    assert (counts.slug, counts.disputed) == ("garden", tuple(sorted(there.threads)))
    moot.clock.jump(days=20)
    await moot.do_jobs(ERASING)
    assert [body for _, body in await there.states()] == [None, "bitterns", None]
    assert (await find(there.stranger, there.phone)).threads[0].posts
    await decide(there.stranger, there.dora, ClaimAnswer.NAMELESS, there.threads)
    assert await there.states() == NAMELESS


async def test_the_one_who_took_back_may_change_their_mind(there: Board) -> None:
    """Within the week the same key shows the words again (31.6)."""
    await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    await decide(there.stranger, there.dora, ClaimAnswer.NAMELESS, there.threads)
    assert await there.states() == NAMELESS


async def test_a_decision_sent_again_has_the_same_result(there: Board) -> None:
    """A claimant whose answer was lost sends it again with another challenge (P12, 31.4)."""
    first = await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    again = await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads)
    assert first == again


async def test_another_answer_cannot_follow(there: Board, moot: Moot) -> None:
    """Words that are a member's are claimed by nobody any more (31.4)."""
    code = secret("of dora")
    await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    await moot.line(there.dora).ask(there.dora.sign_up(code))
    for person in (there.dora, there.phone):
        for answer in (ClaimAnswer.TAKEN, ClaimAnswer.NAMELESS, ClaimAnswer.NOT_MINE):
            assert isinstance(await _refused(there, person, answer), ClaimDecided)


async def test_two_claimants_of_one_thread(there: Board, moot: Moot) -> None:
    """Each gets their own posts of a thread, whatever the other decides (31.4)."""
    await decide(there.stranger, there.bob, ClaimAnswer.TAKEN, [there.first.thread])
    code = secret("of dora")
    await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    await moot.line(there.dora).ask(there.dora.sign_up(code))
    await moot.do_jobs(NAMING)
    assert await there.states() == [
        ("MemberAuthor", "herons at dawn"),
        ("ImportedAuthor", None),
        ("MemberAuthor", "medlars"),
    ]


async def test_a_script_decides_nothing(there: Board) -> None:
    """A person decides: a script that says so is refused, and may still look (31.4, P6)."""
    with pytest.raises(PersonNeeded):
        await decide(there.stranger, there.dora, ClaimAnswer.TAKEN, there.threads, script=True)
    assert await there.states() == NAMELESS


async def test_a_challenge_is_used_up_by_a_decision(there: Board) -> None:
    """One signature decides once (31.4)."""
    line = there.stranger
    proof = await signed(line, there.dora)
    command = DecideClaim(
        slug="garden", answer=ClaimAnswer.NAMELESS, threads=there.threads, **proof
    )
    await line.ask(command)
    assert isinstance(await line.refused(command), ClaimFailed)
    elsewhere = there.stranger
    await elsewhere.ask(GetClaimChallenge(slug="garden"))
    assert isinstance(await elsewhere.refused(FindClaim(slug="garden", **proof)), ClaimFailed)


async def test_an_office_returns_after_a_move(moot: Moot, board: BoardId, ana: Line) -> None:
    """A moderator at packing is one again once seated; the log says so. Not after a lifeboat (31.5)."""
    dora = Person("dora")
    begun = await start(ana, board, "herons")
    await unpack(moot, board, {ana.id: [dora]}, moved=True, moderators=[dora])
    code = secret("of dora")
    await decide(moot.line(), dora, ClaimAnswer.NAMED, [begun.thread], code=code)
    joined = moot.line(dora)
    await joined.ask(dora.sign_up(code))
    seat = (await joined.ask(TakeSeat(board=board, norms_version=1))).seat
    seats = {s.member: s for s in (await moot.sysop.ask(ListSeats(board=board))).seats}
    assert seat.state is SeatState.SEATED
    assert seats[joined.id].moderator
    acts = await moot.read(
        lambda tx: tx.fetch_value("SELECT count(*) FROM acts WHERE about = ?", joined.id)
    )
    assert acts == 1


async def test_a_full_community_lets_claimants_in(moot: Moot, board: BoardId, ana: Line) -> None:
    """Kept seats count as taken for others; a claimant gets one, and past the day nobody does (31.5, P3)."""
    dora = Person("dora")
    begun = await start(ana, board, "herons")
    await unpack(moot, board, {ana.id: [dora]})
    await keep_seats(moot, board)
    taken = await moot.read(
        lambda tx: tx.fetch_value("SELECT count(*) FROM seats WHERE board LIKE '00000000%'")
    )
    await moot.change(
        lambda tx: tx.execute("UPDATE boards SET seats = ? WHERE id LIKE '00000000%'", taken + 1)
    )
    lia = moot.line(Person("lia"))
    answer = await lia.ask(lia.person.sign_up(moot.code))
    assert answer.member.state is MemberState.WAITING
    code = secret("of dora")
    await decide(moot.line(), dora, ClaimAnswer.NAMED, [begun.thread], code=code)
    joined = await moot.line(dora).ask(dora.sign_up(code))
    assert joined.member.state is MemberState.SEATED
    [counts] = (await moot.sysop.ask(GetClaims())).claims
    assert (counts.seats_left, counts.threads) == (0, {ClaimState.NAMED: 1})
    await moot.do_jobs("move waiting lists")
    assert (await moot.again(lia)).id


async def test_many_words_come_in_pages(there: Board, moot: Moot, ana: Line) -> None:
    """A place in the words is one that a page named; another is refused like every mistake (31.3)."""
    line = there.stranger
    proof = await signed(line, there.dora)
    page = await line.ask(FindClaim(slug="garden", after=f"{min(there.threads)}:0", **proof))
    assert len(page.threads) == 2
    for after in (":0", f"{new_id()}:0"):
        assert isinstance(
            await line.refused(FindClaim(slug="garden", after=after, **proof)), ClaimFailed
        )


async def test_posts_are_the_members_in_every_way(there: Board, moot: Moot) -> None:
    """Claimed words are edited by their member as others are, and exported with theirs (P9, 31.5)."""
    code = secret("of dora")
    await decide(there.stranger, there.dora, ClaimAnswer.NAMED, there.threads, code=code)
    joined = moot.line(there.dora)
    await joined.ask(there.dora.sign_up(code))
    await joined.ask(TakeSeat(board=there.board, norms_version=1))
    await moot.do_jobs(NAMING)
    await joined.ask(EditPost(post=there.second.post, body="medlars, bletted"))
    [post] = await there.posts(there.second)
    assert (post.author, post.body) == (MemberAuthor(id=joined.id), "medlars, bletted")
    assert isinstance((await there.posts(there.first))[1].author, ImportedAuthor)


async def test_a_claim_after_a_restore(there: Board, moot: Moot) -> None:
    """An older backup knows no claim and has another epoch: the author claims anew (31.9)."""
    line = there.stranger
    before = moot.running.dispatcher.epoch
    await decide(line, there.dora, ClaimAnswer.TAKEN, there.threads)
    await moot.change(lambda tx: tx.execute("DELETE FROM pack_claims"))
    moot.running.dispatcher.epoch = new_id()
    assert await there.states() == NAMELESS
    proof = await signed(line, there.dora, epoch=before)
    assert isinstance(await line.refused(FindClaim(slug="garden", **proof)), ClaimFailed)
    assert {one.state for one in (await find(line, there.dora)).threads} == {None}
    await decide(line, there.dora, ClaimAnswer.TAKEN, there.threads)
    assert [body for _, body in await there.states()] == [None, "bitterns", None]

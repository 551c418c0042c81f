"""An author gets one account for all their old words, and each board's offices are its own (31.5, P3)."""

from hashlib import sha256

import pytest

from bbs.claim_refusals import ClaimDecided
from bbs.features.boards.seat_messages import ListSeats, TakeSeat
from bbs.features.members.views import MemberAuthor
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs.claim_messages import ClaimResult, DecideClaim, RedeemClaim
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.threads.messages import ListPosts
from bbs.ids import BoardId, ThreadId, new_id
from bbs.refusals import InvitationInvalid
from tests.support.claiming import keep_seats, signed, unpack
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.talk import start


async def _name(
    moot: Moot, person: Person, thread: ThreadId, code: str, slug: str = "garden"
) -> ClaimResult:
    line = moot.line()
    proof = await signed(line, person, slug)
    hashed = sha256(code.encode()).hexdigest()
    return await line.ask(
        DecideClaim(
            slug=slug,
            answer=ClaimAnswer.NAMED,
            threads=(thread,),
            code_hash=hashed,
            key=proof["key"],
            signature=proof["signature"],
        )
    )


async def _author(moot: Moot, thread: ThreadId) -> str | None:
    author = (await moot.sysop.ask(ListPosts(thread=thread))).posts[0].author
    return author.id if isinstance(author, MemberAuthor) else None


async def test_claims_of_one_author_invite_one(moot: Moot, board: BoardId, ana: Line) -> None:
    """Thread by thread, the newest code is the only invitation; a second key neither takes what waits
    nor has an invitation of its own (31.5)."""
    dora, phone = Person("dora"), Person("phone")
    first, second = [await start(ana, board, f"herons {n}") for n in range(2)]
    await unpack(moot, board, {ana.id: [dora, phone]})
    await keep_seats(moot, board)
    codes = [secret(f"code {n}") for n in range(3)]
    await _name(moot, dora, first.thread, codes[0])
    with pytest.raises(ClaimDecided):
        await _name(moot, phone, second.thread, codes[2])
    await _name(moot, dora, second.thread, codes[1])
    puppet = Person("puppet")
    for code in (codes[0], codes[2]):
        assert isinstance(await moot.line(puppet).refused(puppet.sign_up(code)), InvitationInvalid)
    joined = moot.line(dora)
    await joined.ask(dora.sign_up(codes[1]))
    await moot.do_jobs("name claimed words")
    assert [await _author(moot, each.thread) for each in (first, second)] == [joined.id] * 2


async def test_who_has_an_account_claims_for_it_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Later words of theirs make no second account, also of a key that did not claim yet (31.5, 31.7)."""
    dora, phone = Person("dora"), Person("phone")
    first, second = [await start(ana, board, f"herons {n}") for n in range(2)]
    await unpack(moot, board, {ana.id: [dora, phone]})
    codes = [secret(f"code {n}") for n in range(2)]
    await _name(moot, dora, first.thread, codes[0])
    joined = moot.line(dora)
    await joined.ask(dora.sign_up(codes[0]))
    await _name(moot, phone, second.thread, codes[1])
    puppet = Person("puppet")
    assert isinstance(await moot.line(puppet).refused(puppet.sign_up(codes[1])), InvitationInvalid)
    friend = await moot.join("friend")
    assert isinstance(await friend.refused(RedeemClaim(code=codes[1])), InvitationInvalid)
    assert (await joined.ask(RedeemClaim(code=codes[1]))).threads == 1
    await moot.do_jobs("name claimed words")
    assert await _author(moot, second.thread) == joined.id


@pytest.mark.parametrize("words", LeaveWords)
async def test_whose_account_is_gone_may_have_a_new_one(
    moot: Moot, board: BoardId, ana: Line, words: LeaveWords
) -> None:
    """Whoever left claims the rest of their words as somebody who comes for the first time (31.5).

    Their first words did not get their name before the account was gone: that stops no job.
    """
    dora, again = Person("dora"), Person("theodora")
    first, second = [await start(ana, board, f"herons {n}") for n in range(2)]
    await unpack(moot, board, {ana.id: [dora]})
    codes = [secret(f"code {n}") for n in range(2)]
    await _name(moot, dora, first.thread, codes[0])
    joined = moot.line(dora)
    await joined.ask(dora.sign_up(codes[0]))
    await joined.ask(Leave(words=words))
    moot.clock.jump(days=8)
    await moot.do_jobs()
    await _name(moot, dora, second.thread, codes[1])
    joined = moot.line(again)
    await joined.ask(again.sign_up(codes[1]))
    await moot.do_jobs("name claimed words")
    sysop = moot.line(moot.sysop.person)
    await sysop.ask(sysop.person.with_password(session=new_id()))
    author = (await sysop.ask(ListPosts(thread=second.thread))).posts[0].author
    assert author == MemberAuthor(id=joined.id)


async def test_offices_of_two_boards_that_moved(moot: Moot, board: BoardId, ana: Line) -> None:
    """Whoever held the first office of either gets their own back, and claims more words later (31.5)."""
    dora, emil = Person("dora"), Person("emil")
    shed = await moot.board(moot.sysop, "shed")
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    begun = {}
    for slug, place, person in (("garden", board, dora), ("shed", shed, emil)):
        begun[slug] = [await start(ana, place, f"herons {n}") for n in range(2)]
        await unpack(moot, place, {ana.id: [person]}, moved=True, moderators=[person])
    for slug, place, person in (("garden", board, dora), ("shed", shed, emil)):
        first, second = begun[slug]
        codes = [secret(f"{slug} {n}") for n in range(2)]
        await _name(moot, person, first.thread, codes[0], slug)
        joined = moot.line(person)
        await joined.ask(person.sign_up(codes[0]))
        await joined.ask(TakeSeat(board=place, norms_version=1))
        seats = {s.member: s for s in (await moot.sysop.ask(ListSeats(board=place))).seats}
        assert seats[joined.id].moderator
        await _name(moot, person, second.thread, codes[1], slug)
        assert (await joined.ask(RedeemClaim(code=codes[1]))).threads == 1

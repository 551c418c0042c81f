"""Grave commands wait for other people; nothing waits where it can harm nobody (protocol 15)."""

import asyncio

from msgspec.structs import replace

from bbs.clock import HOUR_MS, to_ms
from bbs.features.boards.messages import ConfigureBoard, GetBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, ListSeats, TakeSeat
from bbs.features.members.messages import GetChallenge
from bbs.features.moderation.messages import Acted, GetLog
from bbs.features.proposals.messages import (
    ListProposals,
    ObjectToProposal,
    ProposalEnded,
    ProposalMoved,
    ProposalState,
    SecondProposal,
    WaitsFor,
    WithdrawProposal,
)
from bbs.ids import new_id
from bbs.powers import Power
from bbs.refusals import Conflict, NoSay, NotAllowed, SignInFailed
from bbs.streams import board_stream
from tests.features.proposals.motions import (
    back,
    friends,
    moved,
    oppose,
    retention,
    second,
    shorter,
    signed,
    sysop_again,
    token_of,
    waiting,
)
from tests.support.moot import Moot
from tests.support.talk import seated, start


async def test_alone_on_a_board_nothing_waits(moot: Moot) -> None:
    """Where only the mover sits, everything is done at once."""
    board = await moot.board(moot.sysop, "garden")
    await moot.sysop.ask(shorter(board))
    assert await retention(moot.sysop, board) == 1
    assert await waiting(moot.sysop, board) == []


async def test_what_is_not_grave_never_waits(moot: Moot) -> None:
    """A title, a longer memory, more seats, one moderator more: all at once, whoever sits there."""
    ana = await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    await moot.sysop.ask(ConfigureBoard(board=board, title="Weeds", hold_s=5, seats=30))
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    assert await waiting(ana, board) == []


async def test_a_shorter_memory_waits_and_is_done_when_nobody_objects(moot: Moot) -> None:
    """With a guest of the mover beside them it is announced, and done after a day (P8, P10)."""
    ana = await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    await ana.listen(board_stream(board))
    waits = await moved(moot.sysop, shorter(board, title="Weeds"))
    assert (waits.way, to_ms(waits.until)) == ("delay", moot.clock() + 24 * HOUR_MS)
    assert await retention(ana, board) == 0
    [told] = await ana.told(ProposalMoved)
    assert told.proposal.mover.id == moot.sysop.id
    assert all(change.said_after is None for change in told.proposal.changes)
    [listed] = await waiting(ana, board)
    assert [(c.field, c.before, c.after, c.said_after) for c in listed.changes] == [
        ("title", None, None, "Weeds"),
        ("retention_days", 0, 1, None),
    ]
    assert listed.grave == ("retention_days",)
    moot.clock.jump(hours=23)
    await moot.do_jobs()
    assert await retention(ana, board) == 0
    moot.clock.jump(hours=1)
    await moot.do_jobs()
    assert await retention(ana, board) == 1
    [ended] = await ana.told(ProposalEnded)
    assert ended.proposal.state is ProposalState.CARRIED_OUT
    [act] = await ana.told(Acted)
    assert act.act.author.id == moot.sysop.id
    log = await ana.ask(GetLog(board=board))
    assert [one.method for one in log.acts].count("boards.configure") == 1


async def test_sent_again_it_is_answered_the_same(moot: Moot) -> None:
    """The same op gets the same answer and moves nothing twice (P12); a rehearsal moves nothing."""
    await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    dry = await moved(moot.sysop, shorter(board, dry_run=True))
    assert dry.proposal is None
    assert await waiting(moot.sysop, board) == []
    command = shorter(board, op=new_id())
    first = await moved(moot.sysop, command)
    assert (await moved(moot.sysop, command)).facts() == first.facts()
    assert len(await waiting(moot.sysop, board)) == 1
    assert isinstance(await moot.sysop.refused(shorter(board)), Conflict)
    conflict = await moot.sysop.refused(ConfigureBoard(board=board, title="X", op=command.op))
    assert conflict.code == "op_conflict"


async def test_everybody_seated_agreed(moot: Moot) -> None:
    """Five friends who all agree wait for nothing."""
    board, lines = await friends(moot, "ana", "bo", "cai", "dov")
    waits = await moved(moot.sysop, shorter(board))
    for line in lines:
        assert await retention(line, board) == 0
        await line.ask(second(line, waits))
    assert await retention(lines[0], board) == 1


async def test_words_of_those_who_left_are_not_erased_by_agreement(moot: Moot) -> None:
    """Whoever left the board cannot agree: the delay stands (P9)."""
    board, lines = await friends(moot, "ana")
    gone = await moot.join("gone")
    await gone.ask(TakeSeat(board=board, norms_version=1))
    await start(gone, board)
    await gone.ask(LeaveSeat(board=board))
    waits = await moved(moot.sysop, shorter(board))
    await lines[0].ask(second(lines[0], waits))
    assert await retention(moot.sysop, board) == 0
    moot.clock.jump(hours=24)
    await moot.do_jobs()
    assert await retention(moot.sysop, board) == 1


async def test_the_second_key(moot: Moot) -> None:
    """Another moderator, seated and in office for long, carries it out; nobody else can."""
    board, lines = await friends(moot, "ana", "bo", "cai")
    ana, bo, cai = lines
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    moot.clock.jump(days=31)
    ana, bo, cai = [await back(moot, line) for line in lines]
    await sysop_again(moot)
    await moot.sysop.ask(Appoint(board=board, member=bo.id))
    guest = await moot.join("gil")
    await guest.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=guest.id))
    waits = await moved(moot.sysop, shorter(board))
    assert waits.way == "second_key"
    token = await moot.with_token(ana, [Power.READ, Power.CONFIGURE])
    assert isinstance(await token.refused(second(ana, waits)), NotAllowed)
    for line in (moot.sysop, guest, cai):
        assert isinstance(await line.refused(second(line, waits)), NoSay)
    refused = await bo.refused(second(bo, waits))
    assert isinstance(refused, NoSay)
    assert "in office" in refused.rule
    wrong = await ana.refused(second(ana, waits, password="this is not the password"))
    assert wrong.code == "members.sign_in_failed"
    assert await retention(ana, board) == 0
    shown = await ana.ask(second(ana, waits))
    assert shown.proposal.state is ProposalState.CARRIED_OUT
    assert await retention(ana, board) == 1
    assert (await ana.ask(second(ana, waits))).proposal == shown.proposal
    assert isinstance(await bo.refused(second(bo, waits)), Conflict)


async def test_without_a_second_key_it_lapses(moot: Moot) -> None:
    """Nobody agreed within three days: it is not done, and says so."""
    board, lines = await friends(moot, "ana")
    await moot.sysop.ask(Appoint(board=board, member=lines[0].id))
    moot.clock.jump(days=31)
    await sysop_again(moot)
    waits = await moot.do_by_delay(moot.sysop, shorter(board))
    assert waits.way == "second_key"
    [ended] = await waiting(moot.sysop, board, ended=True)
    assert ended.state is ProposalState.LAPSED
    assert await retention(moot.sysop, board) == 0


async def test_the_world_moved(moot: Moot) -> None:
    """What it was to change is not as it was: it changes nothing and says so."""
    board, lines = await friends(moot, "ana", "bo")
    waits = await moved(moot.sysop, ConfigureBoard(board=board, retention_days=2, hold_s=9))
    await moot.sysop.ask(ConfigureBoard(board=board, title="Other things do not matter"))
    await moot.sysop.ask(ConfigureBoard(board=board, hold_s=30))
    for line in lines:
        shown = await line.ask(second(line, waits))
    assert (shown.proposal.state, shown.proposal.why_not) == (ProposalState.COULD_NOT, "changed")
    assert await retention(moot.sysop, board) == 0


async def test_a_second_self_does_not_help(moot: Moot) -> None:
    """A founder who invites and appoints a second self cannot shorten the memory alone."""
    board, (ana,) = await friends(moot, "ana")
    second_self = await moot.join("second-self")
    await second_self.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=second_self.id))
    waits = await moved(moot.sysop, shorter(board))
    assert isinstance(await second_self.refused(second(second_self, waits)), NoSay)
    await ana.ask(second(ana, waits))
    assert await retention(ana, board) == 0


async def test_whoever_invited_the_mover_does_not_help_either(moot: Moot) -> None:
    """A sysop cannot appoint a second self that moves, and agree to it as the sysop (protocol 15.3)."""
    board, (ana,) = await friends(moot, "ana")
    second_self = await moot.join("second-self")
    await second_self.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=second_self.id))
    moot.clock.jump(days=31)
    await sysop_again(moot)
    second_self, ana = await back(moot, second_self), await back(moot, ana)
    waits = await moved(second_self, shorter(board))
    assert waits.way == WaitsFor.DELAY, "the sysop has no second key to it"
    refused = await moot.sysop.refused(second(moot.sysop, waits))
    assert isinstance(refused, NoSay)
    assert "you invited its mover" in refused.rule
    await ana.ask(second(ana, waits))
    assert await retention(ana, board) == 0


async def test_ending_another_moderator_waits(moot: Moot) -> None:
    """The one whom it is about has no key to it; ending the own office waits for nobody."""
    board, (ana, bo) = await friends(moot, "ana", "bo")
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    waits = await moved(moot.sysop, Appoint(board=board, member=ana.id, moderator=False))
    assert isinstance(await ana.refused(oppose(ana, waits)), NoSay)
    moot.clock.jump(days=3)
    await moot.do_jobs()
    seats = (await bo.ask(ListSeats(board=board))).seats
    assert [seat.moderator for seat in seats if seat.member == ana.id] == [False]


async def test_the_mover_takes_it_back(moot: Moot) -> None:
    """Only the mover can; then it is over."""
    board, (ana,) = await friends(moot, "ana")
    waits = await moved(moot.sysop, shorter(board))
    assert waits.proposal is not None
    back_again = WithdrawProposal(board=board, proposal=waits.proposal)
    assert isinstance(await ana.refused(back_again), NotAllowed)
    assert (await moot.sysop.ask(back_again)).proposal.reason is None
    assert await waiting(ana, board) == []
    moot.clock.jump(days=3)
    await moot.do_jobs()
    assert await retention(ana, board) == 0


async def test_a_wider_view_waits_a_week(moot: Moot) -> None:
    """Who wrote for fewer readers has a week to withdraw; a private board with words stays so."""
    board, (ana,) = await friends(moot, "ana")
    await moot.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.UNLISTED))
    waits = await moved(moot.sysop, ConfigureBoard(board=board, visibility=Visibility.MEMBERS))
    assert waits.way == WaitsFor.DELAY
    shown = await ana.ask(second(ana, waits))
    assert shown.proposal.state is ProposalState.OPEN, "agreement does not shorten the week"
    moot.clock.jump(days=7)
    await moot.do_jobs("commands that wait")
    assert (await ana.ask(GetBoard(board=board))).board.visibility is Visibility.MEMBERS
    await moot.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    await start(ana, board)
    never = await moot.sysop.refused(ConfigureBoard(board=board, visibility=Visibility.UNLISTED))
    assert isinstance(never, Conflict)


async def test_while_the_clock_is_in_doubt_nothing_is_done_by_time(moot: Moot) -> None:
    """A clock that is ahead carries nothing out; the list says so."""
    board, (ana,) = await friends(moot, "ana")
    await moved(moot.sysop, shorter(board))
    moot.clock.step(days=5)
    await moot.do_jobs()
    assert await retention(ana, board) == 0
    assert (await ana.ask(ListProposals())).clock_doubt is not None


async def test_a_hundred_at_once_carry_it_out_once(moot: Moot) -> None:
    """However many say it at the same moment, with keys of their own: one act, one answer (P12)."""
    board, (ana,) = await friends(moot, "ana")
    waits = await moved(moot.sysop, shorter(board))
    await ana.listen(board_stream(board))
    lines = [await moot.again(ana, token_of(ana)) for _ in range(100)]
    words = []
    for line in lines:
        challenge = await line.ask(GetChallenge())
        words.append(signed(line, waits, challenge.host, challenge.nonce))
    answers = await asyncio.gather(
        *(line.ask(word) for line, word in zip(lines, words, strict=True))
    )
    assert {answer.proposal.state for answer in answers} == {ProposalState.CARRIED_OUT}
    await ana.settle()
    assert len(ana.events(ProposalEnded)) == 1
    log = await ana.ask(GetLog(board=board))
    assert [act.method for act in log.acts].count("boards.configure") == 1


async def test_a_signature_is_good_once_and_for_one_thing(moot: Moot) -> None:
    """What was signed for another nonce, thing, word or purpose proves nothing (protocol 15.6)."""

    def objecting(agreed: SecondProposal) -> ObjectToProposal:
        return ObjectToProposal(
            board=agreed.board,
            proposal=agreed.proposal,
            reason="Not my word",
            key=agreed.key,
            signature=agreed.signature,
        )

    board, (ana,) = await friends(moot, "ana")
    waits = await moved(moot.sysop, shorter(board))
    challenge = await ana.ask(GetChallenge())
    word = signed(ana, waits, challenge.host, challenge.nonce)
    other = await moot.again(ana, token_of(ana))
    assert isinstance(await other.refused(word), SignInFailed)
    for altered in (
        signed(ana, waits, "elsewhere.example", challenge.nonce),
        replace(word, signature=None),
        replace(word, key=None),
    ):
        refused = await ana.refused(altered)
        assert refused.code in ("members.sign_in_failed", "protocol.bad_params")
        challenge = await ana.ask(GetChallenge())
    turned = objecting(signed(ana, waits, challenge.host, challenge.nonce))
    assert isinstance(await ana.refused(turned), SignInFailed)
    challenge = await ana.ask(GetChallenge())
    await ana.ask(signed(ana, waits, challenge.host, challenge.nonce))
    assert await retention(ana, board) == 1


async def test_five_friends_notice_nothing(moot: Moot) -> None:
    """A board is opened, configured, gets a moderator and a longer memory: nobody waits for anything."""
    board, lines = await friends(moot, "ana", "bo", "cai", "dov")
    for command in (
        ConfigureBoard(board=board, title="Weeds", charter="What grows anyway.", hold_s=0),
        ConfigureBoard(board=board, seats=6, lounge_hours=200),
        ConfigureBoard(board=board, visibility=Visibility.PRIVATE),
        Appoint(board=board, member=lines[0].id),
        Appoint(board=board, member=moot.sysop.id, moderator=False),
    ):
        await moot.sysop.ask(command)
    assert await waiting(lines[1], board) == []


async def test_a_restriction_set_meanwhile_does_not_end_it(moot: Moot) -> None:
    """Whoever silences the mover after the motion does not stop it (protocol 15.7)."""
    board, (ana,) = await friends(moot, "ana")
    await moved(moot.sysop, shorter(board))
    until = moot.clock() + 300 * HOUR_MS
    await moot.change(
        lambda tx: tx.execute(
            "INSERT INTO restrictions (id, board, member, kind, since, until)"
            " VALUES (?, ?, ?, 'suspended', ?, ?)",
            *(new_id(), board, moot.sysop.id, moot.clock(), until),
        )
    )
    refused = await moot.sysop.refused(ConfigureBoard(board=board, title="Weeds"))
    assert refused.code.startswith("moderation.")
    moot.clock.jump(hours=24)
    await moot.do_jobs("commands that wait")
    assert await retention(ana, board) == 1

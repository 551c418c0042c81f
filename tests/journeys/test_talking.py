"""From an invitation to a conversation that everybody sees alike."""

import asyncio

from bbs.address import parse_invitation_link
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import GetAccount, MemberJoined
from bbs.features.norms.messages import GetNorms
from bbs.features.reading.messages import GetUnread, MarkPosts, Resolve, Search
from bbs.features.threads.messages import (
    EditPost,
    LineSaid,
    LineUnsaid,
    ListPosts,
    PostEdited,
    PostPublished,
    PostWithdrawn,
    Say,
    StartThread,
    ThreadPublished,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.ids import new_id
from bbs.powers import Power
from bbs.refusals import InvitationInvalid, NormsFirst, NotAllowed, SeatNeeded
from tests.support.voices import Hall, Voice


async def test_from_an_invitation_to_talk(hall: Hall) -> None:
    """Signing up, reading the norms, taking a seat, writing, being answered (protocol 3.2, P5)."""
    board = await hall.board("garden")
    ana = await hall.join("ana")
    assert (await hall.sysop.told(MemberJoined))[-1].member.handle == "ana"
    start = StartThread(board=board, thread=new_id(), post=new_id(), title="Roses", body="How?")
    assert isinstance(await ana.refused(start), SeatNeeded)
    norms = await ana.ask(GetNorms(board=board))
    assert isinstance(await ana.refused(TakeSeat(board=board, norms_version=9)), NormsFirst)
    await ana.ask(TakeSeat(board=board, norms_version=norms.version))
    await ana.listen(board)
    started = await ana.ask(start)
    assert (started.thread.number, started.post.number) == (1, 1)
    (seen,) = await hall.sysop.told(ThreadPublished)
    assert (seen.thread.title, seen.post.body) == ("Roses", "How?")
    answer = WritePost(
        thread=started.thread.id, post=new_id(), parent=started.post.id, body="So, @ana."
    )
    await hall.sysop.ask(answer)
    (told,) = await ana.told(PostPublished)
    assert (told.post.parent, told.post.mentions) == (started.post.id, (ana.id,))
    assert [one.posts for one in (await ana.ask(GetUnread())).threads] == [1]
    await ana.ask(MarkPosts(thread=started.thread.id, first=1, last=2))
    assert (await ana.ask(GetUnread())).threads == ()
    found = await ana.ask(Resolve(address="garden/1/2"))
    assert found.post is not None
    assert found.post.body == "So, @ana."
    assert [one.post.id for one in (await ana.ask(Search(query="from:sysanne so"))).found] == [
        answer.post
    ]


async def test_the_first_invitation_makes_the_sysop_once(hall: Hall) -> None:
    """The server's own invitation is good once and makes whoever takes it sysop (protocol 3.2)."""
    account = await hall.sysop.ask(GetAccount())
    assert account.member.sysop
    assert account.member.invited_by is None
    assert hall.running.invitation is not None
    hall.code = parse_invitation_link(hall.running.invitation).code
    try:
        await hall.join("late")
    except InvitationInvalid:
        return
    raise AssertionError("a sysop's invitation was good twice")


async def test_two_clients_and_a_bot_see_one_order(hall: Hall) -> None:
    """Posts, edits, withdrawals and lines reach all readers in one order, live (P12, 6.1, 7.1)."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    bot = await hall.bot(ana, [Power.READ, Power.WRITE], [board])
    thread = new_id()
    first = StartThread(board=board, thread=thread, post=new_id(), title="T", body="0")
    await ana.ask(first)

    async def talk(voice: Voice, name: str) -> None:
        for n in range(8):
            post, line = new_id(), new_id()
            await voice.ask(WritePost(thread=thread, post=post, body=f"{name} {n}"))
            await voice.ask(Say(board=board, line=line, body=f"{name} says {n}"))
            if n % 3 == 0:
                await voice.ask(EditPost(post=post, body=f"{name} {n} again"))
            if n % 4 == 1:
                await voice.ask(WithdrawPost(post=post))
                await voice.ask(Unsay(line=line))

    await asyncio.gather(talk(ana, "ana"), talk(bob, "bob"), talk(bot, "bot"))
    streams = (f"board:{board}", f"lounge:{board}")
    for voice in (ana, bob, bot):
        await voice.told(PostPublished, 24)
        await voice.told(PostEdited, 9)
        await voice.told(PostWithdrawn, 6)
        await voice.told(LineSaid, 24)
        await voice.told(LineUnsaid, 6)
    for stream in streams:
        logs = [
            [(one.seq, one.kind, one.subject) for one in voice.events(stream) if one.seq > low]
            for voice, low in ((voice, _low(stream, bot)) for voice in (ana, bob, bot))
        ]
        assert logs[0] == logs[1] == logs[2]
        seqs = [seq for seq, _, _ in logs[0]]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    page = await bob.ask(ListPosts(thread=thread))
    published = [one.event.post.id for one in bob.events(streams[0], PostPublished)]
    assert [post.id for post in page.posts] == [first.post, *published]


def _low(stream: str, last_comer: Voice) -> int:
    """Return the seq before the first event that the last one to come was told."""
    first: int = last_comer.events(stream)[0].seq
    return first - 1


async def test_a_bots_token_reaches_no_further_than_it_says(hall: Hall) -> None:
    """A token acts as its owner, within its powers and boards only (protocol 3.7)."""
    garden, kitchen = await hall.board("garden"), await hall.board("kitchen")
    ana = await hall.join("ana", garden, kitchen)
    bot = await hall.bot(ana, [Power.READ], [garden])
    assert isinstance(await bot.refused(Say(board=garden, line=new_id(), body="Hi")), NotAllowed)
    await hall.sysop.ask(Say(board=kitchen, line=new_id(), body="Soup"))
    await hall.sysop.ask(Say(board=garden, line=new_id(), body="Peas"))
    await ana.told(LineSaid, 2)
    (said,) = await bot.told(LineSaid)
    assert said.line.body == "Peas"

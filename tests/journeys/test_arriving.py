"""From a link to a seat, and from a first post to one like everybody's, over real sockets (P3, P7, P11)."""

from bbs import limits
from bbs.address import parse_invitation_link
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.features.arriving.messages import (
    GetNote,
    GuardChanged,
    ListGuards,
    ListHeldPosts,
    ListNotes,
    NoteOpened,
    PublishPost,
    SayInNote,
)
from bbs.features.arriving.views import GuardKind, GuardState
from bbs.features.boards.application_messages import (
    AcceptApplication,
    ApplicationState,
    Apply,
    ListApplications,
    ListOwnApplications,
)
from bbs.features.boards.messages import ConfigureBoard, ListBoards
from bbs.features.boards.seat_messages import GetPlace, SeatState, TakeSeat
from bbs.features.members.messages import GetAccount, Invite
from bbs.features.members.views import MemberState
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS, PostId, ThreadId, new_id
from bbs.refusals import OnWaitingList
from bbs.sdk import credentials
from bbs.sdk.invitation_link import link_to
from bbs.seat_refusals import AnswersNeeded
from bbs.streams import member_stream
from tests.support.voices import PASSWORD, Hall, Voice

MOVE = "move waiting lists"
QUESTIONS = ("Who are you?", "What do you grow?")
ANSWERS = ("A neighbour of hana.", "Figs, against advice.")


async def test_a_newcomer_comes_in_and_becomes_one_of_many(hall: Hall) -> None:
    """Link, norms, sign-up, answers, place 3 of 3, an offer that lapsed for others, a seat; a first
    post that waits, a note with the host, published, and the end of the guard."""
    hana = await hall.join("hana")
    await hall.sysop.ask(
        ConfigureBoard(
            board=COMMONS, questions="\n".join(QUESTIONS), seats=2, guard_first_posts=True
        )
    )
    early = [await _arrive(hall, hall.code, handle) for handle in ("wim", "xia")]
    for voice in early:
        await _answer(hall, voice)
    nora = await _arrive(hall, await _link(hall, hana), "nora")
    assert isinstance(await nora.refused(ListBoards()), OnWaitingList)
    await _answer(hall, nora)
    await _reach_the_seat(hall, nora)
    await _write_as_a_newcomer(hall, hana, nora)


async def _link(hall: Hall, host: Voice) -> str:
    """Return the code in the link that a host makes."""
    code = credentials.new_secret()
    await host.ask(Invite(invitation=new_id(), code=code))
    return parse_invitation_link(link_to(hall.running.url, code, pin=None)).code


async def _arrive(hall: Hall, code: str, handle: str) -> Voice:
    """Read the norms and sign up."""
    community = await hall._connected(listen=False)
    norms = await community.call(GetCommonsNorms())
    assert norms.clauses
    who = await credentials.sign_up(
        community, code, handle, handle.title(), PASSWORD, "laptop", norms_version=norms.version
    )
    voice = hall._kept(Voice(community, handle, who.token, who.session))
    await community.listen({member_stream(voice.id): -1})
    return voice


async def _answer(hall: Hall, voice: Voice) -> None:
    """Answer the questions at the door, and be accepted by the desk."""
    refused = await voice.refused(TakeSeat(board=COMMONS, norms_version=1))
    assert isinstance(refused, AnswersNeeded)
    assert tuple(refused.questions) == QUESTIONS
    shown = await voice.ask(ListOwnApplications())
    assert shown.questions == QUESTIONS
    await voice.ask(Apply(board=COMMONS, norms_version=shown.norms_version, answers=ANSWERS))
    (waits,) = (await hall.sysop.ask(ListApplications(board=COMMONS))).applications
    assert (waits.member, tuple(each.answer for each in waits.answers)) == (voice.id, ANSWERS)
    await hall.sysop.ask(AcceptApplication(board=COMMONS, application=waits.id))
    (own,) = (await voice.ask(ListOwnApplications())).applications
    assert own.state is ApplicationState.ACCEPTED
    (account,) = [(await voice.ask(GetAccount())).member]
    assert account.state is MemberState.WAITING


async def _reach_the_seat(hall: Hall, nora: Voice) -> None:
    """Wait behind two others, whose offers lapse; learn of the own offer at sign-in, and take it."""
    found = await nora.ask(GetPlace(board=COMMONS))
    assert (found.place, found.waiting) == (3, 3)
    await hall.sysop.ask(ConfigureBoard(board=COMMONS, seats=3))
    for place in (2, 1):
        found = await nora.ask(GetPlace(board=COMMONS))
        assert found.place == place
        hall.clock.jump(days=limits.SEAT_OFFER_DAYS)
        await hall.do_jobs(MOVE)
    found = await nora.ask(GetPlace(board=COMMONS))
    assert found.seat is not None
    assert found.seat.state is SeatState.OFFERED
    phone = await hall._connected(listen=False)
    await credentials.sign_in_password(phone, "nora", PASSWORD, "phone")
    assert phone.me is not None
    assert phone.me.seat_offered_until == found.seat.until
    taken = await nora.ask(TakeSeat(board=COMMONS, norms_version=1))
    assert taken.seat.state is SeatState.SEATED
    assert (await nora.ask(GetAccount())).member.state is MemberState.SEATED
    kinds = {each.kind for each in (await nora.ask(ListNotices())).notices}
    assert kinds == {NoticeKind.APPLICATION, NoticeKind.SEAT}


async def _write_as_a_newcomer(hall: Hall, hana: Voice, nora: Voice) -> None:
    """Write: it waits, and host and desk talk about it; after three posts a fourth waits for nobody."""
    await nora.listen(COMMONS)
    (guard,) = (await nora.ask(ListGuards())).guards
    assert guard.kind is GuardKind.FIRST_POSTS
    thread, first = new_id(), new_id()
    await nora.ask(
        StartThread(board=COMMONS, thread=thread, post=first, title="Figs", body="Hello.")
    )
    (opened,) = await nora.told(NoteOpened)
    assert (opened.note.post, opened.note.host, opened.note.why) == (
        first,
        hana.id,
        Approval.FIRST_POSTS,
    )
    assert [note.newcomer for note in (await hana.ask(ListNotes())).notes] == [nora.id]
    for voice, text in ((hana, "Welcome!"), (hall.sysop, "I will look at it."), (nora, "Thanks.")):
        await voice.ask(SayInNote(note=nora.id, line=new_id(), text=text))
    said = (await nora.ask(GetNote(note=nora.id))).lines
    assert [line.text for line in said] == ["Welcome!", "I will look at it.", "Thanks."]
    await _publish(hall, first)
    assert await _read(hana, thread) == ["Hello."]
    await nora.ask(WritePost(thread=thread, post=new_id(), body="They lived."))
    await _wait_for_nobody(hall)
    assert await _read(hana, thread) == ["Hello.", "They lived."]
    third = new_id()
    await nora.ask(WritePost(thread=thread, post=third, body="All of them."))
    await _publish(hall, third)
    (note,) = (await hana.ask(ListNotes())).notes
    assert note.ends_at == instant(hall.clock() + limits.NOTE_DAYS * DAY_MS)
    ended = (await nora.told(GuardChanged, 3))[-1]
    assert ended.guard.state is GuardState.PASSED
    assert (await nora.ask(ListGuards())).guards == ()
    last = await nora.ask(WritePost(thread=thread, post=new_id(), body="Like everybody."))
    assert last.post.approval is None
    hall.clock.jump(seconds=limits.HOLD_SECONDS_MAX)
    await hall.do_jobs("publish held posts")
    assert (await _read(hana, thread))[-1] == "Like everybody."


async def _wait_for_nobody(hall: Hall) -> None:
    """Let a post wait until the server publishes it, and not a millisecond less."""
    left_ms = limits.APPROVAL_HOURS_MAX * HOUR_MS
    for step_ms in (left_ms - 1, 1):
        await hall.do_jobs("publish held posts")
        assert len((await hall.sysop.ask(ListHeldPosts())).held) == 1
        hall.clock.jump(seconds=step_ms / 1_000)
    await hall.do_jobs("publish held posts")
    assert not (await hall.sysop.ask(ListHeldPosts())).held


async def _publish(hall: Hall, post: PostId) -> None:
    (held,) = (await hall.sysop.ask(ListHeldPosts())).held
    assert held.post.id == post
    await hall.sysop.ask(PublishPost(board=COMMONS, post=post))


async def _read(reader: Voice, thread: ThreadId) -> list[str | None]:
    posts = (await reader.ask(ListPosts(thread=thread))).posts
    return [post.body for post in posts if post.state is ContentState.PUBLISHED]

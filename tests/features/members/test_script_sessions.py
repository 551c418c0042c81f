"""A script on a member's own device: it acts as them, says so, and judges nothing (protocol 27.2)."""

from bbs.features.arriving.messages import DeclinePost, PublishPost
from bbs.features.boards.application_messages import AcceptApplication, DeclineApplication
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.cases.appeal_messages import DecideAppeal
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import SanctionKind
from bbs.features.members.messages import Resume
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import ObjectToProposal, SecondProposal
from bbs.features.threads.messages import ListPosts
from bbs.ids import new_id
from bbs.powers import Way
from bbs.refusals import PersonNeeded
from bbs.wire.messages import SCRIPT_SESSIONS, Hello
from bbs.wire.registry import REQUESTS
from tests.features.cases.court import decision, heard
from tests.features.cases.desk import open_desk
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import start

JUDGED = {
    *(AcceptApplication, DeclineApplication, PublishPost, DeclinePost),
    *(DecideCase, LetBe, LiftSanction, RemoveNewcomer, DecideAppeal),
    *(SecondProposal, ObjectToProposal),
}
"""The least that a person judges; a feature may add to it, and takes nothing from it."""


async def _script_of(moot: Moot, line: Line) -> Line:
    """Open another connection of somebody's device, for a script."""
    other = moot.line(line.person)
    await other.ask(Resume(token=secret(line.person.session), script=True))
    return other


async def test_it_acts_as_its_member_and_says_so(moot: Moot) -> None:
    """What a moderator's own script writes and does says "by script", beside the same session's
    commands by hand (P8)."""
    board = await moot.board(moot.sysop, "garden")
    script = await _script_of(moot, moot.sysop)
    begun = await start(script, board)
    await script.ask(ConfigureBoard(board=board, title="Weeds"))
    await moot.sysop.ask(ConfigureBoard(board=board, title="Plants"))
    [post] = (await moot.sysop.ask(ListPosts(thread=begun.thread))).posts
    assert post.via is Way.SCRIPT
    acts = (await moot.sysop.ask(GetLog(board=board))).acts
    assert [act.way for act in acts[:2]] == [Way.DEVICE, Way.SCRIPT]
    assert acts[0].author == acts[1].author


async def test_it_decides_nothing(moot: Moot) -> None:
    """A decision is refused to a script with a next step, is not carried out, and is the moderator's
    by hand on the same session (P6)."""
    desk = await open_desk(moot)
    case = await heard(desk)
    script = await _script_of(moot, desk.vera)
    for command in (decision(case, SanctionKind.WORD), LetBe(case=case)):
        error = await script.refused(command)
        assert isinstance(error, PersonNeeded)
        assert error.what == command.method
        assert "BBS_SCRIPT=0" in error.hint
    assert (await desk.seen(script, case)).head.decide_by is not None
    await desk.vera.ask(decision(case, SanctionKind.WORD))


async def test_it_gives_no_second_key(moot: Moot) -> None:
    """A script agrees to nothing and objects to nothing, whatever proof it has (P6): it is refused
    before the proof is looked at."""
    board = await moot.board(moot.sysop, "garden")
    script = await _script_of(moot, moot.sysop)
    for command in (
        SecondProposal(board=board, proposal=new_id(), password="no password of anybody"),
        ObjectToProposal(board=board, proposal=new_id(), reason="No.", password="no password"),
    ):
        assert isinstance(await script.refused(command), PersonNeeded)


async def test_it_learns_nothing_by_the_refusal(moot: Moot) -> None:
    """A script is told first what is not its member's, as everybody is: not that a case is there."""
    desk = await open_desk(moot)
    case = await heard(desk)
    script = await _script_of(moot, desk.ann)
    assert (await script.refused(LetBe(case=case))).code == "not_allowed"
    assert (await script.refused(LetBe(case=new_id()))).code == "not_found"


async def test_the_next_resume_may_be_a_persons(moot: Moot) -> None:
    """The connection says it, not the session: a person and a cron job share one device."""
    board = await moot.board(moot.sysop, "garden")
    line = await _script_of(moot, moot.sysop)
    await line.ask(Resume(token=secret(moot.sysop.person.session)))
    begun = await start(line, board)
    [post] = (await line.ask(ListPosts(thread=begun.thread))).posts
    assert post.via is Way.DEVICE


async def test_hello_names_it(moot: Moot) -> None:
    """A client sends the field only to a server that names it; others would refuse it (3.1)."""
    welcome = await moot.line().ask(Hello(versions=("bbs.v1",)))
    assert SCRIPT_SESSIONS in welcome.features


def test_what_a_person_judges_is_marked() -> None:
    """Decisions, second keys, applications and held posts are a person's (P6, protocol 27.2)."""
    marked = {request for request in REQUESTS.values() if request.needs.by_person}
    assert marked >= JUDGED

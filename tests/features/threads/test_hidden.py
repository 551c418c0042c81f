"""Words that a purge by law waits for: hidden from all but their writers and who decides (protocol 15.10)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.ownership.messages import Export
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ProposalMoved,
    ProposalState,
    WaitsFor,
    WithdrawProposal,
)
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    GetUnread,
    ListMentions,
    ListNotices,
    ListSaved,
    Noticed,
    Resolve,
    SavePost,
    Search,
)
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.erasing_messages import Purge, TextHidden, TextShown
from bbs.features.threads.messages import (
    EditPost,
    GetSkeleton,
    GetThread,
    ImportPosts,
    ListLines,
    ListPosts,
    ListRecent,
    ListThanks,
    ListThreads,
    Say,
    Thank,
)
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import CommandWaits, Conflict, NoSay, NotFound
from bbs.streams import board_stream, lounge_stream, member_stream
from tests.features.proposals.motions import back, friends, oppose, second, sysop_again, waiting
from tests.features.threads.test_handlers_import import talk
from tests.support.founded import open_founded
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import start, write

LAW, WHY = "Art. 17 GDPR", "A court wants it gone"
TITLE, BODY, MORE = "quincunx", "zephyrine", "obsidian"
WORDS = (TITLE, BODY, MORE)


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    async with open_founded(tmp_path) as moot:
        yield moot


class Garden:
    """A board where ana wrote, bo may give a second key, and cy only reads."""

    moot: Moot
    board: BoardId
    ana: Line
    bo: Line
    cy: Line

    @classmethod
    async def grown(cls, moot: Moot) -> "Garden":
        garden = cls()
        garden.moot = moot
        garden.board, lines = await friends(moot, "ana", "bo", "cy")
        await moot.sysop.ask(ConfigureBoard(board=garden.board, lounge_hours=168))
        await moot.sysop.ask(Appoint(board=COMMONS, member=lines[1].id))
        moot.clock.jump(days=limits.KEY_OFFICE_DAYS + 1)
        garden.ana, garden.bo, garden.cy = [await back(moot, line) for line in lines]
        await sysop_again(moot)
        return garden

    async def purge(self, **what: Any) -> CommandWaits:
        """Let the sysop move to purge something."""
        waits = await self.moot.sysop.refused(Purge(law=LAW, reason=WHY, **what))
        assert isinstance(waits, CommandWaits), waits
        return waits

    async def look(self, line: Line, thread: str) -> None:
        """Let somebody ask for all there is to see."""
        streams = (board_stream(self.board), lounge_stream(self.board), member_stream(line.id))
        await line.listen(*streams, cursor=0)
        asked: list[Any] = [
            ListPosts(thread=thread),
            GetThread(thread=thread),
            ListThreads(board=self.board),
            GetSkeleton(thread=thread),
            ListRecent(board=self.board),
            ListLines(board=self.board),
            *[Search(query=word) for word in WORDS],
            GetUnread(),
            GetRound(),
            GetInbox(),
            ListMentions(),
            ListThanks(),
            ListSaved(),
            ListNotices(),
            ListProposals(),
            GetLog(board=self.board),
            Resolve(address="garden/1"),
            Resolve(address="garden/1/1"),
            Resolve(address="garden/lounge/1"),
        ]
        for request in asked:
            await line.ask(request)
        await _export(line)


async def _export(line: Line) -> None:
    """Let a member take away all that is kept of them."""
    after = (await line.ask(Export())).next_after
    while after is not None:
        after = (await line.ask(Export(after=after))).next_after


@pytest.fixture
async def garden(moot: Moot) -> Garden:
    return await Garden.grown(moot)


async def _written(garden: Garden) -> tuple[str, str, str]:
    """Return a thread of ana's, its first post, and an answer of hers."""
    thread, post = await start(garden.ana, garden.board, f"{BODY} @cy", TITLE)
    await garden.ana.ask(EditPost(post=post, body=f"{BODY} {MORE} @cy"))
    answer = await write(garden.ana, thread, f"{MORE} @cy")
    await garden.cy.ask(SavePost(post=post))
    await garden.cy.ask(Thank(post=post))
    return thread, post, answer


@pytest.mark.parametrize("whole", [False, True])
async def test_hidden_words_are_in_no_byte_sent_to_others(garden: Garden, *, whole: bool) -> None:
    """While a purge waits, whatever a reader asks for, and whatever they listen to again, has not a
    byte of the words; a marker stays in their place, and the announcement gives no address (P10)."""
    moot, cy = garden.moot, garden.cy
    thread, post, answer = await _written(garden)
    line = new_id()
    await garden.ana.ask(Say(board=garden.board, line=line, body=BODY))
    await cy.listen(board_stream(garden.board))
    if whole:
        await garden.purge(thread=thread)
    else:
        await garden.purge(post=post)
        await garden.purge(post=answer)
    await garden.purge(line=line)
    [*_, told] = await cy.told(ProposalMoved, 2 if whole else 3)
    assert (told.proposal.thing.id, told.proposal.thing.number) == (None, None)
    for reader in (cy, moot.sysop, garden.bo):
        before = len(reader.answers), len(reader.tape.frames)
        await garden.look(reader, thread)
        sent = b"".join([*reader.answers[before[0] :], *reader.tape.frames[before[1] :]])
        assert not any(word.encode() in sent for word in WORDS)
    page = await cy.ask(ListPosts(thread=thread))
    assert {(one.state, one.body, one.mentions) for one in page.posts} == {
        (ContentState.HIDDEN, None, ())
    }
    assert (page.thread.state, page.thread.title) == (ContentState.HIDDEN, None)
    [marker] = (await cy.ask(ListLines(board=garden.board))).lines
    assert (marker.state, marker.body) == (ContentState.HIDDEN, None)
    bones = (await cy.ask(GetSkeleton(thread=thread))).bones
    assert {bone.state for bone in bones} == {ContentState.HIDDEN}


async def test_writers_and_who_may_second_read_them_by_the_command(garden: Garden) -> None:
    """The writer is told by a notice, and reads words, law and time there; whoever may give the
    second key reads words and address; nobody else learns that there is anything to read."""
    thread, _post, _ = await _written(garden)
    await garden.ana.listen(member_stream(garden.ana.id))
    waits = await garden.purge(thread=thread)
    await garden.moot.do_jobs("tell writers what is hidden")
    [told] = await garden.ana.told(Noticed)
    assert (told.notice.kind, told.notice.proposal) == (NoticeKind.HIDDEN, waits.proposal)
    [notice] = (await garden.ana.ask(ListNotices())).notices
    assert notice == told.notice
    for line in (garden.ana, garden.bo):
        found = (await line.ask(GetProposalWords(proposal=notice.proposal))).words
        assert (found.title, [one.body for one in found.posts]) == (
            TITLE,
            [f"{BODY} {MORE} @cy", f"{MORE} @cy"],
        )
        shown = found.proposal
        assert (shown.law, shown.reason, shown.until) == (LAW, WHY, waits.until)
        assert (shown.thing.id, shown.thing.thread) == (thread, 1)
        assert (await line.ask(ListProposals())).may_read == (waits.proposal,)
    for line in (garden.cy, garden.moot.sysop):
        refused = await line.refused(GetProposalWords(proposal=notice.proposal))
        assert isinstance(refused, NotFound)
        assert (await line.ask(ListProposals())).may_read == ()


async def test_who_may_second_reads_what_was_imported(garden: Garden) -> None:
    """Hidden words of somebody who never was a member can be read by the command, too: title, name
    and body, by whoever decides about them and by nobody else."""
    first, second_mail, _ = mails = talk()
    await garden.moot.sysop.ask(ImportPosts(board=garden.board, posts=mails))
    waits = await garden.purge(thread=first.thread)
    asked = GetProposalWords(proposal=str(waits.proposal))
    found = (await garden.bo.ask(asked)).words
    assert found.title == first.title
    assert [one.body for one in found.posts] == [mail.body for mail in mails]
    assert [getattr(one.author, "name", None) for one in found.posts[:2]] == [
        first.author,
        second_mail.author,
    ]
    assert isinstance(await garden.ana.refused(asked), NotFound)
    page = await garden.ana.ask(ListPosts(thread=first.thread))
    assert {one.body for one in page.posts} == {None}


async def test_a_writer_reads_only_their_own(garden: Garden) -> None:
    """Of a thread with words of several, each writer gets their own by the command, in pages."""
    thread, _post, _ = await _written(garden)
    await write(garden.cy, thread, "cy's own")
    waits = await garden.purge(thread=thread)
    assert waits.proposal is not None
    found = (await garden.cy.ask(GetProposalWords(proposal=waits.proposal))).words
    assert (found.title, [one.body for one in found.posts]) == (None, ["cy's own"])


async def test_the_second_key_carries_it_out(garden: Garden) -> None:
    """Once another in office agrees, the words are gone from every file, and the log tells it (P8)."""
    moot = garden.moot
    thread, _post, _ = await _written(garden)
    waits = await garden.purge(thread=thread)
    later = await write(garden.cy, thread, "written meanwhile")
    await garden.cy.listen(board_stream(garden.board))
    told = await garden.bo.ask(second(garden.bo, waits))
    assert told.proposal.state is ProposalState.CARRIED_OUT
    await moot.do_jobs()
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert [one.state for one in page.posts] == [
        ContentState.PURGED,
        ContentState.PURGED,
        ContentState.PUBLISHED,
    ]
    assert page.posts[-1].id == later
    assert await moot.running.dispatcher.store.run_maintenance()
    assert not any(word.encode() in bytes_in(moot.folder) for word in WORDS)
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []
    assert (
        await garden.bo.refused(GetProposalWords(proposal=str(waits.proposal)))
    ).code == "not_found"


async def _dropped(garden: Garden, how: str, waits: CommandWaits) -> ProposalState:
    """Let a purge end without being carried out."""
    moot = garden.moot
    assert waits.proposal is not None
    if how == "withdrawn":
        request = WithdrawProposal(board=garden.board, proposal=waits.proposal)
        await moot.sysop.ask(request)
    elif how == "lapsed":
        moot.clock.jump(hours=limits.SECOND_KEY_HOURS + 1)
        await moot.do_jobs("commands that wait")
    else:
        await moot.change(
            lambda tx: tx.execute("UPDATE proposals SET command = ? WHERE ended_at IS NULL", how)
        )
        await moot.do_jobs("commands that wait")
    [ended] = [one for one in await waiting(garden.cy, garden.board, ended=True)]
    return ended.state


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ("withdrawn", ProposalState.WITHDRAWN),
        ("lapsed", ProposalState.LAPSED),
        ("no command", ProposalState.COULD_NOT),
    ],
)
@pytest.mark.parametrize("kind", ["post", "thread", "line"])
async def test_what_is_not_carried_out_is_shown_again(
    garden: Garden, how: str, state: ProposalState, kind: str
) -> None:
    """Lapsed, withdrawn, or not to be carried out: the words are there as before, told by an event
    with a later revision; and for 30 days the mover cannot move the same again."""
    thread, post, answer = await _written(garden)
    line = new_id()
    await garden.ana.ask(Say(board=garden.board, line=line, body=BODY))
    things = {"post": post, "thread": thread, "line": line}
    before = await _seen(garden, thread)
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    waits = await garden.purge(**{kind: things[kind]})
    assert (await _seen(garden, thread)) != before
    assert await _dropped(garden, how, waits) is state
    [hidden], [shown] = await garden.cy.told(TextHidden), await garden.cy.told(TextShown)
    assert _revision(shown) == _revision(hidden) + 1
    assert (await _seen(garden, thread)) == before
    await garden.moot.do_jobs()
    assert (await _seen(garden, thread)) == before
    again = [things[kind], *([answer, post] if kind == "thread" else [thread] * (kind == "post"))]
    for thing in again:
        name = next((name for name, known in things.items() if known == thing), "post")
        refused = await garden.moot.sysop.refused(Purge(law=LAW, reason=WHY, **{name: thing}))
        assert isinstance(refused, Conflict)
        assert "moved again from" in str(refused)
    garden.moot.clock.jump(days=limits.MOVED_AGAIN_DAYS + 1)
    await garden.moot.do_jobs()
    await sysop_again(garden.moot)
    if kind != "line":
        await garden.purge(**{kind: things[kind]})


async def _seen(garden: Garden, thread: str) -> list[object]:
    """Return states and words as a reader sees them, whatever the revision."""
    page = await garden.cy.ask(ListPosts(thread=thread))
    lines = (await garden.cy.ask(ListLines(board=garden.board))).lines
    search = await garden.cy.ask(Search(query=BODY))
    return [
        (page.thread.state, page.thread.title),
        [(post.state, post.body, post.mentions, post.edits) for post in page.posts],
        [(line.state, line.body) for line in lines],
        [one.post.id for one in search.found],
        (await garden.cy.ask(ListMentions())).found != (),
    ]


def _revision(told: TextHidden | TextShown) -> int:
    view = told.post or told.line or told.thread
    assert view is not None
    return view.revision


async def test_no_objection_stops_it(garden: Garden) -> None:
    """Whoever objects is told in one sentence why that does not count."""
    _, post, _ = await _written(garden)
    waits = await garden.purge(post=post)
    refused = await garden.cy.refused(oppose(garden.cy, waits))
    assert isinstance(refused, NoSay)
    assert "a law asks for it" in str(refused)
    assert (await garden.cy.ask(ListProposals())).may_object == ()


async def test_where_nobody_can_give_a_key_it_waits_its_time(tmp_path: Path) -> None:
    """Without another in office it waits by delay, for all its time by the proven clock; agreement
    of those seated, who may not read the words, does not shorten it."""
    async with open_moot(tmp_path) as moot:
        board, [ana, cy] = await friends(moot, "ana", "cy")
        thread, post = await start(ana, board, BODY)
        waits = await moot.sysop.refused(Purge(post=post, law=LAW, reason=WHY))
        assert isinstance(waits, CommandWaits)
        assert waits.way == WaitsFor.DELAY
        assert isinstance(await cy.refused(second(cy, waits)), NoSay)
        assert isinstance(
            await cy.refused(GetProposalWords(proposal=str(waits.proposal))), NotFound
        )
        await moot.do_jobs("commands that wait")
        assert (await ana.ask(ListPosts(thread=thread))).posts[0].state is ContentState.HIDDEN
        moot.clock.jump(hours=limits.DELAY_HOURS_FEW, seconds=1)
        await moot.do_jobs("commands that wait")
        assert (await ana.ask(ListPosts(thread=thread))).posts[0].state is ContentState.PURGED


async def test_alone_on_a_board_it_is_done_at_once(tmp_path: Path) -> None:
    """Where only the mover sits, and nobody left words behind, nothing waits."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
        _, post = await start(moot.sysop, board, BODY)
        assert (await moot.sysop.ask(Purge(post=post, law=LAW, reason=WHY))).posts == 1

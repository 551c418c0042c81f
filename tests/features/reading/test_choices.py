"""Choices made by hand: private, told to one's own devices, and true in counts and rounds."""

import msgspec

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.reading.messages import (
    ArrangeBoards,
    ChoiceChanged,
    ChoiceResult,
    GetChoices,
    GetRound,
    GetUnread,
    MarkPosts,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Folder,
    Layout,
    MemberChoice,
    NotificationLevel,
    Round,
    SavedChoice,
    Section,
    Stance,
    Stop,
    ThreadChoice,
)
from bbs.features.threads.messages import WithdrawPost
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from bbs.messages import Command
from bbs.refusals import LimitReached, NotFound, TextRefused
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def unread(line: Line) -> dict[ThreadId, int]:
    """Return how much is new to somebody, by thread."""
    shown = await line.ask(GetUnread())
    return {one.thread: one.posts for one in shown.threads}


async def test_choices_are_kept_told_and_taken_back(moot: Moot, ana: Line, board: BoardId) -> None:
    """Each change has the next revision and is told to one's own devices; none of nothing stays."""
    thread, post = await start(moot.sysop, board)
    other = await moot.again(ana)
    folders = (Folder(name="quiet", boards=(board,)), Folder(boards=(COMMONS,)))
    wanted: list[tuple[Command[ChoiceResult], Choice]] = [
        (
            SetThreadChoice(thread=thread, stance=Stance.FOLLOW),
            ThreadChoice(thread=thread, stance=Stance.FOLLOW),
        ),
        (
            SetBoardChoice(board=board, level=NotificationLevel.ALL),
            BoardChoice(board=board, level=NotificationLevel.ALL),
        ),
        (
            SetBoardChoice(board=board, stance=Stance.MUTE),
            BoardChoice(board=board, stance=Stance.MUTE, level=NotificationLevel.ALL),
        ),
        (
            SetMemberChoice(member=moot.sysop.id, stance=Stance.MUTE),
            MemberChoice(member=moot.sysop.id, stance=Stance.MUTE),
        ),
        (ArrangeBoards(folders=folders), Layout(folders=folders)),
        (SavePost(post=post), SavedChoice(post=post)),
    ]
    for revision, (command, choice) in enumerate(wanted, start=1):
        shown = await ana.ask(command)
        assert (shown.choice, shown.revision) == (choice, revision)
        assert (await ana.ask(command)).revision == revision
        await other.settle()
        told = [one for one in other.ephemerals if one.kind == ChoiceChanged.kind]
        assert len(told) == revision
        assert msgspec.convert(told[-1].data, ChoiceChanged) == ChoiceChanged(
            choice=choice, revision=revision
        )
    every = await ana.ask(GetChoices())
    assert every.revision == 6
    assert {repr(one) for one in every.choices} == {
        repr(choice) for _, choice in (wanted[0], *wanted[2:])
    }
    assert (await moot.sysop.ask(GetChoices())).choices == ()
    undone: list[Command[ChoiceResult]] = [
        SetThreadChoice(thread=thread, stance=Stance.NONE),
        SetBoardChoice(board=board, stance=Stance.NONE, level=NotificationLevel.MENTIONS),
        SetMemberChoice(member=moot.sysop.id, stance=Stance.NONE),
        ArrangeBoards(folders=()),
        SavePost(post=post, saved=False),
    ]
    for command in undone:
        await ana.ask(command)
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM choices")) == []
    assert (await ana.ask(GetChoices())).revision == 11


async def test_choices_leave_no_diary(moot: Moot, ana: Line, board: BoardId) -> None:
    """No op, no event and no time is kept of what one follows, mutes or saves (P2)."""
    thread, post = await start(moot.sysop, board)
    counts = "SELECT (SELECT count(*) FROM ops), (SELECT count(*) FROM events)"
    before = await moot.read(lambda tx: tx.fetch_all(counts))
    await ana.ask(SetThreadChoice(thread=thread, stance=Stance.MUTE))
    await ana.ask(SavePost(post=post))
    assert await moot.read(lambda tx: tx.fetch_all(counts)) == before


async def test_what_cannot_be_chosen(moot: Moot, ana: Line, board: BoardId) -> None:
    """Oneself, who is nobody, doubled boards and names, and odd names are refused with the field."""
    refused = await ana.refused(SetMemberChoice(member=ana.id, stance=Stance.MUTE))
    assert isinstance(refused, BadParams)
    refused = await ana.refused(SetMemberChoice(member=new_id(), stance=Stance.MUTE))
    assert isinstance(refused, NotFound)
    for folders in (
        (Folder(boards=(board, board)),),
        (Folder(name="a"), Folder(name="a")),
    ):
        assert isinstance(await ana.refused(ArrangeBoards(folders=folders)), BadParams)
    refused = await ana.refused(ArrangeBoards(folders=(Folder(name="a\nb"),)))
    assert isinstance(refused, TextRefused)


async def test_choices_are_bounded(moot: Moot, ana: Line, board: BoardId) -> None:
    """All choices of a member fit one answer; one more is refused, changing one is not."""
    _, post = await start(moot.sysop, board)
    rows = [
        (ana.id, key, msgspec.json.encode(SavedChoice(post=key)).decode())
        for key in (new_id() for _ in range(limits.CHOICES_MAX - 1))
    ]
    await moot.change(
        lambda tx: tx.execute_many(
            "INSERT INTO choices (member, kind, subject, stance, choice)"
            " VALUES (?, 'post', ?, 'none', ?)",
            rows,
        )
    )
    await ana.ask(SetBoardChoice(board=board, stance=Stance.MUTE))
    assert isinstance(await ana.refused(SavePost(post=post)), LimitReached)
    await ana.ask(SetBoardChoice(board=board, stance=Stance.FOLLOW))
    assert len((await ana.ask(GetChoices())).choices) == limits.CHOICES_MAX
    assert len(ana.answers[-1]) < limits.PAGE_BYTES_MAX


async def test_what_is_muted_is_unread_nowhere(moot: Moot, ana: Line, board: BoardId) -> None:
    """Muted threads, boards and members count nothing; a thread followed on a muted board does."""
    bob = await moot.join("bob")
    await bob.ask(TakeSeat(board=board, norms_version=1))
    one, _ = await start(moot.sysop, board)
    two, _ = await start(moot.sysop, board)
    await write(bob, two, "@ana")
    assert await unread(ana) == {one: 1, two: 2}
    await ana.ask(SetThreadChoice(thread=one, stance=Stance.MUTE))
    assert await unread(ana) == {two: 2}
    await ana.ask(SetMemberChoice(member=bob.id, stance=Stance.MUTE))
    assert await unread(ana) == {two: 1}
    await ana.ask(SetBoardChoice(board=board, stance=Stance.MUTE))
    assert await unread(ana) == {}
    await ana.ask(SetThreadChoice(thread=one, stance=Stance.FOLLOW))
    assert await unread(ana) == {one: 1}
    assert (await ana.ask(GetRound())).size.posts == 1


async def test_the_server_fixes_a_round(moot: Moot, ana: Line, board: BoardId) -> None:
    """A round begins with what mentions or answers one, then what one follows, then boards in
    one's own order; what is read, withdrawn or one's own is not in it (P1, P4)."""
    kitchen = await moot.board(moot.sysop, "kitchen")
    await ana.ask(TakeSeat(board=kitchen, norms_version=1))
    first, _ = await start(moot.sysop, board)
    second, opening = await start(ana, board)
    third, _ = await start(moot.sysop, kitchen)
    fourth, _ = await start(moot.sysop, kitchen)
    for body in ("two", "three"):
        moot.clock.jump(seconds=1)
        await write(moot.sysop, first, body)
    await moot.sysop.ask(WithdrawPost(post=await write(moot.sysop, first, "gone")))
    answer = await write(moot.sysop, second, "an answer", opening)
    moot.clock.jump(seconds=1)
    await write(moot.sysop, second, "an aside", answer)
    await write(moot.sysop, third, "@ana look")
    await ana.ask(MarkPosts(thread=first, first=2, last=2))
    await ana.ask(SetThreadChoice(thread=fourth, stance=Stance.FOLLOW))
    await ana.ask(ArrangeBoards(folders=(Folder(boards=(kitchen,)),)))
    shown = await ana.ask(GetRound())
    vector = {key.partition(":")[2]: seq for key, seq in shown.as_of.items()}
    assert set(vector) == {COMMONS, board, kitchen}

    def stop(section: Section, where: BoardId, thread: ThreadId, *numbers: int) -> Stop:
        return Stop(section=section, board=where, thread=thread, numbers=numbers)

    assert shown.round == Round(
        vector=vector,
        stops=(
            stop(Section.FOR_ME, board, second, 2),
            stop(Section.FOR_ME, kitchen, third, 2),
            stop(Section.FOLLOWED, kitchen, fourth, 1),
            stop(Section.BOARD, kitchen, third, 1),
            stop(Section.BOARD, board, first, 1, 3),
            stop(Section.BOARD, board, second, 3),
        ),
    )
    assert (shown.size.posts, shown.size.threads, shown.size.minutes) == (7, 4, 1)

"""A log that names offices: those who hear appeals read who acted, and nobody else does (P8)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import instant
from bbs.features.boards.application_messages import (
    Apply,
    DeclineApplication,
    ListOwnApplications,
)
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, HandOver, LeaveSeat, TakeSeat
from bbs.features.members.views import MemberAuthor, OfficeAuthor
from bbs.features.moderation.messages import Act, Change, GetLog, Thing, ThingKind
from bbs.features.moderation.naming import (
    READ_NAMES,
    TOLD_BY_OFFICE,
    is_told_by_office,
    named_for,
    without_names,
)
from bbs.features.moderation.tending_messages import MakeReadOnly, ReopenBoard
from bbs.features.reading.messages import GetInbox, ListNotices
from bbs.features.threads.tending_messages import MoveThread
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Command
from bbs.powers import Office, Power
from bbs.streams import COMMONS_STREAM, acts_stream, board_streams, member_stream
from bbs_server.features.moderation import altered, records
from bbs_server.store import event_log
from tests.features.moderation.test_acts import MAKE
from tests.support.moot import Line, Moot, open_moot

NAMED = {HandOver, Appoint}
"""Commands that say whose an office is: their acts name who acted."""

OF_A_MODERATOR = [
    command
    for command in MAKE
    if command.needs.power in {Power.TEND, Power.HIDE, Power.CONFIGURE, Power.REVIEW, Power.AMEND}
    and command is not MoveThread  # it opens a board, which is the sysop's to do
]


@dataclass
class Place:
    """A board whose log names offices.

    Attributes:
        mo: Its moderator, who holds no other office.
        ana: Somebody with a seat there.
        other: Another moderator of it.
    """

    moot: Moot
    board: BoardId
    mo: Line
    ana: Line
    other: Line

    async def log(self, line: Line, **only: Any) -> list[Act]:
        """Return the board's acts as somebody reads them, oldest first."""
        return list((await line.ask(GetLog(board=self.board, **only))).acts[::-1])


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """Make the board and its people."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden", seats=30)
        mo, ana, other = [await moot.join(each) for each in ("moritz", "ana", "otto")]
        for line in (mo, ana, other):
            await line.ask(TakeSeat(board=board, norms_version=1))
        for line in (mo, other):
            await moot.sysop.ask(Appoint(board=board, member=line.id))
        await mo.ask(ConfigureBoard(board=board, log_by_office=True))
        yield Place(moot, board, mo, ana, other)


@pytest.mark.parametrize("method", OF_A_MODERATOR, ids=lambda command: command.method)
async def test_no_frame_page_or_export_names_who_acted(
    place: Place, method: type[Command[Any]]
) -> None:
    """Every use of a moderator's power: no byte to a seat holder has the moderator's id."""
    moot, board, mo, ana = place.moot, place.board, place.mo, place.ana
    streams = (*board_streams(board), COMMONS_STREAM, member_stream(ana.id))
    sysop, moot._sysop = moot.sysop, mo
    await ana.listen(*streams)
    upto = len(ana.tape.frames)
    await mo.carry(await MAKE[method](moot, ana, board))
    await ana.settle()
    [*_, newest] = await place.log(ana)
    await ana.ask(ListNotices())
    await ana.ask(GetInbox())
    sent = b"\n".join([*ana.tape.frames[upto:], *ana.answers[-2:]])
    assert newest.author == OfficeAuthor(office=Office.MODERATOR)
    assert newest.method == method.method
    assert [frame for frame in sent.splitlines() if mo.id.encode() in frame] == []
    moot._sysop = sysop


async def test_who_applies_is_told_by_office(place: Place) -> None:
    """The decision about an application, its notice and its events do not name who decided."""
    moot, board, mo = place.moot, place.board, place.mo
    await moot.sysop.ask(ConfigureBoard(board=board, questions="Who sent you?"))
    olga = await moot.join("olga")
    await olga.listen(*board_streams(board), member_stream(olga.id))
    made = await olga.ask(Apply(board=board, answers=("Nobody.",), norms_version=1))
    upto = len(olga.answers)
    key = made.application.id
    await mo.ask(DeclineApplication(board=board, application=key, norm=1, word="Not yet."))
    await olga.settle()
    await olga.ask(ListNotices())
    [mine] = (await olga.ask(ListOwnApplications())).applications
    assert mine.decision is not None
    assert (mine.decision.by, mine.decision.word) == (None, "Not yet.")
    sent = [*olga.tape.frames, *olga.answers[upto:]]
    assert [each for each in sent if mo.id.encode() in each] == []


async def test_names_are_for_those_who_hear_appeals_and_for_the_actor(place: Place) -> None:
    """Moderators of the board and of the commons and the sysop, from a device; nobody else."""
    moot, board = place.moot, place.board
    clara = await moot.join("clara")
    await moot.sysop.ask(Appoint(board=COMMONS, member=clara.id))
    await place.mo.ask(MakeReadOnly(board=board, reason="A pause"))
    by_name, by_office = MemberAuthor(id=place.mo.id), OfficeAuthor(office=Office.MODERATOR)
    for line in (place.mo, place.other, clara, moot.sysop):
        assert (await place.log(line))[-1].author == by_name
    outsider = await moot.join("olga")
    script = await moot.with_token(place.other, [Power.READ])
    for line in (place.ana, outsider, script):
        assert (await place.log(line))[-1].author == by_office
    await moot.sysop.carry(Appoint(board=board, member=place.mo.id, moderator=False))
    assert (await place.log(place.mo))[-2].author == by_name, "their own act"


async def test_offices_and_the_setting_itself_name_who_acted(place: Place) -> None:
    """Who holds an office is public, and so is who let the log name offices."""
    moot, board = place.moot, place.board
    assert (await place.log(place.ana))[-1].author == MemberAuthor(id=place.mo.id)
    await place.mo.ask(HandOver(board=board, member=place.ana.id))
    await place.mo.ask(LeaveSeat(board=board))
    olga = await moot.join("olga")
    for act in await place.log(olga):
        assert isinstance(act.author, MemberAuthor), act.method


async def test_the_sysop_is_named(place: Place) -> None:
    """The sysop's office would hide nobody: a community mostly has one."""
    await place.moot.sysop.ask(Appoint(board=place.board, member=place.moot.sysop.id))
    acts = await place.log(place.ana, power=Power.APPOINT)
    assert {act.author for act in acts} == {MemberAuthor(id=place.moot.sysop.id)}


async def test_what_was_told_by_office_stays_so(place: Place) -> None:
    """Whatever the setting says later; and what was told by name was told."""
    await place.mo.ask(MakeReadOnly(board=place.board, reason="A pause"))
    await place.other.ask(ConfigureBoard(board=place.board, log_by_office=False))
    await place.mo.ask(ReopenBoard(board=place.board, reason="It is over"))
    paused, switched, reopened = (await place.log(place.ana))[-3:]
    assert paused.author == OfficeAuthor(office=Office.MODERATOR)
    assert switched.author == MemberAuthor(id=place.other.id)
    assert reopened.author == MemberAuthor(id=place.mo.id)


async def test_the_desk_and_the_chain_keep_the_name(place: Place) -> None:
    """The stored act has its author, its export has it, and rules can ask; the chain holds."""
    await place.mo.ask(MakeReadOnly(board=place.board, reason="A pause"))
    [*_, act] = await place.log(place.ana)
    stream = acts_stream(place.board)
    read = place.moot.read
    assert await read(lambda tx: records.who_acted(tx, act.id)) == (
        MemberAuthor(id=place.mo.id),
        None,
    )
    assert await read(lambda tx: event_log.find_broken_seq(tx, stream, 10)) is None
    assert await read(altered.altered_acts) == []


ACTS = st.builds(
    Act,
    id=st.just(new_id()),
    board=st.just(new_id()),
    number=st.just(1),
    at=st.just(instant(0)),
    method=st.just("moderation.lock"),
    author=st.just(MemberAuthor(id=new_id())),
    office=st.sampled_from(Office),
    seconded_by=st.one_of(st.none(), st.just(new_id())),
    changes=st.lists(
        st.sampled_from(["moderator", "seats", "log_by_office"]).map(lambda f: Change(field=f))
    ).map(tuple),
    thing=st.just(Thing(kind=ThingKind.BOARD)),
)


@given(ACTS, st.frozensets(st.sampled_from(Office)))
def test_naming(act: Act, offices: frozenset[Office]) -> None:
    """Only who acted, or may hear appeals, reads a name; nothing else of an act differs."""
    assert not is_told_by_office(act) or act.office in TOLD_BY_OFFICE
    told = named_for(act, new_id(), offices)
    if offices & READ_NAMES:
        assert told == act
    else:
        assert told == without_names(act)
        assert (told.seconded_by, told.is_seconded) == (None, act.seconded_by is not None)
    assert isinstance(act.author, MemberAuthor)
    assert named_for(act, act.author.id, ()) == act


async def test_the_log_is_read_by_person_as_far_as_it_names_them(place: Place) -> None:
    """Who may not read a name does not find it by asking for it; nobody's own acts are hidden."""
    await place.mo.ask(MakeReadOnly(board=place.board, reason="A pause"))
    named = [act.method for act in await place.log(place.ana, by=place.mo.id)]
    assert named == ["boards.configure"]
    for line in (place.mo, place.other, place.moot.sysop):
        found = [act.method for act in await place.log(line, by=place.mo.id)]
        assert found == ["boards.configure", "moderation.read_only"]
    assert await place.log(place.ana, by=place.ana.id) == []
    assert await place.log(place.ana, of_cases=True) == []

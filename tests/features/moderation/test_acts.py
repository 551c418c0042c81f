"""Acts: every use of power is kept, told and readable, whatever becomes of the board (P8)."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import FolkmootError
from bbs.features.arriving.messages import DeclinePost, PublishPost
from bbs.features.boards.messages import ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    LeaveSeat,
    ListSeats,
    OfferSeat,
    TakeSeat,
)
from bbs.features.community.messages import AnnounceClosing, CancelClosing, ConfirmClock, SetQuota
from bbs.features.members.messages import Invite, ResetMember, RevokeInvitation
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Act, Acted, GetLog, Thing, ThingKind
from bbs.features.norms.messages import AmendNorms
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, BoardId, PostId, new_id
from bbs.messages import Command
from bbs.powers import LOGGED_POWERS, Office, Power, Way
from bbs.streams import COMMONS_STREAM, acts_stream, board_stream
from bbs.terminal import act_text
from bbs.wire import registry
from bbs_server.features.moderation import records
from bbs_server.outcome import draw_id
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from tests.features.moderation.hides import HIDES
from tests.features.moderation.holding import HOLDING
from tests.features.moderation.judging import JUDGING
from tests.features.moderation.purges import PURGES
from tests.features.moderation.seating import SEATING
from tests.features.moderation.tried_elsewhere import TRIED_ELSEWHERE
from tests.support.moot import NORMS, Line, Moot
from tests.support.people import secret
from tests.support.talk import start
from tests.support.tended import TENDING

CHANCE = SimpleNamespace(random_bytes=random.Random(7).randbytes)
Make = Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]
"""Makes a command that the sysop may send: of another member and a board that both sit on."""


async def acts_of(line: Line, board: BoardId = COMMONS, **only: Any) -> list[Act]:
    """Return a board's acts as a member reads them, oldest first."""
    return list((await line.ask(GetLog(board=board, **only))).acts[::-1])


async def acts_where(line: Line, command: Command[Any], board: BoardId) -> list[Act]:
    """Return the acts of each board on whose log a command for `MAKE` on `board` may leave its own."""
    boards = {COMMONS, board} | ({command.board} if isinstance(command, EnterBoard) else set())
    return [act for each in sorted(boards) for act in await acts_of(line, each)]


async def returned(moot: Moot, line: Line) -> Line:
    """Return a member's new connection, signed in anew: after months their session is over."""
    again = moot.line(line.person)
    await again.ask(line.person.with_password())
    return again


async def garden(moot: Moot) -> tuple[Line, BoardId]:
    """Return a member and a board on which they and the sysop sit."""
    ana = await moot.join("ana")
    board = await moot.board(moot.sysop, "garden")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    return ana, board


async def _cancel(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    await moot.sysop.carry(AnnounceClosing(on=instant(moot.clock() + 40 * DAY_MS), reason="Alone"))
    return CancelClosing(reason="Somebody came")


async def _confirm(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    moot.clock.step(days=20)
    return ConfirmClock(at=instant(moot.clock()))


async def _import(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    at = datetime(2001, 1, 1, tzinfo=UTC)
    mail = Mail(id=new_id(), thread=new_id(), title="Old", author="Bo", at=at, body="letter")
    return ImportPosts(board=board, posts=(mail,))


async def _offer(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return OfferSeat(board=board, member=(await moot.join("bo")).id)


async def _waiting(moot: Moot, ana: Line, board: BoardId) -> PostId:
    await moot.sysop.ask(ConfigureBoard(board=board, guard_first_posts=True))
    bo = await moot.join("bo")
    await bo.ask(TakeSeat(board=board, norms_version=1))
    return (await start(bo, board, "Words", "that wait")).post


async def _publish(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return PublishPost(board=board, post=await _waiting(moot, ana, board))


async def _decline(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return DeclinePost(board=board, post=await _waiting(moot, ana, board), norm=1)


def _now(make: Callable[[Line, BoardId, Moot], Command[Any]]) -> Make:
    async def made(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
        return make(ana, board, moot)

    return made


MAKE: dict[type[Command[Any]], Make] = {
    OpenBoard: _now(
        lambda _ana, _board, _moot: OpenBoard(
            board=new_id(), slug="shed", title="Shed", charter="Tools.", norms=NORMS
        )
    ),
    ConfigureBoard: _now(lambda _ana, board, _moot: ConfigureBoard(board=board, retention_days=1)),
    OfferSeat: _offer,
    PublishPost: _publish,
    DeclinePost: _decline,
    AmendNorms: _now(
        lambda _ana, board, _moot: AmendNorms(board=board, norms=(*NORMS, *NORMS), reason="Why")
    ),
    HandOver: _now(lambda ana, board, _moot: HandOver(board=board, member=ana.id)),
    Appoint: _now(lambda ana, board, _moot: Appoint(board=board, member=ana.id)),
    ResetMember: _now(lambda ana, _board, _moot: ResetMember(member=ana.id, code=secret("x"))),
    ImportPosts: _import,
    **PURGES,
    **HIDES,
    **HOLDING,
    **JUDGING,
    **SEATING,
    AnnounceClosing: _now(
        lambda _ana, _board, moot: AnnounceClosing(
            on=instant(moot.clock() + 40 * DAY_MS), reason="Alone"
        )
    ),
    CancelClosing: _cancel,
    ConfirmClock: _confirm,
    SetQuota: _now(lambda _ana, board, _moot: SetQuota(board=board, quota_bytes=1_000)),
    **TENDING,
}


def test_every_command_of_a_logged_power_is_tried_here() -> None:
    """A new command whose power is logged comes into the table above, or this fails (P8)."""
    logged = {
        request
        for request in registry.REQUESTS.values()
        if issubclass(request, Command) and request.needs.power in LOGGED_POWERS
    }
    assert logged == MAKE.keys() | TRIED_ELSEWHERE


@pytest.mark.parametrize("method", MAKE, ids=lambda command: command.method)
async def test_a_use_of_power_leaves_one_act(moot: Moot, method: type[Command[Any]]) -> None:
    """Carried out: exactly one act. Rehearsed, refused or repeated: none (P8, P12)."""
    ana, board = await garden(moot)
    command = replace(await MAKE[method](moot, ana, board), op=new_id())

    before = await acts_where(ana, command, board)
    await moot.sysop.carry(replace(command, op=new_id(), dry_run=True))
    assert isinstance(await ana.refused(replace(command, op=new_id())), FolkmootError)
    assert await acts_where(ana, command, board) == before
    await moot.sysop.carry(command)
    await moot.sysop.carry(command)
    [newest] = [act for act in await acts_where(ana, command, board) if act not in before]
    assert (newest.method, newest.power) == (method.method, method.needs.power)
    assert newest.author == MemberAuthor(id=moot.sysop.id)
    assert newest.way is (Way.SCRIPT if method.needs.power is Power.HOLD_BACK else Way.DEVICE)


@pytest.mark.parametrize(
    "again", [ConfigureBoard, Appoint, ImportPosts, Purge, SetQuota], ids=lambda each: each.method
)
async def test_what_changed_nothing_leaves_no_act(moot: Moot, again: type[Command[Any]]) -> None:
    """The same setting, office or purge once more is no use of power."""
    ana, board = await garden(moot)
    command = await MAKE[again](moot, ana, board)
    await moot.sysop.carry(replace(command, op=new_id()))
    before = await acts_of(ana, board)
    await moot.sysop.ask(replace(command, op=new_id()))
    assert await acts_of(ana, board) == before


async def test_a_handler_that_tells_no_act_is_an_error_of_ours(moot: Moot) -> None:
    """Without its act a use of power is not committed (P8)."""
    ana, board = await garden(moot)
    table = moot.running.dispatcher.table
    forgetful: Any = {
        **table.commands,
        Appoint: lambda *args: replace(table.commands[Appoint](*args), act=None),
    }
    moot.running.dispatcher.table = structs.replace(table, commands=forgetful)
    refused = await moot.sysop.refused(Appoint(board=board, member=ana.id))
    assert refused.code == "internal"
    assert not (await ana.ask(ListSeats(board=board))).seats[1].moderator


async def test_retention_cannot_shorten_the_record_of_power(moot: Moot) -> None:
    """A board that keeps its words for a day keeps its acts for 400: what, who, why, before (P8)."""
    ana, board = await garden(moot)
    bot = await moot.with_token(moot.sysop, [Power.READ, Power.CONFIGURE])
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await bot.ask(ConfigureBoard(board=board, title="Weeds"))
    await moot.sysop.carry(ConfigureBoard(board=board, retention_days=1))
    for _ in range(30):
        moot.clock.jump(days=1)
        await moot.do_jobs()
    assert not await moot.read(
        lambda tx: tx.fetch_all("SELECT 1 FROM events WHERE stream = ?", board_stream(board))
    )
    ana = await returned(moot, ana)
    appointed, retitled, shortened = await acts_of(ana, board)
    assert (appointed.about, appointed.office) == (ana.id, Office.MODERATOR)
    assert (retitled.way, retitled.office) == (Way.SCRIPT, Office.MODERATOR)
    [title], [days] = retitled.changes, shortened.changes
    assert (title.said_before, title.said_after) == ("Garden", "Weeds")
    assert shortened.way is Way.DEVICE
    assert (days.field, days.before, days.after) == ("retention_days", 0, 1)
    [opened] = [act for act in await acts_of(ana) if act.thing.id == board]
    assert opened.method == OpenBoard.method


async def test_acts_end_after_their_time(moot: Moot) -> None:
    """After 400 days an act and its words are gone, and its chain still holds (P8, P10)."""
    _, board = await garden(moot)
    await moot.sysop.carry(ConfigureBoard(board=board, title="Weeds"))
    moot.clock.jump(days=limits.ACT_DAYS - 1)
    sysop = await returned(moot, moot.sysop)
    await sysop.carry(ConfigureBoard(board=board, title="Herbs"))
    await moot.do_jobs()
    assert len(await acts_of(sysop, board)) == 2
    moot.clock.jump(days=2)
    await moot.do_jobs()
    [left] = await acts_of(sysop, board)
    assert left.number == 2
    stream = acts_stream(board)
    broken = await moot.read(lambda tx: event_log.find_broken_seq(tx, stream, 10))
    assert broken is None


async def test_whom_an_act_was_about_is_forgotten_after_a_clean_year(moot: Moot) -> None:
    """The act stays until its own end; the name goes with its salt, and the chain holds (P8, P10)."""
    ana, board = await garden(moot)
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    moot.clock.jump(days=limits.ACT_NAME_DAYS - 1)
    sysop = await returned(moot, moot.sysop)
    await sysop.carry(Appoint(board=board, member=ana.id, moderator=False))
    for later, names in ((2, [ana.id, ana.id]), (limits.ACT_NAME_DAYS - 1, [None])):
        moot.clock.jump(days=later)
        await moot.do_jobs()
        sysop = await returned(moot, moot.sysop)
        assert [act.about for act in await acts_of(sysop, board)] == names
    stream = acts_stream(board)
    assert await moot.read(lambda tx: event_log.find_broken_seq(tx, stream, 10)) is None


async def test_a_board_out_of_view_takes_its_words_from_the_commons(moot: Moot) -> None:
    """That it was opened stays to be read; its title and charter do not (P10)."""
    ana, board = await garden(moot)
    [opened] = [act for act in await acts_of(ana) if act.thing.id == board]
    assert {change.said_after for change in opened.changes} > {"Garden"}
    await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    [opened] = [act for act in await acts_of(ana) if act.thing.id == board]
    assert {change.said_after for change in opened.changes} == {None}
    before = await acts_of(ana)
    shed = await moot.board(moot.sysop, "shed", visibility=Visibility.PRIVATE)
    assert await acts_of(ana) == before, "nobody else learns that it is there"
    [opened] = await acts_of(moot.sysop, shed)
    assert opened.method == OpenBoard.method


async def test_the_readers_of_a_board_are_told_of_an_act(moot: Moot) -> None:
    """One event on the board's stream, or on the commons' for what concerns everybody (P8)."""
    ana, board = await garden(moot)
    await ana.listen(board_stream(board), COMMONS_STREAM)
    await moot.sysop.carry(ConfigureBoard(board=board, seats=9))
    await moot.sysop.carry(AnnounceClosing(on=instant(moot.clock() + 40 * DAY_MS), reason="Alone"))
    configured, closing = [event.act for event in await ana.told(Acted, 2)]
    assert [configured] == await acts_of(ana, board)
    assert (closing.board, closing.reason) == (COMMONS, "Alone")


async def test_the_log_is_read_by_pages_and_by_what_one_looks_for(moot: Moot) -> None:
    """By page, power, clause and day; whoever may not read the board learns nothing (P8)."""
    ana, board = await garden(moot)
    for seats in range(2, 9):
        await moot.sysop.carry(ConfigureBoard(board=board, seats=seats))
    moot.clock.jump(days=1)
    _, post = await start(ana, board, "Words", "against a norm")
    await moot.sysop.carry(Purge(post=post, law="A law", reason="By order"))
    page = await ana.ask(GetLog(board=board, limit=5))
    assert [act.number for act in page.acts] == [8, 7, 6, 5, 4]
    rest = await ana.ask(GetLog(board=board, limit=5, before=page.next_before))
    assert ([act.number for act in rest.acts], rest.next_before) == ([3, 2, 1], None)
    today = instant(moot.clock())
    for only in ({"power": Power.PURGE}, {"since": today}):
        assert [act.number for act in await acts_of(ana, board, **only)] == [8]
    assert await acts_of(ana, board, norm=1) == []
    [purged] = await acts_of(ana, board, power=Power.PURGE)
    assert (purged.law, purged.thing.thread, purged.thing.number) == ("A law", 1, 1)
    hidden = await moot.board(moot.sysop, "shed", visibility=Visibility.PRIVATE)
    refused = await ana.refused(GetLog(board=hidden))
    assert refused.code == "not_found"


async def test_a_page_of_acts_fits_a_frame(moot: Moot) -> None:
    """However long the charters are, the log can be read to its beginning (P8, protocol 2.2)."""
    ana, board = await garden(moot)
    for number in range(9):
        charter = f"{number}" + "字" * (limits.CHARTER_CHARS_MAX - 1)
        await moot.sysop.carry(ConfigureBoard(board=board, charter=charter))

    def repeat(tx: Tx) -> None:
        [act] = records.list_acts(tx, GetLog(board=board, limit=1, before=2))
        for _ in range(120):
            again = replace(act, id=draw_id(CHANCE))
            kept, _ = records.keep_act(tx, CHANCE, again)
            event_log.append(tx, moot.clock(), kept, act.author)

    await moot.change(repeat)
    found: list[int] = []
    before: int | None = None
    while not found or before is not None:
        page = await ana.ask(GetLog(board=board, limit=limits.PAGE_ITEMS_MAX, before=before))
        found += [act.number for act in page.acts]
        before = page.next_before
    assert found == list(range(129, 0, -1))
    assert len(page.acts) < len(found), "one page would not have fitted"


async def test_giving_up_an_office_and_taking_back_an_invitation(moot: Moot) -> None:
    """Leaving a moderator's seat is told; one's own invitation is no use of power, another's is."""
    ana, board = await garden(moot)
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await ana.ask(LeaveSeat(board=board))
    [_, left] = await acts_of(moot.sysop, board)
    assert (left.author, left.about, left.office) == (
        MemberAuthor(id=ana.id),
        ana.id,
        Office.MODERATOR,
    )
    await moot.sysop.ask(Appoint(board=COMMONS, member=ana.id))
    before = len(await acts_of(ana))
    for maker in (moot.sysop, ana):
        invitation = new_id()
        await maker.ask(Invite(invitation=invitation, code=secret(invitation)))
        await moot.sysop.ask(RevokeInvitation(invitation=invitation))
    [revoked] = (await acts_of(ana))[before:]
    assert (revoked.method, revoked.office) == (RevokeInvitation.method, Office.SYSOP)


def test_a_batch_hides_no_act_of_another_kind() -> None:
    """What is told as one are imports of one sender; a batch that names another act hides nothing."""
    thing = Thing(kind=ThingKind.POST, count=2)
    purge = Act(
        id="purge",
        board=COMMONS,
        number=1,
        at=instant(0),
        method=Purge.method,
        author=SystemAuthor(),
        office=Office.SYSOP,
        thing=thing,
        law="StGB 130",
    )
    brought = replace(purge, id="one", method=ImportPosts.method, law=None, batch="purge")
    told = list(act_text.without_repeats([purge, brought, replace(brought, id="two")]))
    assert [(act.method, act.thing.count) for act in told] == [
        (Purge.method, 2),
        (ImportPosts.method, 4),
    ]

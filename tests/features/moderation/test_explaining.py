"""What somebody may do on a board is explained by rows: to themselves, and to who hears appeals."""

from bbs.features.arriving.views import GuardKind
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.standing_messages import Explain, SeatStanding
from bbs.features.moderation.tending_messages import MakeReadOnly
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs.powers import Office, Power, Role
from tests.support.moot import Moot
from tests.support.restricting import restricted


async def test_a_members_standing_is_told_by_rows(moot: Moot) -> None:
    """Role, offices, powers and restrictions, each with its end; and what refuses a new thread."""
    board = await moot.board(moot.sysop, "garden")
    ana = await moot.join("ana")
    found = await ana.ask(Explain(board=board))
    assert (found.role, found.seat, found.refused) == (
        *(Role.MEMBER, SeatStanding.NONE),
        "boards.seat_needed",
    )
    await ana.ask(TakeSeat(board=board, norms_version=1))
    found = await ana.ask(Explain(board=board))
    assert (found.role, found.refused, found.refused_why) == (Role.SEATED, None, None)
    assert Power.WRITE in found.powers
    silence = await restricted(moot, RestrictionKind.SILENCED, board, ana, reason="Why not")
    closed = await moot.sysop.ask(MakeReadOnly(board=board, reason="A pause"))
    found = await moot.sysop.ask(Explain(board=board, member=ana.id))
    assert closed.restriction is not None
    assert [each.id for each in found.restrictions] == [silence.id, closed.restriction.id]
    assert [each.reason for each in found.restrictions] == ["Why not", "A pause"]
    assert found.refused == "moderation.restricted"
    assert found.refused_by == closed.restriction.id, "it lasts longer"
    moot.clock.jump(days=2)
    sysop = await moot.again(moot.sysop)
    found = await sysop.ask(Explain(board=board, member=ana.id))
    assert [each.id for each in found.restrictions] == [closed.restriction.id]


async def test_offices_and_guards_are_told(moot: Moot) -> None:
    """Those of the board and of the community, and a newcomer's guards; norms that were not accepted."""
    board = await moot.board(moot.sysop, "garden")
    found = await moot.sysop.ask(Explain(board=board))
    assert {each.office for each in found.offices} == {
        *(Office.MODERATOR, Office.COMMONS_MODERATOR, Office.SYSOP)
    }
    await moot.sysop.ask(ConfigureBoard(board=board, guard_links=True))
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    found = await ana.ask(Explain(board=board))
    assert [each.kind for each in found.guards] == [GuardKind.LINKS]
    assert (found.norms_accepted, found.norms_version) == (1, 1)


async def test_others_are_explained_to_who_hears_appeals_alone(moot: Moot) -> None:
    """Not to a seat holder, and not by a token; who is no member is not found."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben, clara = [await moot.join(each) for each in ("ana", "ben", "clara")]
    for line in (ana, ben):
        await line.ask(TakeSeat(board=board, norms_version=1))
    assert (await ana.refused(Explain(board=board, member=ben.id))).code == "not_allowed"
    await moot.sysop.ask(Appoint(board=COMMONS, member=clara.id))
    assert (await clara.ask(Explain(board=board, member=ben.id))).member == ben.id
    assert (await clara.refused(Explain(board=board, member=new_id()))).code == "not_found"
    token = await moot.with_token(clara, [Power.READ])
    assert (await token.refused(Explain(board=board))).code == "device_needed"
    shed = await moot.board(moot.sysop, "shed", visibility=Visibility.PRIVATE)
    found = await moot.sysop.ask(Explain(board=shed, member=ben.id))
    assert (found.role, found.refused) == (Role.OUTSIDER, "not_found")
    assert (await clara.refused(Explain(board=shed, member=ben.id))).code == "not_found"


async def test_a_suspended_members_standing_is_explained(moot: Moot) -> None:
    """Of a board or of the community: the restriction and its row are told, to them and to the desk."""
    board = await moot.board(moot.sysop, "garden")
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    limit = await restricted(moot, RestrictionKind.SUSPENDED, board, ana, reason="Why not")
    for line, whose in ((moot.sysop, ana.id), (ana, None)):
        found = await line.ask(Explain(board=board, member=whose))
        assert [each.id for each in found.restrictions] == [limit.id]
        assert (found.refused, found.refused_by) == ("moderation.restricted", limit.id)
    everywhere = await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ana)
    found = await moot.sysop.ask(Explain(board=board, member=ana.id))
    assert {each.id for each in found.restrictions} == {limit.id, everywhere.id}
    assert found.refused == "moderation.restricted"

"""The life of an invitation: open, then used up, revoked or expired, and nothing after that."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bbs.errors import FolkmootError
from bbs.features.members.inviting import INVITATION_TRANSITIONS, may_become, state_of
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.features.members.views import Invitation, InvitationState
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs.refusals import InvitationInvalid
from bbs_server.manifest import list_personal_data
from bbs_server.personal import Leaving
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import Person, secret
from tests.support.restricting import lifted, restricted
from tests.support.tx import House

OPEN, USED_UP, REVOKED, EXPIRED = InvitationState
MOVES = {"use": USED_UP, "revoke": REVOKED, "time": EXPIRED}


def test_every_state_is_in_the_table() -> None:
    """An invitation begins open; each other state is reached from there and is an end (P3)."""
    assert {*INVITATION_TRANSITIONS} == {None, *InvitationState}
    assert INVITATION_TRANSITIONS[None] == {OPEN}
    assert INVITATION_TRANSITIONS[OPEN] == {USED_UP, REVOKED, EXPIRED}
    assert not any(INVITATION_TRANSITIONS[end] for end in (USED_UP, REVOKED, EXPIRED))


async def _move(house: House, maker: Person, invitation: str, move: str) -> None:
    if move == "use":
        await house.ask(Person(f"guest-{new_id()[:8]}").sign_up(secret(invitation)))
    elif move == "revoke":
        await house.ask(RevokeInvitation(invitation=invitation), maker.session)
    else:
        house.jump(days=2)


async def _state(house: House, maker: Person, invitation: str) -> InvitationState:
    listed: Any = house.act(ListInvitations(), maker.session).result
    (found,) = [each for each in listed.invitations if each.id == invitation]
    assert isinstance(found, Invitation)
    return state_of(found, house.now)


@pytest.mark.parametrize("last", MOVES)
@pytest.mark.parametrize("first", MOVES)
async def test_each_move_from_each_state(
    house: House, sysop: Person, first: str, last: str
) -> None:
    """What the table does not allow changes nothing: no end is followed by another (P3, P8)."""
    invitation = new_id()
    invite = Invite(invitation=invitation, code=secret(invitation), days=1)
    await house.ask(invite, sysop.session)
    assert await _state(house, sysop, invitation) is OPEN
    await _move(house, sysop, invitation, first)
    ended = await _state(house, sysop, invitation)
    assert ended is MOVES[first]
    assert not may_become(ended, MOVES[last])
    if last == "use":
        with pytest.raises(InvitationInvalid):
            await _move(house, sysop, invitation, last)
    else:
        await _move(house, sysop, invitation, last)
    assert await _state(house, sysop, invitation) is ended


async def _invited(line: Line) -> str:
    """Let a member make an invitation; return its code."""
    code = secret(new_id())
    await line.ask(Invite(invitation=new_id(), code=code, uses=5))
    return code


async def _refused(moot: Moot, handle: str, code: str) -> FolkmootError:
    with pytest.raises(FolkmootError) as refusal:
        await moot.line(Person(handle)).ask(Person(handle).sign_up(code))
    return refusal.value


async def test_an_invitation_of_a_suspended_member_rests(tmp_path: Path) -> None:
    """It lets nobody in while the suspension lasts, refused like an unknown one; then it does (P11)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        code = await _invited(ana)
        suspension = await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ana)
        resting = await _refused(moot, "bo", code)
        unknown = await _refused(moot, "cy", secret("unknown"))
        assert (type(resting), str(resting)) == (type(unknown), str(unknown))
        assert isinstance(resting, InvitationInvalid)
        await lifted(moot, suspension)
        guest = moot.line(Person("dee"))
        joined = await guest.ask(guest.person.sign_up(code))
        assert joined.member.invited_by == ana.id


async def test_an_invitation_goes_with_its_maker(tmp_path: Path) -> None:
    """When a member leaves, their invitations go, as their declaration says: they open nothing (P3)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        code = await _invited(ana)
        (declared,) = [data for data in list_personal_data() if data.column == "invitations.by"]
        assert declared.leaving is Leaving.GOES

        def leave(tx: Tx) -> None:
            tx.execute("DELETE FROM invitations WHERE by = ?", ana.id)

        await moot.change(leave)
        assert isinstance(await _refused(moot, "bo", code), InvitationInvalid)


async def test_one_use_lets_in_one_of_many_at_once(tmp_path: Path) -> None:
    """Of 20 who sign up at once by an invitation for one, one joins; all others are refused (P3)."""
    async with open_moot(tmp_path) as moot:
        code = secret("for one")
        await moot.sysop.ask(Invite(invitation=new_id(), code=code))
        lines = [moot.line(Person(f"guest{n}")) for n in range(20)]
        done = await asyncio.gather(
            *(line.ask(line.person.sign_up(code)) for line in lines), return_exceptions=True
        )
        refused = [each for each in done if isinstance(each, BaseException)]
        assert len(refused) == len(lines) - 1
        assert {type(each) for each in refused} == {InvitationInvalid}

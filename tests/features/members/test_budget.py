"""The budget of invitations: two at once, one more every 30 days, none in the first 30 (P3)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, optional_instant
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.members.budget import (
    OpenUses,
    next_free,
    should_offer_budget,
    suspended_guest_waits,
)
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs.invitation_refusals import InvitationBudget
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import Person, secret
from tests.support.restricting import restricted
from tests.support.tx import NOW, House

JOINED = 1_800_000_000_000
AT_ONCE, PERIOD = limits.BUDGET_AT_ONCE, limits.BUDGET_DAYS * DAY_MS
moves = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("invite"), st.integers(1, 3)),
        st.tuples(st.just("use"), st.integers(0, 3)),
        st.tuples(st.just("revoke"), st.integers(0, 3)),
    ),
    max_size=60,
)


class Member:
    """A member who invites whenever the budget allows it, in a model without a server."""

    def __init__(self) -> None:
        self.now: Ms = JOINED
        self.guests: list[Ms] = []
        self.open: list[OpenUses] = []

    def next_free(self, uses: int) -> Ms | None:
        """Ask the rule."""
        alive = [each for each in self.open if each.expires_at > self.now]
        return next_free(uses, joined_at=JOINED, guests=self.guests, open_now=alive, now=self.now)

    def move(self, move: str, number: int) -> None:
        """Do one thing, as far as it is possible."""
        if move == "wait":
            self.now += number * DAY_MS
            self.open = [each for each in self.open if each.expires_at > self.now]
        elif move == "invite":
            if self.next_free(number) == self.now:
                self.open.append(OpenUses(number, self.now + 14 * DAY_MS))
        elif number < len(self.open):
            used = self.open.pop(number)
            if move == "use":
                self.guests.append(self.now)
                self.open += [used._replace(uses=used.uses - 1)] if used.uses > 1 else []


@given(moves=moves)
def test_nobody_brings_more_than_the_budget(moves: list[tuple[str, int]]) -> None:
    """In any span a member's guests are at most two and one more for each 30 days (P3)."""
    member = Member()
    for move, number in moves:
        member.move(move, number)
    guests = member.guests
    for first, since in enumerate(guests):
        for last, until in enumerate(guests[first:], first):
            assert last - first + 1 <= AT_ONCE + (until - since) // PERIOD
    assert all(at >= JOINED + limits.BUDGET_FIRST_DAYS * DAY_MS for at in guests)


@given(moves=moves, uses=st.integers(1, 3))
def test_the_next_one_is_free_when_it_was_said(moves: list[tuple[str, int]], uses: int) -> None:
    """Who waits until the moment that the refusal names may invite then, and not before."""
    member = Member()
    for move, number in moves:
        member.move(move, number)
    free = member.next_free(uses)
    assert (free is None) == (uses > AT_ONCE)
    if free is not None:
        assert free >= member.now
        for at in {member.now, free - 1, free}:
            if at >= member.now:
                member.now = at
                assert member.next_free(uses) == free


def test_guests_from_before_the_budget_do_not_bind_for_years() -> None:
    """Twenty guests at once, from before the desk set a budget, leave one free after 30 days."""
    came = JOINED + 400 * DAY_MS
    found = next_free(1, joined_at=JOINED, guests=[came] * 20, open_now=(), now=came)
    assert found == came + PERIOD


@pytest.mark.parametrize(
    ("members", "has", "offered"), [(29, False, False), (30, False, True), (300, True, False)]
)
def test_it_is_offered_from_thirty_members_on(members: int, has: bool, offered: bool) -> None:
    """A small community is offered no budget, and nobody is offered what is set."""
    assert should_offer_budget(members, has_budget=has) is offered


async def _invite(house: House, person: Person, uses: int = 1) -> str:
    invitation = new_id()
    invite = Invite(invitation=invitation, code=secret(invitation), uses=uses)
    await house.ask(invite, person.session)
    return invitation


async def test_the_refusal_says_when_the_next_is_free(
    house: House, ana: Person, sysop: Person
) -> None:
    """Two, then a date; one that is revoked is free at once; the sysop is bound like all (P3)."""
    house.budget = True
    for member in (ana, sysop):
        refused = await house.refused(Invite(invitation=new_id(), code=secret("x")), member.session)
        assert isinstance(refused, InvitationBudget)
        assert refused.free_at == instant(NOW + limits.BUDGET_FIRST_DAYS * DAY_MS)
        assert "your next invitation is free on" in str(refused)
    house.jump(days=30)
    await _invite(house, ana)
    second = await _invite(house, ana)
    third = Invite(invitation=new_id(), code=secret("third"))
    assert isinstance(await house.refused(third, ana.session), InvitationBudget)
    await house.ask(RevokeInvitation(invitation=second), ana.session)
    await house.ask(third, ana.session)
    crowd = Invite(invitation=new_id(), code=secret("crowd"), uses=3)
    too_many = await house.refused(crowd, ana.session)
    assert str(too_many) == "each member may invite 2 people at once here"


async def _bring(moot: Moot, line: Line) -> None:
    """Let a member bring a guest."""
    code = secret(new_id())
    await line.ask(Invite(invitation=new_id(), code=code))
    guest = moot.line(Person(f"guest-{new_id()[:8]}"))
    await guest.ask(guest.person.sign_up(code))


async def _later(moot: Moot, *lines: Line) -> list[Line]:
    """Let 31 days pass; return members who signed in again."""
    moot.clock.jump(days=31)
    back = [moot.line(line.person) for line in lines]
    for line in back:
        await line.ask(line.person.with_password())
    return back


async def test_the_desk_sets_and_ends_it(tmp_path: Path) -> None:
    """Off by default; then two guests, one more after 30 days; and no bound once it is ended (P3)."""
    async with open_moot(tmp_path) as moot:
        joined = await moot.join("ana"), await moot.join("bo")
        ana, bo, sysop = await _later(moot, *joined, moot.sysop)
        for _ in range(3):
            await _bring(moot, ana)
        await sysop.ask(ConfigureBoard(board=COMMONS, invitation_budget=True))
        for _ in range(2):
            await _bring(moot, bo)
        refused = await bo.refused(Invite(invitation=new_id(), code=secret("third")))
        assert isinstance(refused, InvitationBudget)
        assert refused.free_at == instant(moot.clock() + PERIOD)
        bo, sysop = await _later(moot, bo, sysop)
        await _bring(moot, bo)
        await sysop.ask(ConfigureBoard(board=COMMONS, invitation_budget=False))
        await _bring(moot, bo)
        garden = await moot.board(sysop, "garden")
        wrong = await sysop.refused(ConfigureBoard(board=garden, invitation_budget=True))
        assert "the commons alone has this setting" in str(wrong)


async def test_the_next_one_waits_while_a_guest_is_suspended(tmp_path: Path) -> None:
    """Nothing a guest does falls back on the host but the next invitation, and that for 60 days at most."""
    async with open_moot(tmp_path) as moot:
        (ana,) = await _later(moot, await moot.join("ana"))
        code = secret("guest")
        await ana.ask(Invite(invitation=new_id(), code=code))
        guest = moot.line(Person("gail"))
        await guest.ask(guest.person.sign_up(code))
        joined = moot.clock()
        (sysop,) = [moot.line(moot.sysop.person)]
        await sysop.ask(sysop.person.with_password())
        until = joined + 5 * DAY_MS
        await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, guest.person.id, until=until)
        await ana.ask(Invite(invitation=new_id(), code=secret("without a budget")))
        await ana.ask(RevokeInvitation(invitation=await _only_open(ana)))
        await sysop.ask(ConfigureBoard(board=COMMONS, invitation_budget=True))
        refused = await ana.refused(Invite(invitation=new_id(), code=secret("with one")))
        assert isinstance(refused, InvitationBudget)
        assert refused.free_at == instant(until)
        moot.clock.jump(days=5)
        await ana.ask(Invite(invitation=new_id(), code=secret("with one")))


async def _only_open(line: Line) -> str:
    listed = (await line.ask(ListInvitations())).invitations
    (found,) = [each.id for each in listed if each.uses_left and not each.revoked]
    return found


@given(joined=st.integers(0, 10**13), until=st.none() | st.integers(0, 10**13))
def test_a_host_waits_no_longer_than_they_are_host(joined: Ms, until: Ms | None) -> None:
    """A suspension without an end, or a long one, stops inviting for 60 days at most (P7)."""
    waits = suspended_guest_waits(joined, optional_instant(until))
    assert waits <= joined + limits.HOST_DAYS * DAY_MS
    assert until is None or waits <= until

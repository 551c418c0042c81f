"""Members on the server: how one gets in, what one is called, and who invites."""

import asyncio
import os
from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.features.members.messages import (
    ChangeName,
    InvitationCreated,
    InvitationRevoked,
    Invite,
    ListInvitations,
    ListMembers,
    MemberJoined,
    MemberUpdated,
    RevokeInvitation,
    SessionStarted,
)
from bbs.ids import COMMONS, new_id
from bbs.messages import Done
from bbs.powers import Office
from bbs.refusals import (
    Conflict,
    InvitationInvalid,
    LimitReached,
    NameTaken,
    NormsFirst,
    NotFound,
    PasswordRefused,
)
from bbs.streams import COMMONS_STREAM, member_stream
from bbs_server.features.members import records
from bbs_server.features.members.credentials import secret_hash
from bbs_server.outcome import AppendEvent, Outcome
from tests.support.people import Person, secret
from tests.support.tx import NOW, House


class TestSigningUp:
    """Getting in with an invitation."""

    async def test_uses_are_exact(self, house: House, sysop: Person) -> None:
        """One code redeemed by fifty side by side seats exactly as many as it has uses (P12)."""
        code = secret("three")
        await house.ask(Invite(invitation=new_id(), code=code, uses=3), sysop.session)
        crowd = [Person(f"guest-{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(50)]
        requests = [person.sign_up(code) for person in crowd]
        prepared = await asyncio.gather(*(house.prepare(request) for request in requests))
        seated = 0
        for request, hashed in zip(requests, prepared, strict=True):
            try:
                house.act(request, prepared=hashed)
            except InvitationInvalid:
                continue
            seated += 1
        assert seated == 3
        assert house.count("members") == 1 + 3

    async def test_a_lost_answer_is_given_again(self, house: House, code: str) -> None:
        """A sign-up sent again gets the same answer, takes no second use and tells nobody (P12)."""
        ana = Person("ana")
        first = await house.ask(ana.sign_up(code))
        again = await house.ask(ana.sign_up(code))
        assert again.result == first.result
        assert again.emissions == ()
        assert house.tx.fetch_one("SELECT uses_left FROM invitations WHERE sysop = 0") == (99,)

    async def test_ids_of_others_are_not_taken_over(self, house: House, ana: Person) -> None:
        """Neither the id of a member nor that of a session can be taken by somebody else (P13)."""
        code = secret("invitation")
        eve = Person("eve")
        for stolen in ({"member": ana.id}, {"session": ana.session}):
            assert isinstance(await house.refused(eve.sign_up(code, **stolen)), Conflict)

    async def test_everybody_learns_of_a_new_member(self, house: House, code: str) -> None:
        """Joining is told on the commons by the one who joined, its words kept apart (P10)."""
        ana = Person("ana")
        done = await house.ask(ana.sign_up(code))
        joined = next(
            e
            for e in done.emissions
            if isinstance(e, AppendEvent) and type(e.event) is MemberJoined
        )
        assert (joined.stream, joined.subject) == (COMMONS_STREAM, ana.id)
        assert set(joined.texts) == {"member.handle", "member.name"}
        assert house.tx.fetch_one("SELECT count(*) FROM events WHERE data LIKE '%Ana%'") == (0,)
        assert [e.session for e in done.events(SessionStarted)] == [ana.session]

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"norms_version": 2}, NormsFirst),
            ({"code": secret("guessed")}, InvitationInvalid),
            ({"password": "short"}, PasswordRefused),
            ({"handle": "sysop"}, NameTaken),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, house: House, code: str, fields: dict[str, Any], error: type[FolkmootError]
    ) -> None:
        """A refused sign-up takes no use and leaves no member (P5, P12)."""
        assert type(await house.refused(Person("ana").sign_up(code, **fields))) is error
        assert house.tx.fetch_one("SELECT uses_left FROM invitations WHERE sysop = 0") == (100,)
        assert house.count("members") == 1

    async def test_strangers_burn_no_hash(self, house: House, ana: Person) -> None:
        """Without a valid invitation and a free name the slow work is not begun (P14)."""
        before = house.before()
        for fields in ({"code": secret("guessed")}, {"handle": "ana"}):
            with pytest.raises((InvitationInvalid, NameTaken)):
                await house.prepare(
                    Person("eve").sign_up(secret("invitation"), **fields), before=before
                )
        assert before.slow == []

    async def test_a_rehearsal_hashes_nothing(self, house: House, code: str) -> None:
        """With dry_run the password is judged and not hashed, and the handler still runs."""
        before = house.before()
        request = Person("ana").sign_up(code, dry_run=True)
        assert await house.prepare(request, before=before) is None
        assert before.slow == ["check_new"]
        assert house.act(request).result.member.handle == "ana"

    @pytest.mark.parametrize(
        ("taken", "fields"),
        [
            ("cope", {"handle": "cope"}),
            ("cope", {"handle": "c0pe"}),
            ("paypal", {"handle": "paypa1"}),
            ("cope", {"name": "\u0441\u043e\u0440\u0435"}),
            ("cope", {"name": "COPE"}),
        ],
    )
    async def test_look_alikes_are_refused(
        self, house: House, code: str, taken: str, fields: dict[str, str]
    ) -> None:
        """Nobody passes for another: what reads like a handle or name is taken (P13)."""
        await house.ask(Person(taken).sign_up(code))
        assert isinstance(await house.refused(Person("eve").sign_up(code, **fields)), NameTaken)

    async def test_of_two_at_once_one_gets_the_name(self, house: House, code: str) -> None:
        """Two who ask for one handle side by side: the first has it, the second is told (P13)."""
        requests = [Person("ana").sign_up(code) for _ in range(2)]
        first, second = [await house.prepare(request) for request in requests]
        house.act(requests[0], prepared=first)
        with pytest.raises(NameTaken):
            house.act(requests[1], prepared=second)

    async def test_waiting_then_seated(self, house: House, code: str) -> None:
        """Who signs up to a full community waits, and is told once when a seat is free (P3)."""
        house.commons_seats = 1
        ana = Person("ana")
        assert (await house.ask(ana.sign_up(code))).result.member.state == "waiting"
        actor = house.actor(ana.session)
        assert actor is not None
        assert not actor.seated
        seat = SeatChanged(seat=Seat(board=COMMONS, member=ana.id, state=SeatState.SEATED))
        streams = (COMMONS_STREAM, member_stream(ana.id))
        emits = tuple(AppendEvent(stream, seat, ana.id) for stream in streams)
        done = house.transaction(house.at(), lambda: Outcome(Done(), emits))
        assert [event.member.state for event in done.events(MemberUpdated)] == ["seated"]
        actor = house.actor(ana.session)
        assert actor is not None
        assert actor.seated

    async def test_the_sysop_always_has_a_seat(self, house: House) -> None:
        """The server's own invitation makes a sysop, seated even where all seats are taken (P8)."""
        house.commons_seats = 0
        person = Person("sysanne")
        code = secret("first")
        records.make_sysop_invitation(house.tx, NOW, new_id(), secret_hash(code), 14)
        done = await house.ask(person.sign_up(code))
        member = done.result.member
        assert (member.sysop, member.state, member.invited_by) == (True, "seated", None)
        standing = house.standing(house.actor(person.session))
        assert standing is not None
        assert standing.offices == {Office.SYSOP, Office.MODERATOR, Office.COMMONS_MODERATOR}
        assert isinstance(await house.refused(Person("eve").sign_up(code)), InvitationInvalid)


class TestNames:
    """Handles and display names."""

    async def test_a_name_changes_and_is_forgotten(
        self, house: House, ana: Person, ben: Person
    ) -> None:
        """A changed name is told to everybody; the old one is gone and free again (P10)."""
        done = await house.ask(ChangeName(name="Ana of the Hill", if_revision=1), ana.session)
        assert [e.member.name for e in done.events(MemberUpdated)] == ["Ana of the Hill"]
        assert house.tx.fetch_one("SELECT 1 FROM texts WHERE body = 'Ana'") is None
        await house.ask(ChangeName(name="Quiet Ana"), ana.session)
        await house.ask(ChangeName(name="Ana of the Hill"), ben.session)
        stale = ChangeName(name="Anouk", if_revision=1)
        assert isinstance(await house.refused(stale, ana.session), Conflict)

    async def test_ones_own_names_are_no_obstacle(self, house: House, ana: Person) -> None:
        """One may be called like one's own handle, and nobody else may (P13)."""
        for name in ("Quiet Ana", "ANA", "Ana"):
            done = await house.ask(ChangeName(name=name), ana.session)
            assert done.result.member.name == name
        assert (await house.ask(ChangeName(name="Ana"), ana.session)).emissions == ()

    async def test_another_name_is_taken(self, house: House, ana: Person, ben: Person) -> None:
        """Neither handle nor name of another can be taken as a name (P13)."""
        error = await house.refused(ChangeName(name="Ana"), ben.session)
        assert isinstance(error, NameTaken)
        assert error.by == "ana"

    async def test_members_are_listed_as_they_joined(self, house: House, code: str) -> None:
        """The list is the same for everybody, in the order of joining, page by page (P1)."""
        people = [Person(handle) for handle in ("zoe", "ana", "mia")]
        for person in people:
            await house.ask(person.sign_up(code))
        seen: list[str] = []
        after: int | None = 0
        while after is not None:
            page: Any = house.act(ListMembers(after=after, limit=3), people[0].session).result
            seen += [member.handle for member in page.members]
            after = page.next_after
        assert seen == ["sysanne", "zoe", "ana", "mia"]

    async def test_handles_are_found(self, house: House, ana: Person) -> None:
        """Handles are looked up in one go; unknown ones are left out."""
        assert records.members_by_handle(house.tx, ["ana", "nessie"]) == {"ana": ana.id}
        assert records.find_member(house.tx, house.at(), new_id()) is None


def _fill(house: House, rows: int) -> None:
    """Store open invitations of nobody's, until there are at least so many."""
    sql = (
        "INSERT INTO invitations (id, code_hash, uses_left, made_at, expires_at)"
        " VALUES (?, ?, 1, ?, ?)"
    )
    fresh = [(new_id(), os.urandom(32), house.now, house.now + DAY_MS) for _ in range(rows)]
    house.tx.execute_many(sql, fresh)


class TestInvitations:
    """Who lets whom in."""

    async def test_revoked_and_expired_ones_open_nothing(self, house: House, sysop: Person) -> None:
        """An invitation works until it is revoked or expires, and revoking is logged once (P8)."""
        early, late = new_id(), new_id()
        for name in (early, late):
            invite = Invite(invitation=name, code=secret(name), uses=2, days=1)
            done = await house.ask(invite, sysop.session)
            assert [event.uses for event in done.events(InvitationCreated)] == [2]
        revoke = RevokeInvitation(invitation=early)
        assert len((await house.ask(revoke, sysop.session)).events(InvitationRevoked)) == 1
        assert (await house.ask(revoke, sysop.session)).emissions == ()
        ana = Person("ana")
        assert isinstance(await house.refused(ana.sign_up(secret(early))), InvitationInvalid)
        request = ana.sign_up(secret(late))
        hashed = await house.prepare(request)
        house.jump(days=1)
        with pytest.raises(InvitationInvalid):
            house.act(request, prepared=hashed)

    async def test_notes_are_for_their_maker(
        self, house: House, ana: Person, sysop: Person
    ) -> None:
        """The sysop sees and can revoke every invitation, but not the notes of others (P11)."""
        mine = new_id()
        invite = Invite(invitation=mine, code=secret("for Cleo"), note="for Cleo")
        await house.ask(invite, ana.session)
        own: Any = house.act(ListInvitations(), ana.session).result
        assert [(i.id, i.note) for i in own.invitations] == [(mine, "for Cleo")]
        every: Any = house.act(ListInvitations(), sysop.session).result
        assert [i.note for i in every.invitations] == ["", "", ""]
        assert every.invitations[0].id == mine
        theirs = RevokeInvitation(invitation=every.invitations[1].id)
        assert isinstance(await house.refused(theirs, ana.session), NotFound)
        await house.ask(RevokeInvitation(invitation=mine), sysop.session)

    async def test_open_ones_are_bounded(self, house: House, ana: Person, sysop: Person) -> None:
        """A member's open invitations are bounded, also those of all; ids and codes name one (P3)."""
        first = Invite(invitation=new_id(), code=secret("0"))
        await house.ask(first, sysop.session)
        again = Invite(invitation=new_id(), code=first.code)
        assert isinstance(await house.refused(again, sysop.session), Conflict)
        for n in range(2, limits.INVITATIONS_OPEN_MAX):  # Ana came with another one
            await house.ask(Invite(invitation=new_id(), code=secret(str(n))), sysop.session)
        one_more = Invite(invitation=new_id(), code=secret("one more"))
        assert isinstance(await house.refused(one_more, sysop.session), LimitReached)
        await house.ask(one_more, ana.session)
        _fill(house, limits.INVITATIONS_OPEN_ALL_MAX)
        too_many = Invite(invitation=new_id(), code=secret("too many"))
        refusal = await house.refused(too_many, ana.session)
        assert isinstance(refusal, LimitReached)
        assert (refusal.what, refusal.limit) == (
            "open invitations",
            limits.INVITATIONS_OPEN_ALL_MAX,
        )

"""Sessions and tokens: what they reach, when they end, and what a thief of the database learns."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, WEEK_MS, to_ms
from bbs.features.members.messages import (
    EndSession,
    GetAccount,
    IssueToken,
    ResetMember,
    Resume,
    SessionEnded,
    SessionStarted,
)
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.refusals import LimitReached, NotAllowed, NotFound, NotSignedIn, SignInFailed
from bbs.streams import COMMONS_STREAM, member_stream
from bbs_server.features.members import records
from bbs_server.features.members.jobs import JOBS
from bbs_server.features.members.records import load_actor, touch_session
from bbs_server.outcome import CloseSessions
from tests.support.moments import in_order
from tests.support.people import Person, secret
from tests.support.tx import NOW, House


class TestSessions:
    """Devices and tokens."""

    async def test_an_open_session_goes_on(self, house: House, ana: Person) -> None:
        """A token resumes its session on a new connection, until it has ended (protocol 3.5)."""
        resume = Resume(token=secret(ana.session))
        answer: Any = house.act(resume).result
        assert (answer.member.id, answer.session.id) == (ana.id, ana.session)
        assert set(answer.as_of) == {COMMONS_STREAM, member_stream(ana.id)}
        house.jump(days=limits.SESSION_IDLE_DAYS + 7)
        with pytest.raises(SignInFailed):
            house.act(resume)

    @given(days=st.floats(min_value=0, max_value=60))
    def test_its_end_tells_no_time_of_use(self, days: float) -> None:
        """The end of a session is a turn of a week, at most a week after what it should be (P11)."""
        now = NOW + int(days * DAY_MS)
        idle_until = records.idle_until(now)
        assert idle_until % WEEK_MS == 0
        assert 0 <= idle_until - now - limits.SESSION_IDLE_DAYS * DAY_MS < WEEK_MS

    async def test_use_moves_the_end_rarely(self, house: House, ana: Person) -> None:
        """Using a session writes at most once a week and never past its last day (P11)."""

        def writes() -> int:
            before = house.connection.total_changes
            touch_session(house.tx, house.now, ana.session)
            return house.connection.total_changes - before

        assert writes() == 0
        house.jump(days=7)
        assert writes() == 1
        assert writes() == 0
        house.jump(days=limits.SESSION_DAYS_MAX)
        touch_session(house.tx, house.now, ana.session)
        assert load_actor(house.tx, ana.session, in_order(house.now)) is None

    async def test_devices_are_bounded(self, house: House, ana: Person) -> None:
        """One device too many ends the session that would have ended first (P3)."""
        house.jump(days=8)
        for _ in range(limits.DEVICES_MAX - 1):
            await house.ask(ana.with_password())
        done = await house.ask(ana.with_password())
        assert [event.sessions for event in done.events(SessionEnded)] == [(ana.session,)]
        assert house.count("sessions") == 1 + limits.DEVICES_MAX

    async def test_sessions_of_others_do_not_exist(
        self, house: House, ana: Person, ben: Person
    ) -> None:
        """Another's session cannot be ended, nor found out about."""
        assert isinstance(
            await house.refused(EndSession(session=ben.session), ana.session), NotFound
        )
        assert isinstance(await house.refused(EndSession(session=new_id()), ana.session), NotFound)

    def issue(self, **fields: Any) -> IssueToken:
        """Return a request for a token that may read."""
        session = new_id()
        given: dict[str, Any] = {
            "session": session,
            "token": secret(session),
            "label": "digest script",
            "powers": (Power.READ,),
        }
        return IssueToken(**{**given, **fields})

    async def test_a_token_is_narrow(self, house: House, ana: Person) -> None:
        """A token acts with the powers and boards it was given, until the day chosen (protocol 3.7)."""
        request = self.issue(boards=(COMMONS,), days=3)
        done = await house.ask(request, ana.session)
        assert [event.token for event in done.events(SessionStarted)] == [True]
        session = done.result.session
        assert to_ms(session.expires_at) == house.now + 3 * DAY_MS
        actor = house.actor(request.session)
        assert actor is not None
        assert (actor.scope, actor.boards) == ({Power.READ}, {COMMONS})
        house.jump(days=3)
        assert load_actor(house.tx, request.session, in_order(house.now)) is None

    async def test_a_token_makes_no_token(self, house: House, ana: Person) -> None:
        """Neither powers over an account nor another token can come of a token (protocol 3.7)."""
        for power in (Power.DOORS, Power.RECOVER, Power.APPOINT):
            assert isinstance(
                await house.refused(self.issue(powers=(power,)), ana.session), NotAllowed
            )
        token = self.issue()
        await house.ask(token, ana.session)
        assert isinstance(await house.refused(self.issue(), token.session), NotAllowed)

    async def test_tokens_reach_only_what_is_known(self, house: House, ana: Person) -> None:
        """A board one cannot read answers as if it did not exist, and tokens are bounded (P3)."""
        hidden = self.issue(boards=(new_id(),))
        assert isinstance(await house.refused(hidden, ana.session), NotFound)
        for _ in range(limits.TOKENS_MAX):
            await house.ask(self.issue(), ana.session)
        assert isinstance(await house.refused(self.issue(), ana.session), LimitReached)

    async def test_the_account_is_ones_own(self, house: House, ana: Person, ben: Person) -> None:
        """An account shows one's own sessions, keys and codes, and marks the one that asks."""
        account: Any = house.act(GetAccount(), ana.session).result
        assert [(s.id, s.current) for s in account.sessions] == [(ana.session, True)]
        assert [key.key for key in account.keys] == [ana.public]
        assert account.recovery_codes_left == 3

    async def test_what_is_over_is_cleared(self, house: House, ana: Person) -> None:
        """Timed work deletes sessions, invitations and keys that are over, and cuts off who is left."""
        await house.ask(ana.with_password(key=Person("ana").public))
        house.jump(days=limits.INVITATION_DAYS_MAX + limits.STREAM_DAYS)
        cut_off: set[str] = set()
        for job in JOBS:
            done = house.by_system(job)
            ends = (tell for tell in done.emissions if isinstance(tell, CloseSessions))
            cut_off.update(session for end in ends for session in end.sessions)
        assert ana.session in cut_off
        assert [house.count(table) for table in ("sessions", "invitations")] == [0, 0]
        assert house.count("members") == 2
        with pytest.raises(NotSignedIn):
            house.actor(ana.session)


def all_bytes(folder: Path) -> bytes:
    """Return what a thief of a folder has."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_stolen_database_holds_no_secret(
    house: House, ana: Person, ben: Person, sysop: Person, tmp_path: Path
) -> None:
    """No password, token, code or private key is in any file of the database (P11)."""
    token = TestSessions().issue()
    reset = secret("reset")
    await house.ask(token, ana.session)
    await house.ask(ResetMember(member=ben.id, code=reset), sysop.session)
    await house.ask(ana.recovering(ana.codes[0], password="a planted recovery password"))
    await house.refused(ana.with_password(password="a planted wrong password"))
    house.close()
    planted = [
        *(person.password for person in (ana, ben, sysop)),
        *(secret(person.session) for person in (ana, ben, sysop)),
        *(*ana.codes, *ben.codes, token.token, reset, secret("invitation")),
        *("a planted recovery password", "a planted wrong password"),
        *(secret("sysop invitation"), "bbs_"),
    ]
    stolen = all_bytes(tmp_path)
    assert b"sysanne" in stolen
    assert [word for word in planted if word.encode() in stolen] == []
    assert ana.key.private_bytes_raw() not in stolen

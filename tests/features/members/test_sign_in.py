"""Signing in: passwords, keys and recovery codes, and guessing at them."""

import asyncio
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from msgspec.structs import replace

from bbs import limits
from bbs.errors import BadParams, Throttled
from bbs.features.members.messages import (
    ChangePassword,
    EndSession,
    GetAccount,
    GetChallenge,
    RenewCodes,
    ResetMember,
    SessionEnded,
)
from bbs.ids import new_id
from bbs.refusals import NotFound, PasswordRefused, SignInFailed
from bbs_server.features.members.records import load_actor
from bbs_server.outcome import CloseSessions
from tests.support.moments import in_order
from tests.support.people import NONCE, Person, secret
from tests.support.tx import HOST, House


class TestPasswords:
    """Signing in with a password, and guessing at one."""

    async def fail(self, house: House, person: Person, times: int, **fields: Any) -> None:
        """Give wrong passwords, waiting as long as told before each."""
        for n in range(times):
            wrong = person.with_password(password=f"wrong {n}", **fields)
            error = await house.refused(wrong)
            if isinstance(error, Throttled):
                house.jump(seconds=error.retry_after_s)
                error = await house.refused(wrong)
            assert isinstance(error, SignInFailed)

    async def test_a_new_device_gets_in(self, house: House, ana: Person) -> None:
        """The right password opens a session of its own, whose key signs in from then on."""
        phone = Person("ana", id=ana.id)
        done = await house.ask(ana.with_password(key=phone.public))
        assert done.result.session.current
        await house.ask(phone.with_key(), nonce=NONCE)
        account: Any = house.act(GetAccount(), ana.session).result
        assert len(account.sessions) == 3
        assert {key.key for key in account.keys} == {ana.public, phone.public}

    async def test_guessing_never_shuts_a_member_out(self, house: House, ana: Person) -> None:
        """After many wrong guesses of strangers a new device is told when, and let in then (3.3)."""
        await self.fail(house, ana, 20)
        before = house.before()
        with pytest.raises(Throttled) as caught:
            await house.prepare(ana.with_password(), before=before)
        assert before.slow == []
        assert 3_600 < caught.value.retry_after_s <= limits.GUESS_WAIT_SECONDS_MAX
        house.jump(seconds=caught.value.retry_after_s)
        await house.ask(ana.with_password())

    async def test_a_known_device_is_not_slowed_by_strangers(
        self, house: House, ana: Person
    ) -> None:
        """While strangers guess, who signed in here before does so at once: by token, not address."""
        phone = ana.with_password()
        await house.ask(phone)
        await self.fail(house, ana, 20)
        before = house.before()
        before.address_refusal = Throttled(retry_after_s=60)
        again = ana.with_password(last_token=phone.token)
        await house.prepare(again, before=before)
        await house.ask(again)
        for token in (secret("made up"), phone.token):  # the phone has a newer one by now
            assert isinstance(await house.refused(ana.with_password(last_token=token)), Throttled)

    async def test_other_ways_in_are_not_slowed_by_strangers(
        self, house: House, ana: Person
    ) -> None:
        """Keys and recovery codes open whatever was guessed at the password (3.4, 3.6)."""
        await self.fail(house, ana, 20)
        await house.ask(ana.with_key(), nonce=NONCE)
        await house.ask(ana.recovering(ana.codes[0]))

    async def test_guesses_from_a_known_device_are_its_own(self, house: House, ana: Person) -> None:
        """Who finds a device guesses no faster than strangers, and slows nobody else down (3.3)."""
        lost, phone = ana.with_password(), ana.with_password()
        await house.ask(lost)
        await house.ask(phone)
        await self.fail(house, ana, 20, last_token=lost.token)
        assert isinstance(await house.refused(ana.with_password(last_token=lost.token)), Throttled)
        change = ChangePassword(old="guess", new="another four word phrase")
        assert isinstance(await house.refused(change, lost.session), Throttled)
        await house.ask(ana.with_password(last_token=phone.token))
        await house.ask(ana.with_password())

    async def test_signing_in_anew_gives_a_device_no_new_guesses(
        self, house: House, ana: Person
    ) -> None:
        """A device with a key keeps its count, however often it signs in with it (3.3, 3.4)."""
        await self.fail(house, ana, 20, last_token=secret(ana.session))
        renewed = ana.with_key()
        await house.ask(renewed, nonce=NONCE)
        error = await house.refused(ana.with_password(last_token=renewed.token))
        assert isinstance(error, Throttled)

    @pytest.mark.parametrize("how", ["signed out", "ran out", "changed", "recovered"])
    async def test_a_device_stays_known_without_its_session(
        self, house: House, ana: Person, how: str
    ) -> None:
        """A device whose session is over comes back while strangers guess, unless it was ended."""
        phone = ana.with_password()
        await house.ask(phone)
        password = "another four word phrase"
        if how == "signed out":
            await house.ask(EndSession(session=phone.session), phone.session)
            password = ana.password
        elif how == "ran out":
            house.jump(days=limits.SESSION_DAYS_MAX + 8)
            password = ana.password
        elif how == "changed":
            await house.ask(ChangePassword(old=ana.password, new=password), ana.session)
        else:
            await house.ask(ana.recovering(ana.codes[0], password=password))
        await self.fail(house, ana, 20)
        await house.ask(ana.with_password(password=password, last_token=phone.token))

    async def test_a_device_that_its_owner_ended_is_not_known(
        self, house: House, ana: Person
    ) -> None:
        """Ended from another device, for it was lost, a device is a stranger again (3.3)."""
        lost = ana.with_password()
        await house.ask(lost)
        await house.ask(EndSession(session=lost.session), ana.session)
        await self.fail(house, ana, 20)
        assert isinstance(await house.refused(ana.with_password(last_token=lost.token)), Throttled)

    async def test_known_devices_are_bounded(self, house: House, ana: Person, ben: Person) -> None:
        """Beyond the limit a device goes that has no session, then the oldest; others' stay (P3)."""
        out = ana.with_password()
        await house.ask(out)
        await house.ask(EndSession(session=out.session), out.session)
        devices = [ana.with_password() for _ in range(limits.DEVICES_MAX)]
        for one in devices:
            await house.ask(one)
        rows = house.tx.fetch_all(
            "SELECT session FROM known_devices WHERE member = ? ORDER BY n", ana.id
        )
        assert [session for (session,) in rows] == [one.session for one in devices]
        assert house.tx.fetch_one(
            "SELECT count(*) FROM known_devices WHERE member = ?", ben.id
        ) == (1,)

    async def test_guesses_side_by_side_gain_nothing(self, house: House, ana: Person) -> None:
        """Of guesses hashed at once no more are answered than one by one, be one of them right."""
        await self.fail(house, ana, limits.GUESSES_FREE)
        guesses = [ana.with_password(password=f"wrong {n}") for n in range(9)]
        guesses.append(ana.with_password())
        before = house.before()
        before.gate = asyncio.Event()
        waiting = [asyncio.create_task(house.prepare(guess, before=before)) for guess in guesses]
        await asyncio.sleep(0)
        before.gate.set()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(each) for each in found] == [SignInFailed] + [Throttled] * 9

    async def test_a_proof_does_not_outlive_the_password(self, house: House, ana: Person) -> None:
        """A password changed between proof and act no longer opens anything."""
        request = ana.with_password()
        proof = await house.prepare(request)
        new = "another four word phrase"
        await house.ask(ChangePassword(old=ana.password, new=new), ana.session)
        with pytest.raises(SignInFailed):
            house.act(request, prepared=proof)

    async def test_unknown_handles_look_like_known_ones(self, house: House, ana: Person) -> None:
        """Whether anybody has a handle shows neither in the answer nor in the work (P11, 3.3)."""
        found = []
        for handle in ("ana", "nessie"):
            answers = []
            for n in range(limits.GUESSES_FREE + 6):
                for request in (
                    ana.with_password(handle=handle, password=f"wrong {n}"),
                    ana.with_password(handle=handle, password="wrong", last_token=secret("none")),
                    ana.recovering(secret(f"guess {n}"), handle=handle),
                    Person(handle).with_key(),
                ):
                    before, statements = house.before(), []
                    house.connection.set_trace_callback(statements.append)
                    with pytest.raises((SignInFailed, Throttled)) as caught:
                        await house.prepare(request, before=before)
                    house.connection.set_trace_callback(None)
                    kinds = [text.split("WHERE")[0] for text in statements]
                    facts = caught.value.facts()
                    answers.append((caught.type, facts, before.slow, before.reads, kinds))
            found.append(answers)
        assert found[0] == found[1]
        assert {answer[0] for answer in found[0]} == {SignInFailed, Throttled}
        assert all(answer[3] == 1 for answer in found[0])

    async def test_a_lost_answer_is_given_again(self, house: House, ana: Person) -> None:
        """A sign-in sent again opens one session, not two (P12)."""
        for request in (ana.with_password(), ana.with_key()):
            first = await house.ask(request, nonce=NONCE)
            again = await house.ask(request, nonce=NONCE)
            assert again.result == first.result
            assert again.emissions == ()

    async def test_old_hashes_are_renewed(self, house: House, ana: Person) -> None:
        """Signing in renews a hash made with other costs, and the password stays the same."""
        costlier = replace_costs()
        house.passwords = costlier
        await house.ask(ana.with_password())
        stored = house.tx.fetch_value("SELECT password FROM members WHERE handle = 'ana'")
        assert not costlier.check_needs_rehash(stored)
        await house.ask(ana.with_password())

    async def test_proofs_cannot_be_rehearsed(self, house: House, ana: Person) -> None:
        """No dry_run for what proves who one is: undone guesses would not be counted."""
        change = ChangePassword(old="guess", new="another four word phrase", dry_run=True)
        for request, session in (
            (ana.with_password(dry_run=True), None),
            (ana.with_key(dry_run=True), None),
            (ana.recovering(ana.codes[0], dry_run=True), None),
            (change, ana.session),
        ):
            assert isinstance(await house.refused(request, session), BadParams)

    async def test_changing_it_ends_the_rest(self, house: House, ana: Person) -> None:
        """A new password ends every other session and key; a wrong old one changes nothing."""
        phone = (await house.ask(ana.with_password())).result.session.id
        wrong = ChangePassword(old="guess", new="another four word phrase")
        assert isinstance(await house.refused(wrong, ana.session), SignInFailed)
        done = await house.ask(replace(wrong, old=ana.password), ana.session)
        assert CloseSessions((phone,)) in done.emissions
        assert [event.sessions for event in done.events(SessionEnded)] == [(phone,)]
        assert load_actor(house.tx, phone, in_order(house.now)) is None
        assert load_actor(house.tx, ana.session, in_order(house.now)) is not None
        await house.ask(ana.with_key(), nonce=NONCE)

    async def test_changing_it_waits_like_signing_in(self, house: House, ana: Person) -> None:
        """Guessing the old password through an open session waits, too, and burns no hash then."""
        for n in range(limits.GUESSES_FREE + 1):
            wrong = ChangePassword(old=f"guess {n}", new="another four word phrase")
            assert isinstance(await house.refused(wrong, ana.session), SignInFailed)
        before = house.before(ana.session)
        change = ChangePassword(old=ana.password, new="another four word phrase")
        with pytest.raises(Throttled):
            await house.prepare(change, before=before)
        assert before.slow == []

    async def test_a_bad_new_password_tells_nothing_of_the_old(
        self, house: House, ana: Person
    ) -> None:
        """The new password is judged alike whether the old one was right or wrong."""
        for old in (ana.password, "guess"):
            error = await house.refused(ChangePassword(old=old, new="short"), ana.session)
            assert isinstance(error, PasswordRefused)


def replace_costs() -> PasswordHasher:
    """Return a hasher that asks a little more than the cheapest."""
    return PasswordHasher(
        time_cost=CHEAPEST.time_cost + 1,
        memory_cost=CHEAPEST.memory_cost,
        parallelism=1,
        hash_len=16,
        salt_len=8,
    )


class TestKeys:
    """Signing in with a device's key."""

    async def test_the_challenge_names_host_and_nonce(self, house: House) -> None:
        """The challenge is the connection's own nonce and the host it reached (protocol 3.4)."""
        challenge: Any = house.act(GetChallenge(), nonce=NONCE).result
        assert (challenge.nonce, challenge.host) == (NONCE, HOST)

    @pytest.mark.parametrize(
        "signed_for",
        [{"host": "evil.example"}, {"epoch": "before"}, {"nonce": "of another connection"}],
    )
    async def test_a_signature_is_for_one_place_and_moment(
        self, house: House, ana: Person, signed_for: dict[str, str]
    ) -> None:
        """A signature for another host, epoch or connection opens nothing (protocol 3.4)."""
        assert isinstance(
            await house.refused(ana.with_key(**signed_for), nonce=NONCE), SignInFailed
        )

    async def test_a_signature_is_for_one_person(
        self, house: House, ana: Person, ben: Person
    ) -> None:
        """One's own key does not open another's account (protocol 3.4)."""
        assert isinstance(
            await house.refused(ben.with_key(handle="ana"), nonce=NONCE), SignInFailed
        )
        forged = Person("ana", id=ana.id)
        assert isinstance(await house.refused(forged.with_key(), nonce=NONCE), SignInFailed)

    async def test_without_a_challenge_nothing_opens(self, house: House, ana: Person) -> None:
        """A signature sent without an open challenge is refused (protocol 3.4)."""
        with pytest.raises(SignInFailed):
            await house.ask(ana.with_key())

    async def test_a_revoked_key_is_dead(self, house: House, ana: Person) -> None:
        """Ending a device's session revokes the key it left, and cuts its connections off."""
        done = await house.ask(EndSession(session=ana.session), ana.session)
        assert CloseSessions((ana.session,)) in done.emissions
        assert load_actor(house.tx, ana.session, in_order(house.now)) is None
        assert isinstance(await house.refused(ana.with_key(), nonce=NONCE), SignInFailed)

    async def test_the_key_goes_with_its_device(self, house: House, ana: Person) -> None:
        """After signing in anew with a key, ending that session revokes it."""
        again: Any = (await house.ask(ana.with_key(), nonce=NONCE)).result
        await house.ask(EndSession(session=again.session.id), ana.session)
        assert isinstance(await house.refused(ana.with_key(), nonce=NONCE), SignInFailed)

    async def test_keys_are_bounded(self, house: House, ana: Person) -> None:
        """Beyond the limit a key goes whose device has no session any more (P3)."""
        devices = [Person("ana", id=ana.id) for _ in range(limits.KEYS_MAX + 1)]
        for device in devices:
            await house.ask(ana.with_password(key=device.public))
        rows = house.tx.fetch_all(
            "SELECT key FROM keys WHERE revoked IS NULL AND member = ?", ana.id
        )
        assert {key for (key,) in rows} == {device.public for device in devices[1:]}


class TestRecovery:
    """Coming back with a code."""

    async def test_everything_else_ends(self, house: House, ana: Person) -> None:
        """A recovery code sets a password and ends every other session, token and key (protocol 3.6)."""
        request = ana.recovering(ana.codes[0])
        done = await house.ask(request)
        assert CloseSessions((ana.session,)) in done.emissions
        assert load_actor(house.tx, ana.session, in_order(house.now)) is None
        assert isinstance(await house.refused(ana.with_key(), nonce=NONCE), SignInFailed)
        assert isinstance(await house.refused(ana.with_password()), SignInFailed)
        account: Any = house.act(GetAccount(), request.session).result
        assert [s.id for s in account.sessions] == [request.session]
        assert account.recovery_codes_left == 2

    async def test_a_code_is_good_once(self, house: House, ana: Person) -> None:
        """A used code opens nothing, but its own lost answer is given again (P12)."""
        request = ana.recovering(ana.codes[0])
        first = await house.ask(request)
        assert (await house.ask(request)).result == first.result
        assert isinstance(await house.refused(ana.recovering(ana.codes[0])), SignInFailed)

    async def test_a_wrong_code_burns_no_hash(self, house: House, ana: Person) -> None:
        """A wrong code is refused alike and as cheaply, whether or not anybody has the handle."""
        for handle in ("ana", "nessie"):
            before = house.before()
            with pytest.raises(SignInFailed):
                await house.prepare(ana.recovering(secret("guess"), handle=handle), before=before)
            assert before.slow == []

    async def test_a_mistyped_code_tells_of_no_wait(self, house: House, ana: Person) -> None:
        """Each wrong code is answered as wrong, and then neither the right one nor the password
        waits (3.6)."""
        for n in range(9):
            wrong = ana.recovering(secret(f"guess {n}"))
            assert isinstance(await house.refused(wrong), SignInFailed)
        await house.ask(ana.with_password())
        await house.ask(ana.recovering(ana.codes[0]))

    async def test_codes_are_renewed_whole(self, house: House, ana: Person) -> None:
        """New codes replace all old ones."""
        await house.ask(RenewCodes(recovery_codes=(secret("new code"),)), ana.session)
        assert isinstance(await house.refused(ana.recovering(ana.codes[0])), SignInFailed)
        await house.ask(ana.recovering(secret("new code")))

    async def test_the_sysop_can_help(self, house: House, ana: Person, sysop: Person) -> None:
        """A code of the sysop's opens once, is told to everybody, and a later one replaces it (P8)."""
        for name in ("first help", "second help"):
            request = ResetMember(member=ana.id, code=secret(name))
            done = await house.ask(request, sysop.session)
            assert done.act.about == ana.id
        assert isinstance(await house.refused(ana.recovering(secret("first help"))), SignInFailed)
        await house.ask(ana.recovering(secret("second help")))
        unknown = ResetMember(member=new_id(), code=secret("x"))
        assert isinstance(await house.refused(unknown, sysop.session), NotFound)

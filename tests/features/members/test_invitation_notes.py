"""Notes of invitations are words: they go when the invitation is of no use any more."""

from pathlib import Path
from typing import Any

from bbs import limits
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.ids import new_id
from bbs_server.features.members import jobs
from tests.support.moot import open_moot
from tests.support.people import Person, secret
from tests.support.tx import House


async def test_a_note_goes_with_its_use(tmp_path: Path) -> None:
    """Revoked or used up, an invitation keeps no note, and no answer ever did (P10)."""
    async with open_moot(tmp_path / "data") as moot:
        revoked, used = new_id(), new_id()
        for invitation in (revoked, used):
            invite = Invite(invitation=invitation, code=secret(invitation), note="Canary", uses=2)
            assert (await moot.sysop.ask(invite)).invitation.note == "Canary"
        assert "Canary" not in str((await moot.dump())["ops"])
        await moot.sysop.ask(RevokeInvitation(invitation=revoked))
        for handle in ("ana", "bo"):
            notes = [i.note for i in (await moot.sysop.ask(ListInvitations())).invitations]
            assert notes.count("Canary") == 1
            line = moot.line(Person(handle))
            await line.ask(line.person.sign_up(secret(used)))
        assert "Canary" not in str(await moot.dump())


def test_what_is_over_is_forgotten_in_slices(house: House, sysop: Person) -> None:
    """A job deletes so many old invitations and keys at once and asks to go on (P10)."""
    many = limits.SLICE_ROWS + 5
    for n in range(many):
        house.tx.execute(
            "INSERT INTO invitations (id, code_hash, uses_left, made_at, expires_at)"
            " VALUES (?, ?, 1, 0, 1)",
            *(f"old{n}", f"hash{n}".encode()),
        )
        house.tx.execute(
            "INSERT INTO keys (member, key, device, added, revoked) SELECT id, ?, 'd', 0, 1"
            " FROM members LIMIT 1",
            f"key{n}",
        )
    left: list[Any] = []
    while jobs.delete_expired_invitations_and_keys(house.tx, house.at()).more:
        left.append(house.tx.fetch_one("SELECT count(*) FROM keys WHERE revoked = 1"))
    assert left == [(5,), (0,)]
    assert house.tx.fetch_one("SELECT count(*) FROM invitations WHERE expires_at = 1") == (0,)

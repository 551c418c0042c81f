"""A server dies; its board goes on elsewhere from a member's lifeboat, and authors claim (33, 31)."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

import bbs
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.packs.claim_views import ClaimAnswer, ClaimState
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import Say, StartThread, WithdrawPost, WritePost
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from bbs.refusals import Refused
from bbs.sdk.community import Community
from bbs.sdk.credentials import new_secret, sign_up
from bbs_client.kept_boards import keep_board
from bbs_client.lifeboat_file import make_lifeboat
from tests.journeys.community import PASSWORD, House, house, open_garden
from tests.support.claiming import decide, find
from tests.support.founded import open_founded
from tests.support.people import Person
from tests.support.unpacked import unpack


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))


async def with_key(community: House, board: BoardId, handle: str) -> tuple[Person, Community]:
    """Sign somebody up with a device key, and seat them."""
    code = new_secret()
    await community.voices["sysanne"].call(Invite(invitation=new_id(), code=code))
    voice = await community.stack.enter_async_context(bbs.connect(community.running.url))
    who = await sign_up(voice, code, handle, handle.title(), PASSWORD, "x", norms_version=1)
    await voice.call(TakeSeat(board=board, norms_version=1))
    assert who.key_private is not None
    return Person(handle, key=Ed25519PrivateKey.from_private_bytes(who.key_private)), voice


async def saved(tmp_path: Path) -> tuple[BoardId, bytes, Person, Person]:
    """Return a board's lifeboat, made after its server had ended, and two of its authors."""
    async with house(tmp_path / "a") as community:
        for handle in ("sysanne", "ana"):
            await community.join(handle)
        board, thread = await open_garden(community)
        rosa, voice = await with_key(community, board, "rosa")
        await voice.call(WritePost(thread=thread, post=new_id(), body="Rosa on rhubarb"))
        await voice.call(SetConsent(board=board, consent=PackConsent.NAMED))
        timo, voice = await with_key(community, board, "timo")
        await voice.call(WritePost(thread=thread, post=new_id(), body="Timo on thyme"))
        await _plant(community, board, thread)
        keep_board("ana", board)
        front = await community.front("ana", "mirror")
        await front.until(lambda: front.cache.board_here(board).is_whole)
        await front.until(lambda: front.cache.claim_list_at(board) is not None)
        welcome = community.voices["ana"].welcome
        assert welcome is not None
        front.link.stop()
        profile = replace(front.profile, server_key=welcome.key)
    try:
        made = make_lifeboat(profile, front.cache, board, tmp_path / "garden.pack")
    finally:
        await front.close()
    assert (made.summary.posts, made.named, made.unfinished) == (5, 1, ())
    data = (tmp_path / "garden.pack").read_bytes()
    assert [word for word in (b"canary", b"timo") if word in data] == []
    return board, data, rosa, timo


async def _plant(community: House, board: BoardId, thread: ThreadId) -> None:
    """Say what is to stand in no lifeboat, though it stands or stood in the mirror of its maker, ana."""
    sysanne, ana = (community.voices[each] for each in ("sysanne", "ana"))
    withdrawn, hidden = new_id(), new_id()
    for post in (withdrawn, hidden):
        await ana.call(WritePost(thread=thread, post=post, body="canary of ana"))
    await ana.call(WithdrawPost(post=withdrawn))
    await sysanne.call(HidePost(post=hidden, norm=1, reason="It is no plant"))
    await ana.call(Say(line=new_id(), board=board, body="canary in the lounge"))
    elsewhere = StartThread(
        board=COMMONS, thread=new_id(), post=new_id(), title="canary", body="canary"
    )
    await ana.call(elsewhere)


async def test_a_board_outlives_its_server(tmp_path: Path) -> None:
    """Names show at the new server for nobody who did not claim, though a `@rosa` lives there (P9, P13)."""
    board, data, rosa, timo = await saved(tmp_path)
    async with open_founded(tmp_path / "b") as moot:
        other_rosa = await moot.join("rosa")
        done = await unpack(moot, data, board=board)
        assert (done.state, done.why) == (UnpackState.OPEN, None)
        names = await moot.read(lambda tx: tx.fetch_all("SELECT name_text FROM imported_authors"))
        assert [name for (name,) in names if name is not None] == []
        for person, words in ((rosa, "Rosa on rhubarb"), (timo, "Timo on thyme")):
            page = await find(moot.line(), person)
            assert [post.body for each in page.threads for post in each.posts] == [words]
            assert (page.pack.kind, page.pack.key) == ("lifeboat", None)
        with pytest.raises(Refused):
            await find(moot.line(), other_rosa.person)
        threads = [each.thread for each in (await find(moot.line(), timo)).threads]
        taken = await decide(moot.line(), timo, ClaimAnswer.TAKEN, threads)
        assert taken.erase_at is not None
        [thread] = (await find(moot.line(), timo)).threads
        assert thread.state is ClaimState.TAKING

"""Claiming old words on the screen: what differs, four answers, and the next step (protocol 31)."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from bbs.claim_refusals import ClaimDecided, ClaimFailed
from bbs.errors import Disconnected, FolkmootError
from bbs.features.packs.claim_messages import (
    ClaimChallenge,
    ClaimPage,
    ClaimResult,
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
    RedeemClaim,
    RedeemedClaim,
)
from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimedHome,
    ClaimedPack,
    ClaimedPost,
    ClaimedThread,
    ClaimState,
)
from bbs.features.packs.unpack_messages import BoardOrigin, ListOldActs, OldActPage
from bbs.features.packs.views import PackKind
from bbs.features.threads.views import ContentState
from bbs.messages import Request
from bbs.profiles import Profile, save_profile
from bbs.sdk.community import Community
from bbs.signatures import to_base64url
from bbs_client.session.session import Session
from bbs_client.session.storage import mirror_path
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import (
    ANA,
    GARDEN,
    NOW,
    TOMATOES,
    a_post,
    a_session,
    an_app,
    uid,
)

LINK = "bbs://new.example:7000/garden#claim"
EVIL = "moot.example\x1b[2J‮"


def a_claim(
    *bodies: str, kind: PackKind = PackKind.SERVER, host: str = "moot.example"
) -> ClaimPage:
    """Return what a key claims: a thread with these posts, and another one with one."""
    posts = tuple(
        ClaimedPost(
            id=a_post(number, body).id,
            number=number,
            at=NOW,
            state=ContentState.PUBLISHED,
            body=body,
        )
        for number, body in enumerate(bodies, 1)
    )
    home = ClaimedHome(host=host, epoch="e", key="A" * 43)
    signed = "A" * 43 if kind is PackKind.SERVER else None
    return ClaimPage(
        board=GARDEN,
        pack=ClaimedPack(digest="a" * 64, kind=kind, homes=(home,), key=signed),
        threads=(ClaimedThread(thread=TOMATOES, number=1, posts=posts),),
    )


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))


class Elsewhere:
    """A server of another community, to whom the claimant is a stranger."""

    def __init__(self, page: ClaimPage | FolkmootError) -> None:
        self.page = page
        self.refuses: FolkmootError | None = None
        self.opened: list[tuple[str, str | None]] = []
        self.decided: list[DecideClaim] = []
        self.url, self.script = "", False
        self.welcome = SimpleNamespace(epoch="epoch")

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Community]:
        if isinstance(self.page, Disconnected):
            raise self.page
        yield cast("Community", self)

    def knock(self, url: str, pin: str | None) -> AbstractAsyncContextManager[Community]:
        """Let a stranger in, and note at which address."""
        self.opened.append((url, pin))
        self.url = url
        return self._open()

    async def call(self, request: Request[Any], *, retry: bool = True) -> Any:
        """Answer as the server of the link."""
        match request:
            case GetClaimChallenge():
                host = self.url.removeprefix("bbs://")
                return ClaimChallenge(nonce="n", host=host, digest="a" * 64)
            case FindClaim():
                if isinstance(self.page, FolkmootError):
                    raise self.page
                return self.page
            case DecideClaim(answer=answer, threads=threads):
                if self.refuses is not None:
                    raise self.refuses
                self.decided.append(request)
                until = NOW + timedelta(days=7)
                is_taken, is_named = answer is ClaimAnswer.TAKEN, answer is ClaimAnswer.NAMED
                return ClaimResult(
                    answer=answer,
                    threads=threads,
                    erase_at=until if is_taken else None,
                    invited_until=until if is_named else None,
                )
        raise AssertionError(request)


def a_profile(name: str, **more: Any) -> Profile:
    """Return a profile of this device that has a key."""
    given = {
        "name": name,
        "url": "bbs://old.example:7000",
        "handle": name,
        "member": ANA,
        "session": uid(1),
        "token": "t" * 43,
        "key_private": to_base64url(b"\x07" * 32),
        "host": "old.example:7000",
        **more,
    }
    profile = Profile(**given)
    save_profile(profile)
    return profile


def visiting(session: Session, there: Elsewhere) -> FolkmootApp:
    """Return the client of ana, whose links lead elsewhere."""
    session.online = True
    session.knock = there.knock
    return an_app(session)


async def to_sheet(pilot: Pilot[None], *keys: str) -> None:
    """Press keys that open the sheet of a claim, and wait until it is there, or a note says why not.

    The device's own copy is read on a thread, which a busy machine lets wait.
    """
    app = cast("FolkmootApp", pilot.app)
    await into(pilot, *keys)
    for _ in range(40):
        if "not mine" in screen_text(app) or notes(app):
            return
        await into(pilot)


def words(app: FolkmootApp) -> str:
    """Return what is on the screen, without its line breaks."""
    return " ".join(screen_text(app).split())


async def test_the_sheet_says_all_of_it_at_once(session: Session) -> None:
    """At 80x24: where it came from, the pin, how much, and four answers with what follows (31.4)."""
    a_profile("old", server_key="A" * 43)
    app = visiting(session, there := Elsewhere(a_claim("Herons.", "Bitterns.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        shown = words(app)
        assert "garden came from moot.example." in shown
        assert "Your key claims 2 posts in 1 thread." in shown
        assert "This device has no copy of 2 of them to compare with." in shown
        for says in (
            "1 my name here: your name stands on them once you are a member there.",
            "2 still nameless: no name stands on them, and nobody else can claim them.",
            "3 taken back: hidden at once, erased in 7 days;",
            "4 not mine: your key claims them no more",
            "With 1 you get a code to join there with, and a seat is kept for you, for 90 days;",
        ):
            assert says in shown
        await into(pilot, "escape")
        assert not there.decided
    assert there.opened == [("bbs://new.example:7000/", None)]


async def test_what_differs_is_named_by_its_address(session: Session) -> None:
    """The old profile's mirror is the claimant's own copy; hostile words act on nothing (31.4, P13)."""
    folder = mirror_path(a_profile("old")).parent
    folder.mkdir(parents=True)
    before = a_session(folder)
    before.cache.close()
    before.outbox.close()
    page = a_claim(*(f"Theirs {number}." for number in range(1, 9)), host=EVIL)
    app = visiting(session, Elsewhere(page))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        shown = words(app)
        assert "differ from your own copy:" in shown
        assert "garden/1/1: " in shown
        assert "3 more; bbs claim LINK --dry-run lists all" in shown
        assert "4 not mine:" in shown
        assert not set("\x1b\u202e") & set(screen_text(app))


async def test_a_name_needs_a_code_elsewhere(session: Session) -> None:
    """The next step is a line to join by, which c copies; the code is in no request (31.5)."""
    a_profile("old")
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        await into(pilot, "1", "y")
        [decided] = there.decided
        shown = words(app)
        assert "Decided for 1 post: my name here." in shown
        assert "bbs join 'bbs://new.example:7000/#" in shown
        assert "until 9 Mar" in shown
        assert decided.code_hash is not None
        assert decided.code_hash not in shown
        assert "It is copied; c copies it again." in shown
        assert app.clipboard.startswith("bbs join 'bbs://new.example:7000/#")


async def test_taking_back_is_asked_once_more(session: Session) -> None:
    """A no goes back to the sheet; a yes says when they are erased and how that is stopped (31.6)."""
    a_profile("old")
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        await into(pilot, "3")
        assert "Decide so: taken back?" in words(app)
        await into(pilot, "n")
        assert not there.decided
        assert "1 my name here" in words(app)
        await into(pilot, "3", "y")
        assert [each.answer for each in there.decided] == [ClaimAnswer.TAKEN]
        assert "They are hidden, and erased for good on 9 Mar." in words(app)
        assert "claim again and answer 2" in words(app)


@pytest.mark.parametrize("way", [("j", "f6"), ("j", "S", "c")])
async def test_a_member_there_gets_the_name_at_once(session: Session, way: tuple[str, ...]) -> None:
    """On a board that was unpacked here no link is typed, and no code is shown (31.5)."""
    a_profile("old")
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    answers = connection_of(app).answers
    answers[ListOldActs] = OldActPage(acts=(), origin=ORIGIN)
    answers[RedeemClaim] = RedeemedClaim(board=GARDEN, threads=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *way)
        assert "With 1 they get the name of @ana, and a seat is offered." in words(app)
        await into(pilot, "1", "y")
        assert "They get the name of @ana" in words(app)
        assert "bbs join" not in words(app)
        [redeemed] = [one for one in connection_of(app).asked if isinstance(one, RedeemClaim)]
        hashed = hashlib.sha256(redeemed.code.encode()).hexdigest()
        assert hashed == there.decided[0].code_hash
    assert there.opened[0][0].rstrip("/") == connection_of(app).profile.url


async def test_of_several_keys_one_is_chosen(session: Session) -> None:
    """The device's profiles with a key are listed, with handle and host; a link is asked for (31.4)."""
    a_profile("old")
    a_profile("older", host="oldest.example", key_private=to_base64url(b"\x08" * 32))
    a_profile("keyless", key_private=None)
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0", "f6")
        assert "bbs://host:port/garden#claim" in words(app)
        await into(pilot, *LINK, "ctrl+s")
        shown = words(app)
        assert "@old on old.example:7000" in shown
        assert "@older on oldest.example" in shown
        assert "keyless" not in shown
        await to_sheet(pilot, "j", "enter")
        assert "Your key claims 1 post in 1 thread." in words(app)
        await into(pilot, "2", "y")
    assert [each.answer for each in there.decided] == [ClaimAnswer.NAMELESS]


@pytest.mark.parametrize(
    ("link", "page", "says"),
    [
        (LINK, ClaimFailed(), "This key claims nothing there."),
        (LINK, Disconnected("gone"), "The server of the link does not answer"),
        ("bbs://new.example:7000#abc", ClaimFailed(), "it looks like bbs://host:port/garden#claim"),
    ],
)
async def test_what_cannot_be_is_one_sentence(
    session: Session, link: str, page: FolkmootError, says: str
) -> None:
    """A wrong link, a key that fits nothing, and a server that is gone: a note each."""
    a_profile("old")
    app = visiting(session, Elsewhere(page))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {link}", "enter")
        assert says in notes(app) or says in words(app)


async def test_without_an_old_key_nothing_is_asked(session: Session) -> None:
    """A device that has no key of an old server is told so, and connects to nothing."""
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        assert "No profile on this device has a key" in notes(app)
    assert there.opened == []


async def test_what_was_decided_by_another_key_is_told(session: Session) -> None:
    """The server's refusal is shown, and nothing else happens (31.4)."""
    a_profile("old")
    app = visiting(session, there := Elsewhere(a_claim("Herons.")))
    there.refuses = ClaimDecided(state=ClaimState.NAMED, thread=TOMATOES)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sheet(pilot, *f":claim {LINK}", "enter")
        await into(pilot, "2", "y")
        assert "decided about already" in notes(app) or "decided about already" in words(app)


ORIGIN = BoardOrigin(
    digest="3fa9" * 16, pack_kind=PackKind.SERVER, host="moot.example", key="A" * 43, opened_at=NOW
)

"""Vouching on the screen, and the claims that the sysop's desk counts (protocol 31.7, 31.8)."""

from datetime import timedelta

from bbs.features.packs.claim_messages import (
    ClaimsResult,
    GetClaims,
    ListVouchings,
    ObjectToVouching,
    Vouch,
    VouchingList,
    VouchingResult,
)
from bbs.features.packs.claim_views import ClaimCounts, ClaimState, Vouching, VouchingState
from bbs.features.packs.unpack_messages import ListOldActs, OldActPage
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into
from tests.client.app.sample import ANA, BEN, CELLAR, CLEO, GARDEN, NOW, RAIN, an_app, uid
from tests.client.app.test_claiming import ORIGIN, words
from tests.client.tui.test_table import in_office

VOUCHING = Vouching(
    id=uid(900),
    board=GARDEN,
    handle="wren",
    host="moot.example",
    member=BEN,
    by=(CLEO, ANA),
    state=VouchingState.ANNOUNCED,
    until=NOW + timedelta(days=14),
)


def with_vouchings(session: Session) -> FolkmootApp:
    """Return the client of ana, on whose garden two vouched for ben."""
    session.online = True
    app = an_app(session)
    answers = connection_of(app).answers
    answers[ListOldActs] = OldActPage(acts=(), origin=ORIGIN)
    answers[ListVouchings] = VouchingList(vouchings=(VOUCHING,))
    answers[Vouch] = answers[ObjectToVouching] = VouchingResult(vouching=VOUCHING)
    return app


async def test_the_boards_page_says_that_words_wait(session: Session) -> None:
    """It names the keys, and who vouched for whom until when (31.7)."""
    app = with_vouchings(session)
    async with app.run_test(size=(80, 30)) as pilot:
        await into(pilot, "j", "S")
        shown = words(app)
        assert "Old words here wait for their authors: c claims yours" in shown
        assert "wren of moot.example: announced until 2026-03-16." in shown
        assert "@cleo and @ana vouched that these are @ben." in shown
        await into(pilot, "v")
        assert "Whose old words on Garden are" in words(app)


async def test_an_announced_vouching_is_objected_to(session: Session) -> None:
    """2 asks once, and ends it; vouching names the old name and the member (31.7)."""
    app = with_vouchings(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "f10", "2", "y")
        sent = connection_of(app).asked
        [objected] = [one for one in sent if isinstance(one, ObjectToVouching)]
        assert (objected.board, objected.vouching) == (GARDEN, VOUCHING.id)
        await into(pilot, "1", *"ana@moot.example", "tab", *"@ben", "ctrl+s")
        [vouched] = [one for one in sent if isinstance(one, Vouch)]
        assert (vouched.handle, vouched.host, vouched.member) == ("ana", "moot.example", BEN)


async def test_the_sysops_desk_counts_claims_and_names_nobody(session: Session) -> None:
    """What waits or is disputed, board by board; for the sysop alone (31.8)."""
    in_office(session)
    app = an_app(session)
    counts = ClaimCounts(
        board=GARDEN,
        slug="garden",
        threads={ClaimState.TAKING: 2, ClaimState.DISPUTED: 1},
        disputed=(RAIN,),
    )
    still = ClaimCounts(board=CELLAR, slug="cellar", threads={ClaimState.NAMED: 4})
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[GetClaims] = ClaimsResult(claims=(counts, still))
        await into(pilot, "d")
        shown = words(app)
        assert "Claims on garden" in shown
        assert "2 threads: taken back, erased within 7 days" in shown
        assert "two keys of an author answered differently" in shown
        assert "cellar" not in shown

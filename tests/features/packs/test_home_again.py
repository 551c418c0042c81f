"""What is here of a board that comes home, at the first attempt and at the second."""

from datetime import timedelta
from pathlib import Path

from bbs.clock import instant
from bbs.features.boards.messages import GetBoard, OpenBoard
from bbs.features.moderation.tending_messages import LockThread
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs import move_limits
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.last_messages import GiveReceipt
from bbs.features.packs.move_messages import BringReceipt
from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from bbs.features.reading.messages import MarkPosts
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListThreads, Thank, WithdrawPost
from bbs.ids import new_id
from bbs.refusals import NameTaken
from tests.features.packs.gardens import Garden
from tests.features.packs.test_coming_home import Home, home, moved_away  # noqa: F401 - a fixture
from tests.support.moot import NORMS, open_moot
from tests.support.packing import pack_of
from tests.support.talk import write
from tests.support.unpacked import JOBS, pack_id, unpack


async def test_what_ended_here_stays_ended_when_it_comes_again(home: Home) -> None:  # noqa: F811 - the fixture
    """Its rows went as it came the first time; stopped and sent again, the pack brings no word that its
    author took back here, and once it is open no note of that is left (protocol 30.11, P10)."""
    of_ana = home.there.old.of_ana
    await home.ready()
    await home.there.old.ana.ask(WithdrawPost(post=of_ana.post))
    data = await home.back.unpacked()
    await home.here.sysop.ask(StopUnpacking(pack=pack_id(data), not_handed_over=True))
    await home.here.do_jobs(*JOBS)
    await home.come()
    await home.here.do_jobs(*JOBS)
    bodies = await home.back.bodies()
    assert bodies[of_ana.post] is None
    assert bodies[home.there.old.of_bo.post] == "Beans."
    left = "SELECT (SELECT count(*) FROM texts WHERE body = 'Peas.'), (SELECT count(*) FROM ended_at_home)"
    assert await home.here.read(lambda tx: tx.fetch_one(left)) == (0, 0)


async def test_what_was_said_of_its_threads_stays(garden: Garden, tmp_path: Path) -> None:
    """Thanked for, marked as read, locked for longer than it was away, and with a post that a moderator
    hid: it comes home all the same, also at the second attempt; the lock holds (protocol 30.11)."""
    of_ana, sysop = garden.of_ana, garden.moot.sysop
    await garden.bo.ask(Thank(post=of_ana.post))
    await garden.bo.ask(MarkPosts(thread=of_ana.thread, first=1, last=1))
    until = instant(garden.moot.clock()) + timedelta(days=80)
    await sysop.ask(LockThread(thread=of_ana.thread, until=until, reason="It is too hot."))
    hidden = await write(garden.ana, garden.of_bo.thread, "A rude word.")
    await sysop.ask(HidePost(post=hidden, norm=1, reason="It is rude."))
    async with open_moot(tmp_path / "new", garden.moot.clock) as new:
        home = await moved_away(garden, new)
        await home.ready()
        data = await home.back.unpacked()
        await home.here.sysop.ask(StopUnpacking(pack=pack_id(data), not_handed_over=True))
        await home.here.do_jobs(*JOBS)
        await home.come()
        bodies = await home.back.bodies()
        assert bodies.pop(hidden) is None
        assert set(bodies.values()) == {"Peas.", "Beans.", "Written away."}
        threads = (await home.back.reader.ask(ListThreads(board=home.board))).threads
        assert len(threads) == 3
        locked = "SELECT thread FROM restrictions WHERE kind = 'locked'"
        assert await home.here.read(lambda tx: tx.fetch_value(locked)) == of_ana.thread


async def test_words_that_their_author_takes_along_meanwhile_do_not_come(home: Home) -> None:  # noqa: F811 - the fixture
    """Who leaves the board here with their words while it is away, and has days to come back to it, finds
    none of them shown when it comes home, and no text of them is left (protocol 28, 30.11, P9)."""
    of_ana = home.there.old.of_ana
    await home.ready()
    await home.there.old.ana.ask(Leave(board=home.board, words=LeaveWords.TAKEN))
    await home.come()
    bodies = await home.back.bodies()
    assert bodies[of_ana.post] is None
    assert bodies[home.there.old.of_bo.post] == "Beans."
    left = "SELECT count(*) FROM texts WHERE body = 'Peas.'"
    assert await home.here.read(lambda tx: tx.fetch_value(left)) == 0


async def test_who_became_a_former_member_meanwhile_comes_without_a_name(
    garden: Garden, tmp_path: Path
) -> None:
    """Their words went away under their name, and they left the board here while it was away: it comes
    home with the words, and nobody's name is stored for them (protocol 28, 30.11, P9)."""
    await garden.ana.ask(SetConsent(board=garden.board, consent=PackConsent.NAMED))
    async with open_moot(tmp_path / "new", garden.moot.clock) as new:
        home = await moved_away(garden, new)
        await home.ready()
        await home.there.old.ana.ask(Leave(board=home.board, words=LeaveWords.FORMER))
        await home.come()
        assert "Peas." in (await home.back.bodies()).values()
        names = "SELECT count(*) FROM imported_authors i JOIN texts t ON t.id = i.name_text"
        assert await home.here.read(lambda tx: tx.fetch_value(names)) == 0
        assert b"ana of" not in await pack_of(home.here.sysop, home.board)


async def test_the_name_it_is_given_waits_for_it(home: Home) -> None:  # noqa: F811 - the fixture
    """It is to come home under another name than it had: from the first row on no board takes that name,
    for the last page could not open it otherwise, and its words would be read nowhere (protocol 30.11)."""
    await home.back.announce(slug="herbs")
    await home.pass_days(move_limits.MOVE_DAYS)
    data = await pack_of(home.back.old.moot.sysop, home.board)
    done = await unpack(home.here, data, "herbs", board=home.board, moved=True)
    assert done.state is UnpackState.WHOLE
    other = OpenBoard(board=new_id(), slug="herbs", title="Herbs", charter="Ours.", norms=NORMS)
    taken = await home.here.sysop.refused(other)
    assert isinstance(taken, NameTaken)
    receipt = (await home.here.sysop.ask(GiveReceipt(slug="herbs"))).receipt
    await home.back.old.moot.sysop.ask(BringReceipt(board=home.board, receipt=receipt))
    assert (await home.back.bring(await home.back.last_list())).is_open
    shown = (await home.back.reader.ask(GetBoard(board=home.board))).board
    assert shown.slug == "herbs"

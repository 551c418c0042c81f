"""A pack holds what every reader of a board sees, and no more, and its server signs it (protocol 29)."""

import io
from pathlib import Path

from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import AmendNorms, Clause
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.messages import ReadPack, SignPack
from bbs.features.packs.places import PlaceFinder
from bbs.features.packs.tags import author_tags
from bbs.features.packs.views import (
    PackAct,
    PackAuthor,
    PackCheck,
    PackHeading,
    PackNorms,
    PackPost,
    PackSettings,
    PackSignature,
    PackState,
    PackThread,
)
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import (
    EditPost,
    ImportPosts,
    Say,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.tending_messages import MergeThread, MoveThread, PinThread
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, BoardId, new_id
from bbs.pack_refusals import NotPacked, PackChanged
from bbs.refusals import NotAllowed, NotFound
from bbs.wire.pack_reader import check_pack
from tests.support.founded import open_founded
from tests.support.letters import letter_between
from tests.support.moot import Line, Moot
from tests.support.packing import authors_in, lines_of, pack_of, posts_in, read
from tests.support.talk import seated, start, write

WHY = "It keeps the board readable"


async def test_a_board_is_packed_and_signed(moot: Moot, board: BoardId, ana: Line) -> None:
    """Heading, settings, norms, threads with authors and posts, acts, a check, a signature (29.4)."""
    begun = await start(ana, board, "They climb.", "Beans")
    await write(moot.sysop, begun.thread, "So they do.", begun.post)
    await moot.sysop.ask(PinThread(thread=begun.thread, reason=WHY))
    lines = read(await pack_of(moot.sysop, board))
    kinds = [type(line) for line in lines]
    assert kinds == [
        *(PackHeading, PackSettings, PackNorms, PackThread, PackAuthor, PackAuthor),
        *(PackPost, PackPost, PackAct, PackCheck, PackSignature),
    ]
    heading, settings, thread = lines[0], lines[1], lines[3]
    assert isinstance(heading, PackHeading)
    assert [home.slug for home in heading.homes] == ["garden"]
    assert isinstance(settings, PackSettings)
    assert (settings.settings.title, len(settings.moderators)) == ("Garden", 1)
    assert isinstance(thread, PackThread)
    assert (thread.title, thread.pinned, thread.author) == ("Beans", True, 0)
    posts = posts_in(lines)
    assert posts[1, 1].body == "They climb."
    assert (posts[1, 2].parent, posts[1, 2].author) == (1, 1)
    acts = [line for line in lines if isinstance(line, PackAct)]
    assert [word.body for word in acts[-1].words] == [WHY]


async def test_packing_twice_gives_the_same_lines(moot: Moot, board: BoardId, ana: Line) -> None:
    """Nothing above the signatures tells when a board was packed, nor do the acts of packing (29.4)."""
    await start(ana, board)
    first = await pack_of(moot.sysop, board)
    moot.clock.jump(seconds=3_600)
    second = await pack_of(moot.sysop, board)
    assert first.splitlines()[:-1] == second.splitlines()[:-1]
    assert first != second


async def test_any_place_goes_on_from_there(moot: Moot, board: BoardId, ana: Line) -> None:
    """Reading goes on behind any line of a file, and gives the rest as it was (29.8)."""
    for title in ("One", "Two"):
        begun = await start(ana, board, title, title)
        await write(moot.sysop, begun.thread, "An answer", begun.post)
    every = await lines_of(moot.sysop, board)
    finder = PlaceFinder()
    for number, line in enumerate(read(await pack_of(moot.sysop, board))[: len(every)], 1):
        page = await moot.sysop.ask(ReadPack(board=board, after=finder.take(line)))
        assert [bytes(each) + b"\n" for each in page.lines] == every[number:]


async def test_each_author_is_named_as_they_said(moot: Moot, board: BoardId, ana: Line) -> None:
    """A name stands with its owner's consent alone; who is left out has a marker that names nobody (29.5)."""
    ben, cid = await seated(moot, "ben", board), await seated(moot, "cid", board)
    begun = await start(ana, board, "They climb", "Beans")
    await write(ben, begun.thread, "So they do", begun.post)
    await write(cid, begun.thread, "A secret of cid", begun.post)
    of_cid = await start(cid, board, "Another secret", "A secret title")
    await ana.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    await cid.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    pack = await pack_of(moot.sysop, board)
    lines = read(pack)
    authors = authors_in(lines)
    assert {key: (each.handle, each.name) for key, each in authors.items()} == {
        (1, 0): ("ana", "Ana"),
        (1, 1): (None, None),
    }
    hashes = await moot.read(
        lambda tx: moot.running.dispatcher.table.readers.claim_hashes(tx, [ana.id, ben.id, cid.id])
    )
    assert authors[1, 0].tags == author_tags(hashes[ana.id], begun.thread)
    assert authors[1, 1].tags == author_tags(hashes[ben.id], begun.thread)
    posts = posts_in(lines)
    assert (posts[1, 3].state, posts[1, 3].author) == (PackState.LEFT_OUT, None)
    assert posts[2, 1].body is None
    for word in (b"secret", cid.id.encode(), ben.id.encode(), b"cid", b"Cid", b"ben", b"Ben"):
        assert word not in pack, word
    tags = [
        tag
        for thread in (begun.thread, of_cid.thread)
        for tag in author_tags(hashes[cid.id], thread)
    ]
    assert not any(tag.encode() in pack for tag in tags)


async def test_only_what_readers_see_is_packed(moot: Moot, board: BoardId, ana: Line) -> None:
    """No word that was hidden, withdrawn, held or reworded, said in the lounge or in a letter (29.5, P10)."""
    begun = await start(ana, board, "It stays", "Beans")
    withdrawn = await write(ana, begun.thread, "canary-withdrawn")
    await ana.ask(WithdrawPost(post=withdrawn))
    hidden = await write(ana, begun.thread, "canary-hidden")
    await moot.sysop.ask(HidePost(post=hidden, norm=1, reason=WHY))
    edited = await write(ana, begun.thread, "canary-before")
    await ana.ask(EditPost(post=edited, body="After"))
    reported = await write(ana, begun.thread, "It is judged")
    ben = await seated(moot, "ben", board)
    await ben.ask(ReportPost(report=new_id(), post=reported, norm=1, words="canary-report"))
    await ana.ask(Say(line=new_id(), board=board, body="canary-line"))
    other = await moot.board(moot.sysop, "other")
    await start(moot.sysop, other, "canary-other", "canary-other")
    letter = await letter_between(moot, ana, ben)
    await ana.ask(WritePost(thread=letter.thread, post=new_id(), body="canary-letter"))
    await moot.sysop.ask(ConfigureBoard(board=board, hold_s=600))
    await ana.ask(WritePost(thread=begun.thread, post=new_id(), body="canary-held"))
    pack = await pack_of(moot.sysop, board)
    assert b"canary" not in pack
    states = {number: post.state for (_, number), post in posts_in(read(pack)).items()}
    assert states == {
        1: PackState.PUBLISHED,
        2: PackState.WITHDRAWN,
        3: PackState.HIDDEN,
        4: PackState.PUBLISHED,
        5: PackState.PUBLISHED,
    }


async def test_what_moved_and_faded_is_a_marker(moot: Moot, board: BoardId, ana: Line) -> None:
    """Threads that were merged lead on within the board; one that left it leads nowhere (29.5)."""
    one, two, gone = await start(ana, board), await start(ana, board), await start(ana, board)
    other = await moot.board(moot.sysop, "other")
    await moot.sysop.ask(MergeThread(thread=one.thread, into=two.thread, reason=WHY))
    await moot.sysop.ask(
        MoveThread(thread=gone.thread, to_board=other, becomes=new_id(), reason=WHY)
    )
    short = await moot.board(moot.sysop, "short", retention_days=1)
    late = await start(moot.sysop, short, "It fades")
    moot.clock.jump(seconds=DAY_MS / 1_000 + 1)
    lines = read(await pack_of(moot.sysop, board))
    threads = {line.id: line for line in lines if isinstance(line, PackThread)}
    assert threads[one.thread].moved_to == two.thread
    assert (threads[gone.thread].state, threads[gone.thread].moved_to) == (PackState.MOVED, None)
    pack = await pack_of(moot.sysop, short)
    assert b"It fades" not in pack
    [(_, faded)] = posts_in(read(pack)).items()
    assert (faded.id, faded.state, faded.fades_at) == (late.post, PackState.FADED, None)


async def test_mails_keep_the_names_that_came_with_them(moot: Moot, board: BoardId) -> None:
    """The author of a mail has the name of the mail and no claim tags, while any words of it are shown (29.5)."""
    thread, first = new_id(), new_id()
    mails = (
        Mail(id=first, thread=thread, title="Peas", author="Old Bo", at=instant(DAY_MS), body="Hm"),
        Mail(
            id=new_id(),
            thread=thread,
            parent=first,
            title="Other peas",
            author="Cy",
            at=instant(2 * DAY_MS),
            body="",
        ),
    )
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    lines = read(await pack_of(moot.sysop, board))
    assert [(each.name, each.tags) for each in authors_in(lines).values()] == [
        ("Old Bo", ()),
        ("Cy", ()),
    ]
    posts = posts_in(lines)
    assert posts[1, 2].imported
    assert (posts[1, 2].subject, posts[1, 2].body) == ("Other peas", "")


async def test_norms_come_in_all_versions(moot: Moot, board: BoardId) -> None:
    """All versions of the norms are packed, with the reasons of their changes (29.4)."""
    amended = (Clause(text="Be kinder.", why="We stay longer."),)
    await moot.sysop.ask(AmendNorms(board=board, norms=amended, reason="It was too short"))
    norms = [line for line in read(await pack_of(moot.sysop, board)) if isinstance(line, PackNorms)]
    assert [each.version for each in norms] == [1, 2]
    assert (norms[1].clauses, norms[1].reason) == (amended, "It was too short")


async def test_a_log_that_names_offices_is_sealed(moot: Moot, board: BoardId, ana: Line) -> None:
    """Where the log names an office, the pack does too, and the chain goes on behind it (29.5, P8)."""
    await moot.sysop.ask(ConfigureBoard(board=board, log_by_office=True))
    begun = await start(ana, board)
    await moot.sysop.ask(PinThread(thread=begun.thread, reason=WHY))
    await moot.sysop.ask(ConfigureBoard(board=board, log_by_office=False))
    pack = await pack_of(moot.sysop, board)
    acts = [line for line in read(pack) if isinstance(line, PackAct)]
    sealed = [act for act in acts if act.is_sealed]
    assert sealed
    assert all(moot.sysop.id.encode() not in bytes(act.data) + bytes(act.author) for act in sealed)


async def test_a_changed_board_is_not_signed(moot: Moot, board: BoardId, ana: Line) -> None:
    """The server signs only lines that it reads itself (29.8)."""
    await start(ana, board)
    summary = check_pack(io.BytesIO(await pack_of(moot.sysop, board)))
    sign = SignPack(board=board, digest=summary.digest, lines=summary.lines)
    await moot.sysop.ask(sign)
    await start(ana, board)
    assert isinstance(await moot.sysop.refused(sign), PackChanged)
    forged = SignPack(board=board, digest="ab" * 32, lines=summary.lines + 4)
    assert isinstance(await moot.sysop.refused(forged), PackChanged)


async def test_who_may_pack(moot: Moot, board: BoardId, ana: Line) -> None:
    """The board's moderators pack it, and the sysop what they may read; letters and the commons nobody (29.8)."""
    assert isinstance(await ana.refused(ReadPack(board=board)), NotAllowed)
    ben, cid = await seated(moot, "ben", board), await seated(moot, "cid", board)
    private = await moot.board(moot.sysop, "private", visibility="private")
    assert isinstance(await ana.refused(ReadPack(board=private)), NotFound)
    assert isinstance(await moot.sysop.refused(ReadPack(board=COMMONS)), NotPacked)
    letter = await letter_between(moot, ben, cid)
    assert isinstance(await ben.refused(ReadPack(board=letter.id)), NotAllowed | NotFound)


async def test_signing_is_logged(moot: Moot, board: BoardId) -> None:
    """A signed pack is an act of office, with its digest and number of lines (P8, 29.8)."""
    summary = check_pack(io.BytesIO(await pack_of(moot.sysop, board)))
    [last, *_] = (await moot.sysop.ask(GetLog(board=board))).acts
    assert last.method == "packs.sign"
    assert {each.field: each.after for each in last.changes} == {
        "digest": summary.digest,
        "lines": summary.lines,
    }


async def test_a_large_thread_is_cut_anywhere(tmp_path: Path) -> None:
    """Pages are cut by bytes, also within a thread, and together are the whole (29.8)."""
    async with open_founded(tmp_path / "data") as moot:
        board = await moot.board(moot.sysop, "garden")
        begun = await start(moot.sysop, board, "x" * 7_000)
        for number in range(90):
            moot.clock.jump(seconds=60)
            await write(moot.sysop, begun.thread, f"{number} " + "y" * 7_000)
        page = await moot.sysop.ask(ReadPack(board=board))
        assert page.next_after is not None
        assert page.next_after.startswith("post:1:")
        assert len(posts_in(read(await pack_of(moot.sysop, board)))) == 91

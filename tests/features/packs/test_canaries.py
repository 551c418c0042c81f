"""No byte that leaves with a board, or that comes to stand elsewhere, holds what was not to go (P10, 29.5)."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.cases.messages import ListCases, NoteInCase
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.members.messages import ChangeName
from bbs.features.moderation.views import RestrictionKind
from bbs.features.packs.consent_messages import GetClaimList, PackConsent, SetConsent
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.reading.messages import SavePost
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import EditPost, Say, WithdrawPost, WritePost
from bbs.ids import BoardId, new_id
from tests.support.kept import bytes_in
from tests.support.letters import letter_between
from tests.support.moot import Line, Moot, open_moot
from tests.support.packing import pack_of
from tests.support.restricting import restricted
from tests.support.talk import seated, start, write
from tests.support.unpacked import unpack

WHY = "It keeps the board readable"
CANARY = b"canary"
PLANTED = (
    *("left-out", "title", "hidden", "report", "evidence", "second-report", "note", "line"),
    *("other", "letter", "held"),
)


class People(NamedTuple):
    """Who wrote on the board: ana with her name, ben without, cid not at all."""

    ana: Line
    ben: Line
    cid: Line

    @property
    def forbidden(self) -> tuple[bytes, ...]:
        """Words that may stand nowhere: every canary holds the first, and no id of a member is public."""
        ids = (each.id.encode() for each in self)
        return (CANARY, b"benjamin", b"Benjamin", b"cidonia", b"Cidonia", *ids)


async def _choose(ana: Line, ben: Line, cid: Line, board: BoardId) -> None:
    await ana.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    await cid.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    for line, name in ((ben, "Benjamin of the Dale"), (cid, "Cidonia of the Hill")):
        await line.ask(ChangeName(name=name))


async def _end_words(moot: Moot, board: BoardId, people: People) -> None:
    """Write words that stay, and words that are left out, end, are hidden, or are worded anew."""
    ana, ben, cid = people
    begun = await start(ana, board, "It stays", "Beans")
    await write(ben, begun.thread, "So it does", begun.post)
    await write(cid, begun.thread, "canary-left-out")
    await start(cid, board, "canary-left-out", "canary-title")
    await ana.ask(WithdrawPost(post=await write(ana, begun.thread, "canary-withdrawn")))
    hidden = await write(ben, begun.thread, "canary-hidden")
    await moot.sysop.ask(HidePost(post=hidden, norm=1, reason=WHY))
    edited = await write(ben, begun.thread, "canary-before")
    await ben.ask(EditPost(post=edited, body="After"))
    await ana.ask(SavePost(post=edited, saved=True))
    await restricted(moot, RestrictionKind.SILENCED, board, cid)


async def _say_elsewhere(moot: Moot, board: BoardId, people: People) -> None:
    """Speak in the lounge, in a letter and on another board, report, and judge; write what is held."""
    ana, ben, _ = people
    begun = await start(ben, board, "It is judged", "Peas")
    for post, words in (
        (begun.post, "canary-report"),
        (await write(ana, begun.thread, "canary-evidence"), "canary-second-report"),
    ):
        reporter = ana if post == begun.post else ben
        await reporter.ask(ReportPost(report=new_id(), post=post, norm=1, words=words))
        if reporter is ben:
            await ana.ask(WithdrawPost(post=post))
    for case in (await moot.sysop.ask(ListCases(board=board))).cases:
        await moot.sysop.ask(NoteInCase(case=case.id, text="canary-note"))
    await ana.ask(Say(line=new_id(), board=board, body="canary-line"))
    await start(moot.sysop, await moot.board(moot.sysop, "other"), "canary-other", "canary-other")
    letter = await letter_between(moot, ana, ben)
    assert letter.thread is not None
    await ana.ask(WritePost(thread=letter.thread, post=new_id(), body="canary-letter"))
    await moot.sysop.ask(ConfigureBoard(board=board, hold_s=600))
    await ana.ask(WritePost(thread=begun.thread, post=new_id(), body="canary-held"))


def _backup(folder: Path, into: Path) -> bytes:
    """Return a copy of a database, as a backup makes it."""
    with closing(sqlite3.connect(folder / "folkmoot.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(into),))
    return into.read_bytes()


async def test_no_byte_of_a_pack_or_of_where_it_goes_has_a_canary(
    moot: Moot, board: BoardId, tmp_path: Path
) -> None:
    """Left out, withdrawn, hidden, held, worded anew, reported, copied, noted, said in the lounge, in a
    letter, on another board: neither the pack nor the claim list, and at the new server neither database,
    write-ahead log nor backup has it, nor a name or an id of who is nameless there (P10, 29.3, 29.5)."""
    people = People(*[await seated(moot, each, board) for each in ("ana", "benjamin", "cidonia")])
    await _choose(*people, board)
    await _end_words(moot, board, people)
    await _say_elsewhere(moot, board, people)
    planted = bytes_in(moot.folder)
    assert [word for word in PLANTED if f"canary-{word}".encode() not in planted] == []
    pack = await pack_of(moot.sysop, board)
    assert b"So it does" in pack
    assert b'"Ana"' in pack
    assert [word for word in people.forbidden if word in pack] == []
    listed = msgspec.json.encode(await people.ana.ask(GetClaimList(board=board)))
    assert [word for word in people.forbidden[:5] if word in listed] == []
    async with open_moot(tmp_path / "new") as new:
        assert (await unpack(new, pack, board=board)).state is UnpackState.OPEN
        while_running = bytes_in(new.folder)
        backup = _backup(new.folder, tmp_path / "backup.db")
    for found in (while_running, backup, bytes_in(tmp_path / "new")):
        assert b"So it does" in found
        assert [word for word in people.forbidden if word in found] == []

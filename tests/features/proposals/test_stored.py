"""Commands that wait are stored: what a release stored, later ones can read, or say that they cannot."""

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

import bbs
from bbs.clock import DAY_MS, instant, to_ms
from bbs.features.boards.end_messages import SetEnd
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import ConfigureBoard, GetBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, OfferSeat, TakeSeat, TakeUpOffice
from bbs.features.community.hand_over_messages import HandCommunityOver
from bbs.features.community.messages import AnnounceClosing, SetQuota
from bbs.features.members.about_messages import PurgeAbout, SetProfile
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.norms.messages import AmendNorms, Clause
from bbs.features.proposals.messages import (
    ListProposals,
    ProposalEnded,
    ProposalMoved,
    ProposalState,
)
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.hiding_messages import HideLine, HidePost
from bbs.features.threads.messages import Say
from bbs.features.threads.tending_messages import MoveThread
from bbs.gravity import CITES_JUDGEMENT, WHOLE
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Command
from bbs.refusals import CommandWaits
from bbs.streams import board_stream
from bbs.wire.registry import REQUESTS
from bbs_server.composition import make_table
from bbs_server.features.proposals import records, stored_commands
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from tests.features.proposals.motions import friends, moved, second
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write

CHANCE = SimpleNamespace(random_bytes=random.Random(7).randbytes)
KEPT = Path(__file__).with_name("stored_commands.json")
DATED = {"locked_down"}
"""Changes whose values are decided when they are carried out: no stored command says them."""
GRAVE = {
    (method, mark.field)
    for method, request in REQUESTS.items()
    if issubclass(request, Command)
    for mark in request.grave
}


async def _commands(moot: Moot, ana: Line, board: BoardId) -> list[Command[Any]]:
    """Return a grave command of each kind, on a board where ana sits as well."""
    thread, post = await start(ana, board, "some words")
    answer, line = await write(ana, thread), new_id()
    await ana.ask(Say(board=board, line=line, body="some words"))
    await ana.ask(SetProfile(text="some words"))
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    cellar = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=cellar, member=ana.id))
    await ana.ask(TakeSeat(board=cellar, norms_version=1))
    await start(ana, cellar, "some words")
    private = {"visibility": Visibility.PRIVATE, "retention_days": 30}
    loft = await moot.board(moot.sysop, "loft", **private)
    return [
        ArchiveBoard(board=cellar, reason="It is over"),
        ConfigureBoard(board=board, retention_days=1, title="Weeds"),
        ConfigureBoard(board=board, lounge_hours=1),
        ConfigureBoard(board=board, visibility=Visibility.MEMBERS),
        ConfigureBoard(board=board, seats=1),
        Appoint(board=board, member=ana.id, moderator=False),
        SetQuota(board=board, quota_bytes=1),
        AmendNorms(
            board=board,
            norms=(Clause(text="Be kind.", why="We meet.", example="Greet."),),
            reason="The old ones were long",
            if_version=1,
        ),
        AnnounceClosing(on=instant(moot.clock() + 40 * DAY_MS), reason="Nobody is left"),
        HandCommunityOver(heir=ana.id, backup_days=30, reason="I move to the sea"),
        HidePost(post=answer, norm=1, reason="It is not kind"),
        HideLine(line=line, norm=1, reason="It is not kind"),
        MoveThread(thread=thread, to_board=loft, becomes=new_id(), reason="It is about lofts"),
        Purge(post=post, law="StGB 130", reason="By order of the court"),
        PurgeAbout(member=ana.id, law="StGB 130", reason="By order of the court"),
        SetEnd(board=board, ends_at=instant(moot.clock() + 40 * DAY_MS), at_end=AtEnd.FORGET),
    ]


async def _stored(moot: Moot, tmp_path: Path) -> list[dict[str, Any]]:
    """Move a grave command of each kind and return how they are stored."""
    norms = (Clause(text="Be kind.", why="We meet.", judgement=True),)
    board = await moot.board(moot.sysop, "garden", visibility=Visibility.UNLISTED, norms=norms)
    ana = await seated(moot, "ana", board)
    for command in await _commands(moot, ana, board):
        assert isinstance(await moot.sysop.refused(command), CommandWaits), command
    await moot.change(lambda tx: tx.execute("DELETE FROM offices WHERE board = ?", board))
    assert isinstance(await ana.refused(TakeUpOffice(board=board)), CommandWaits)

    def read(tx: Tx) -> list[dict[str, Any]]:
        found = []
        for row in records.list_waiting(tx, 100):
            ids = msgspec.json.decode(row.texts, type=dict[str, str])
            words = texts.load_bodies(tx, ids.values())
            found.append(
                {
                    "version": row.version,
                    "method": row.method,
                    "grave": row.grave,
                    "command": json.loads(row.command),
                    "content": json.loads(row.content),
                    "words": {path: words[key] for path, key in ids.items()},
                }
            )
        return found

    return await moot.read(read)


def _row(tx: Tx, moot: Moot, entry: dict[str, Any]) -> ProposalRow:
    """Store the words of a kept entry and return its row."""
    ids = {path: texts.insert_text(tx, CHANCE, said) for path, said in entry["words"].items()}
    return ProposalRow(
        id="",
        board=COMMONS,
        number=1,
        method=entry["method"],
        version=entry["version"],
        command=json.dumps(entry["command"]),
        content=json.dumps(entry["content"]),
        texts=json.dumps(ids),
        grave=entry["grave"],
        same="",
        erases=0,
        mover="",
        office="",
        power="",
        sent="",
        way="",
        moved_at=0,
        until=0,
        epoch="",
    )


async def test_every_kind_of_every_release_can_be_read(moot: Moot, tmp_path: Path) -> None:
    """A file keeps one stored command of each grave kind and release; none is lost by an update."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    now = {
        (e["method"], f)
        for e in kept
        if e["version"] == bbs.__version__
        for f in e["grave"].split()
    }
    assert now == GRAVE, "keep a stored command of each new kind"
    for entry in kept:
        command, changes = await moot.change(
            lambda tx, entry=entry: stored_commands.load_command(tx, _row(tx, moot, entry))
        )
        assert command.method == entry["method"]
        counted = {mark.field for mark in command.grave if mark.counted}
        told = set(entry["grave"].split()) - {WHOLE, CITES_JUDGEMENT.field} - counted - DATED
        assert {change.field for change in changes} >= told
        said = {path: word for path, word in entry["words"].items() if path.startswith("command.")}
        found = {"command": msgspec.to_builtins(command)}
        assert all(_at(found, path.split(".")) == word for path, word in said.items())


def _at(place: Any, steps: list[str]) -> Any:
    """Return what stands at a path in plain data."""
    for step in steps:
        place = place[int(step)] if step.isdecimal() else place[step]
    return place


async def test_no_words_stand_in_the_row(moot: Moot, tmp_path: Path) -> None:
    """The words of a command that waits are texts, so that they can be erased (P10)."""
    for entry in await _stored(moot, tmp_path):
        for word in entry["words"].values():
            assert word not in json.dumps([entry["command"], entry["content"]])
    assert {path for entry in await _stored_words(moot) for path in entry} >= {
        "command.title",
        "command.reason",
        "command.law",
        "command.norms.0.example",
        "changes.0.said_before",
    }


async def _stored_words(moot: Moot) -> list[dict[str, str]]:
    return await moot.read(
        lambda tx: [json.loads(row.texts) for row in records.list_waiting(tx, 100)]
    )


def test_a_command_with_slow_work_cannot_wait() -> None:
    """What is prepared before a transaction cannot be stored: such a command has no grave mark."""
    table = make_table()
    slow = {request.method for request in table.prepares}
    assert not slow & {method for method, _ in GRAVE}


def test_every_word_of_a_grave_command_is_a_text() -> None:
    """A grave command names its fields of free text, each with a type of bounded words (P10)."""
    for method, _ in GRAVE:
        request = REQUESTS[method]
        assert issubclass(request, Command)
        fields = {path.partition(".")[0] for path in request.text_paths}
        assert fields <= set(request.__struct_fields__)


async def test_what_cannot_be_read_any_more_ends_and_says_so(moot: Moot) -> None:
    """At a start every stored command is read; what no longer can be is told as such."""
    ana = await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    await ana.listen(board_stream(board))
    await moot.sysop.refused(ConfigureBoard(board=board, retention_days=1))
    await moot.change(lambda tx: tx.execute("UPDATE proposals SET method = 'boards.gone'"))
    await moot.do_jobs("commands that wait")
    [told] = await ana.told(ProposalEnded)
    assert (told.proposal.state, told.proposal.why_not) == (ProposalState.COULD_NOT, "unreadable")


@pytest.mark.parametrize(
    "spoiled",
    ["""content = '{"thing":{"kind":"moon"}}'""", "texts = '[1]'", "state = 'unheard of'"],
)
async def test_one_that_cannot_be_read_stops_no_other(moot: Moot, spoiled: str) -> None:
    """Whatever is unreadable in one of them, those that end after it are carried out."""
    ana = await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    await moot.sysop.refused(ConfigureBoard(board=board, retention_days=1))
    await moot.change(lambda tx: tx.execute(f"UPDATE proposals SET {spoiled}"))
    await ana.ask(TakeSeat(board=(other := await moot.board(moot.sysop, "shed")), norms_version=1))
    moot.clock.jump(hours=1)
    await moot.sysop.refused(ConfigureBoard(board=other, retention_days=1))
    moot.clock.jump(days=1)
    await moot.do_jobs("commands that wait")
    assert (await ana.ask(GetBoard(board=other))).board.retention_days == 1


async def test_of_one_that_cannot_be_read_the_list_says_so(moot: Moot) -> None:
    """What it was to do is unreadable: it is listed still, and ends as `could_not` (protocol 15.7)."""
    ana = await seated(moot, "ana", board := await moot.board(moot.sysop, "garden"))
    await moot.sysop.refused(ConfigureBoard(board=board, retention_days=1))
    spoil = """UPDATE proposals SET content = '{"thing":{"kind":"moon"}}'"""
    await moot.change(lambda tx: tx.execute(spoil))
    [shown] = (await ana.ask(ListProposals(board=board))).proposals
    assert (shown.method, shown.changes) == ("boards.configure", ())
    await moot.do_jobs("commands that wait")
    [ended] = (await ana.ask(ListProposals(board=board, ended=True))).proposals
    assert (ended.state, ended.why_not) == (ProposalState.COULD_NOT, "unreadable")


async def test_after_a_restore_every_wait_begins_anew(moot: Moot) -> None:
    """In a new epoch the delay begins again, and what was said before does not count (P12)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.refused(ConfigureBoard(board=board, retention_days=1))
    moot.clock.jump(hours=20)
    await moot.change(lambda tx: tx.execute("UPDATE proposals SET epoch = 'the one before'"))
    await moot.do_jobs("commands that wait")
    moot.clock.jump(hours=20)
    await moot.do_jobs("commands that wait")
    [waits] = (await ana.ask(ListProposals(board=board))).proposals
    assert (waits.revision, waits.votes) == (2, ())
    moot.clock.jump(hours=4)
    await moot.do_jobs("commands that wait")
    assert (await ana.ask(ListProposals(board=board))).proposals == ()


async def test_a_word_after_a_restore_does_not_join_those_from_before(moot: Moot) -> None:
    """Whoever speaks before the timed work came round begins the wait anew as well (protocol 15.8)."""
    board, (ana, bo, cai) = await friends(moot, "ana", "bo", "cai")
    await ana.listen(board_stream(board))
    waits = await moved(moot.sysop, ConfigureBoard(board=board, retention_days=1))
    await ana.ask(second(ana, waits))
    await bo.ask(second(bo, waits))
    moot.clock.jump(hours=23)
    await moot.change(lambda tx: tx.execute("UPDATE proposals SET epoch = 'the one before'"))
    shown = (await cai.ask(second(cai, waits))).proposal
    assert (shown.state, shown.seconds) == (ProposalState.OPEN, 1)
    assert to_ms(shown.until) == moot.clock() + DAY_MS
    assert [told.proposal.seconds for told in await ana.told(ProposalMoved, 2)] == [0, 0]
    moot.clock.jump(hours=23)
    await moot.do_jobs("commands that wait")
    assert (await ana.ask(ListProposals(board=board))).proposals == (shown,)

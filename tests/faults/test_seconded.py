"""Killed at any write between somebody's agreement and what it carries out: done once (P12)."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from bbs.clock import DAY_MS
from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard, GetBoard, OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import Clause
from bbs.features.proposals.messages import ListProposals, ProposalState, SecondProposal
from bbs.ids import new_id
from bbs.refusals import CommandWaits
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.people import PASSWORD, Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


async def _waiting(folder: Path) -> tuple[ServerProcess, Person, SecondProposal]:
    """Return a community in which a member's word alone is missing, ended, and that word."""
    server = ServerProcess(folder)
    with server:
        await server.start()
        founder, ana = await move_in(server.url, server.invitation, 2)
        await server.end()
        with sqlite3.connect(server.data / DATABASE) as connection:
            # They have known one another for long.
            connection.execute("UPDATE members SET joined_at = joined_at - ?", (100 * DAY_MS,))
        connection.close()
        await server.start()
        board = new_id()
        async with line(server.url, founder) as community:
            await community.call(
                OpenBoard(board=board, slug="garden", title="G", charter="Plants.", norms=NORMS)
            )
            async with line(server.url, ana) as other:
                await other.call(TakeSeat(board=board, norms_version=1))
            with pytest.raises(CommandWaits) as waits:
                await community.call(ConfigureBoard(board=board, retention_days=1))
        await server.end()
    assert waits.value.proposal is not None
    word = SecondProposal(
        op=new_id(), board=board, proposal=waits.value.proposal, password=PASSWORD
    )
    return server, ana, word


async def test_killed_at_any_write_it_is_carried_out_once(tmp_path: Path, shim: Path) -> None:
    """From the first write on the disk stands still, then the server is killed: all of it or nothing.

    Said again, it is carried out, or known to have been: there is one act, whichever write it was.
    """
    (tmp_path / "model").mkdir()
    model, ana, word = await _waiting(tmp_path / "model")
    folder = tmp_path / "try"
    disk = FaultFs(shim, folder / "data", tmp_path)
    done = {False: 0, True: 0}
    calls = await _calls(model, ana, word, folder, disk)
    assert calls > 2
    every = range(1, calls + 1)
    for n in (*chance("seconded").sample(every, min(calls, rounds(3, calls))), 0):
        shutil.copytree(model.data, folder / "data")
        with ServerProcess(folder, program=disk.under(BBS)) as server:
            await server.start()
            async with line(server.url, ana) as community:
                disk.arm(n, HARMS["EIO"], lasting=True)
                answered = False
                with suppress(FolkmootError):
                    await community.call(word, retry=False)
                    answered = True
                server.kill()
                disk.disarm()
            await server.start()
            async with line(server.url, ana) as community:
                [found] = (await community.call(ListProposals(ended=True))).proposals
                is_done = found.state is ProposalState.CARRIED_OUT
                assert is_done or not answered
                board = (await community.call(GetBoard(board=word.board))).board
                assert board.retention_days == int(is_done)
                await community.call(word)
                log = await community.call(GetLog(board=word.board))
                assert [act.method for act in log.acts].count("boards.configure") == 1
                [found] = (await community.call(ListProposals(ended=True))).proposals
                assert found.state is ProposalState.CARRIED_OUT
            done[is_done] += 1
        shutil.rmtree(folder)
    print(f"of {calls} calls; done or not when it was killed: {done}")
    assert all(done.values())


async def _calls(
    model: ServerProcess, ana: Person, word: SecondProposal, folder: Path, disk: FaultFs
) -> int:
    """Return how many writes and syncs it takes where all goes well."""
    shutil.copytree(model.data, folder / "data")
    with ServerProcess(folder, program=disk.under(BBS)) as server:
        await server.start()
        async with line(server.url, ana) as community:
            disk.disarm()
            await community.call(word)
            calls = disk.seen
    shutil.rmtree(folder)
    return calls

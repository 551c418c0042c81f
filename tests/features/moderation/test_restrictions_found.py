"""What narrows somebody is found whole and once, on a board and on the commons (protocol 16)."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from bbs.features.moderation.views import Restriction
from bbs.features.moderation.views import RestrictionKind as Kind
from bbs.ids import COMMONS, BoardId
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import seated


def _found(
    ask: Callable[..., Sequence[Restriction]], board: BoardId, member: str | None, tx: Tx
) -> Sequence[Restriction]:
    return ask(tx, board, member)


@pytest.mark.parametrize("writes", [True, False])
async def test_each_is_found_once(moot: Moot, board: BoardId, ana: Line, writes: bool) -> None:
    """Of a board: what is about everybody or the member there and on the commons; of the commons alone:
    its own, each once; never what is about somebody else."""
    bo = await seated(moot, "bo", board)
    here, there = [
        {
            None: (await restricted(moot, Kind.PACED, where)).id,
            ana.id: (await restricted(moot, Kind.SLOWED, where, ana)).id,
            bo.id: (await restricted(moot, Kind.SLOWED, where, bo)).id,
        }
        for where in (board, COMMONS)
    ]
    look = moot.change if writes else moot.read
    found = moot.running.dispatcher.table.readers.restrictions_on
    for where, kept in ((board, (here, there)), (COMMONS, (there,))):
        for member in (None, ana.id, bo.id):
            ids = [each.id for each in await look(partial(_found, found, where, member))]
            wanted = [each[who] for each in kept for who in dict.fromkeys((None, member))]
            assert sorted(ids) == sorted(wanted)

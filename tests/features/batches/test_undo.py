"""What undoes a command brings everything back as it was, and the log is longer by both (P8, protocol 26)."""

from typing import Any

from bbs.messages import Command
from bbs_server.composition import make_table
from bbs_server.undoing import CannotComeBack
from tests.features.batches.items import (
    BY_SYSOP,
    BY_VERA,
    BY_WARDEN,
    House,
    Make,
    open_house,
)
from tests.features.batches.undoing import applied, count_acts, snapshot, what_undoes
from tests.support.moot import Line, Moot

UNDO = make_table().readers.undo


async def _comes_back(moot: Moot, house: House, line: Line, make: Make) -> type[Command[Any]]:
    """Do something and undo it; everything is as before, and each act of it is in the log."""
    done = await make(house)
    before, acts = await snapshot(moot), await count_acts(moot)
    act = await applied(moot, line, done)
    after, more = await snapshot(moot), await count_acts(moot)
    assert before != after, done
    undone = await what_undoes(moot, line, done, act)
    assert not isinstance(undone, CannotComeBack), (done, undone)
    assert {type(each) for each in undone} <= set(UNDO[type(done)].by)
    for each in undone:
        await applied(moot, line, each)
    assert await snapshot(moot) == before, done
    assert acts < more < await count_acts(moot)
    return type(done)


async def test_every_item_comes_back(moot: Moot) -> None:
    """Members, seats, restrictions, words, threads, settings and clauses are as they were (P8)."""
    house = await open_house(moot)
    found = {await _comes_back(moot, house, house.vera, make) for make in BY_VERA}
    found |= {await _comes_back(moot, house, moot.sysop, make) for make in BY_SYSOP}
    found |= {await _comes_back(moot, house, house.desk.warden, make) for make in BY_WARDEN}
    assert found == {command for command, said in UNDO.items() if said.by}

"""What letters cost those who are not in them: no more steps of the database (issue 17)."""

from collections.abc import Awaitable, Callable

from bbs.features.boards.messages import ListBoards
from bbs.features.letters.messages import ListLetters
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs_server.store.sqlite.writer import SqliteStore
from tests.bench.lettered import between, people, stock
from tests.support.moot import Line, Moot

LETTERS = 300
TIMES = 8
NEAR = 1.05
Ask = Callable[[], Awaitable[object]]


async def steps_of(moot: Moot, ask: Ask) -> int:
    """Return how many steps of SQLite's machine something takes, once everything is warm.

    It is done several times, and the least counts: a connection reads the schema first, and the
    index is brought up to date meanwhile.
    """
    store = moot.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    readers = [store._idle.get_nowait() for _ in range(store._idle.qsize())]
    for reader in readers:
        await reader.set_progress_handler(step, 1)
        store._idle.put_nowait(reader)
    await store._on_writer(lambda writer, hop: writer.set_progress_handler(step, 1))
    took = []
    for _ in range(TIMES):
        counted = 0
        await ask()
        took.append(counted)
    return min(took)


async def requests_of(line: Line) -> dict[str, Ask]:
    """Return what is asked by somebody who is in no letter."""
    thread = new_id()
    await line.ask(
        StartThread(board=COMMONS, thread=thread, post=new_id(), title="A thread", body="A post")
    )
    return {
        "a post": lambda: line.ask(WritePost(thread=thread, post=new_id(), body="A post")),
        "the boards": lambda: line.ask(ListBoards()),
        "the letters": lambda: line.ask(ListLetters()),
    }


async def test_letters_of_others_cost_nothing(moot: Moot) -> None:
    """With hundreds of letters a post and the lists take the steps that they take without."""
    found = await people(moot, 12)
    asked = await requests_of(await moot.join("outsider"))
    before = {name: await steps_of(moot, ask) for name, ask in asked.items()}
    assert all(steps > 50 for steps in before.values())
    await stock(moot, [line.id for line in found], LETTERS)
    for name, ask in asked.items():  # random ids split a page now and then
        assert await steps_of(moot, ask) <= NEAR * before[name], name


async def test_whose_letters_are_many_lists_boards_as_before(moot: Moot) -> None:
    """A seat in a letter is not read for the boards; a page of letters has its few heads."""
    one, *others = await people(moot, 12)
    before = await steps_of(moot, lambda: one.ask(ListBoards()))
    await between(moot, one.id, [line.id for line in others], LETTERS)
    assert await steps_of(moot, lambda: one.ask(ListBoards())) <= NEAR * before
    assert len((await one.ask(ListLetters())).heads) < LETTERS / 10

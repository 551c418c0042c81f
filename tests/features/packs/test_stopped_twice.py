"""A pack that is stopped again while what was written of it goes."""

from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from tests.features.packs.test_two_servers import Both, both  # noqa: F401 - a fixture
from tests.support.unpacked import JOBS, pack_id, state_of


async def test_stopped_twice_nothing_of_it_is_left(both: Both) -> None:  # noqa: F811 - the fixture
    """The second time changes nothing: what was written goes in slices, and then the board may come again
    (protocol 29.9)."""
    await both.announce()
    await both.old.pass_days(14)
    data = await both.unpacked()
    stop = StopUnpacking(pack=pack_id(data), not_handed_over=True)
    for _ in range(2):
        assert (await both.new.sysop.ask(stop)).unpacking.state is UnpackState.CLEARING
    await both.new.do_jobs(*JOBS)
    assert (await state_of(both.new.sysop, data)).state is UnpackState.STOPPED
    rows = "SELECT (SELECT count(*) FROM posts WHERE board = ?) + (SELECT count(*) FROM boards WHERE id = ?)"
    left = await both.new.read(lambda tx: tx.fetch_value(rows, both.board, both.board))
    assert left == 0
    await both.unpacked()

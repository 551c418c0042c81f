"""A board that comes home at the second attempt (protocol 30.11)."""

from bbs.features.packs.unpack_messages import StopUnpacking
from bbs.features.threads.messages import WithdrawPost
from tests.features.packs.test_coming_home import Home, home  # noqa: F401 - a fixture
from tests.support.unpacked import JOBS, pack_id


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

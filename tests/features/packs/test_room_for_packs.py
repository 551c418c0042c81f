"""Room for a board that comes: asked about before the first piece and the first row, kept for authors (29.9)."""

from pathlib import Path

from msgspec.structs import replace

from bbs.features.packs import pack_limits
from bbs.features.packs.unpack_messages import UnpackState
from bbs.pack_refusals import NoDiskForPack
from bbs.refusals import CeilingReached
from bbs_server.ops.disk import MIB, disk_space
from tests.support.moot import Moot, open_moot
from tests.support.packs import BOARD, packed, small_board
from tests.support.unpacked import JOBS, beginning, send, state_of, unpack

FULL = {"disk_low_mb": 1_000_000_000}  # a tebibyte stays free: no disk here has that


async def test_a_disk_that_is_too_full_is_named_before_the_first_piece(tmp_path: Path) -> None:
    """One sentence with need and room, also in a dry run; nothing is stored."""
    data = packed(small_board())
    async with open_moot(tmp_path / "full", **FULL) as moot:
        before = await moot.dump()
        for dry_run in (True, False):
            error = await moot.sysop.refused(replace(beginning(data), dry_run=dry_run))
            assert isinstance(error, NoDiskForPack)
            assert (error.need_mib, error.free_mib) == (pack_limits.PACK_DISK_LOG_MIB + 1, 0)
            assert "65 MiB" in str(error)
        assert await moot.dump() == before


async def test_a_disk_that_became_full_meanwhile_refuses_before_the_first_row(
    tmp_path: Path,
) -> None:
    """The file arrived, and is asked about again; of its board there is no row, nor of the file."""
    data = packed(small_board())
    async with open_moot(tmp_path / "data") as moot:
        await send(moot.sysop, data, beginning(data))
        sysop, clock = moot.sysop.person, moot.clock
    async with open_moot(tmp_path / "data", clock, **FULL) as moot:
        await moot.take_up(sysop)
        await moot.do_jobs(*JOBS)
        done = await state_of(moot.sysop, data)
        assert done.state is UnpackState.REFUSED
        assert done.why is not None
        assert done.why.startswith("unpacking it takes up to 65 MiB of the server's disk")
        for sql in (
            "SELECT count(*) FROM boards WHERE id = ?",
            "SELECT count(*) FROM packs WHERE board = ?",
            "SELECT count(*) FROM pack_pieces WHERE pack <> ?",
        ):
            assert await moot.read(lambda tx, sql=sql: tx.fetch_value(sql, BOARD)) == 0, sql


async def test_what_stays_free_is_the_sysops_setting(tmp_path: Path) -> None:
    """The same measure by which a disk is low: a file fits above it, or does not."""
    data = packed(small_board())
    free_mb = disk_space(tmp_path, "x.db").free_bytes // MIB
    for left, fits in ((pack_limits.PACK_DISK_LOG_MIB // 2, False), (10_000, True)):
        low = max(0, free_mb - left)
        async with open_moot(tmp_path / f"{left}", disk_low_mb=low) as moot:
            if fits:
                await moot.sysop.ask(beginning(data))
            else:
                assert isinstance(await moot.sysop.refused(beginning(data)), NoDiskForPack)


async def test_one_board_too_many_is_refused_before_the_first_piece(tmp_path: Path) -> None:
    """The sysop's own limit of boards, before 512 MiB were sent for nothing."""
    async with open_moot(tmp_path / "few", boards_max=1) as moot:
        error = await moot.sysop.refused(beginning(packed(small_board())))
        assert isinstance(error, CeilingReached)
        assert error.setting == "boards_max"


async def test_seats_are_kept_for_as_many_as_wrote_in_one_thread(moot: Moot) -> None:
    """They are counted while the file is checked, so that opening takes no time (31.5, P14)."""
    await unpack(moot, packed(small_board()))
    kept = "SELECT seats FROM kept_seats WHERE board = ?"
    assert await moot.read(lambda tx: tx.fetch_value(kept, BOARD)) == 2

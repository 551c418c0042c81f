"""The running sums of block heights."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from bbs_client.widgets.heights import Heights

rows = st.integers(1, 50)


@given(st.lists(rows, max_size=80), st.data())
def test_sums_follow_every_change(heights: list[int], data: st.DataObject) -> None:
    """Whatever is corrected, sums and places equal those counted block by block."""
    sums = Heights(heights)
    for _ in range(5 if heights else 0):
        index = data.draw(st.integers(0, len(heights) - 1))
        heights[index] = data.draw(rows)
        sums[index] = heights[index]
    assert len(sums) == len(heights)
    assert sums.total == sum(heights)
    assert [sums.before(index) for index in range(len(heights) + 1)] == [
        sum(heights[:index]) for index in range(len(heights) + 1)
    ]
    assert [sums.find(row) for row in range(sum(heights))] == [
        (index, row) for index, height in enumerate(heights) for row in range(height)
    ]


@given(st.lists(rows, max_size=20), st.integers(-5, 2_000))
def test_any_row_is_found(heights: list[int], row: int) -> None:
    """A row outside the blocks is taken as the nearest one inside; nothing is there to crash on."""
    index, inside = Heights(heights).find(row)
    if heights:
        assert 0 <= index < len(heights)
        assert 0 <= inside < heights[index]
    else:
        assert (index, inside) == (0, 0)


@given(st.lists(rows, max_size=300), st.lists(rows, max_size=200), st.data())
def test_blocks_that_come_and_go_are_summed(
    heights: list[int], new: list[int], data: st.DataObject
) -> None:
    """Sums after some blocks were replaced equal those of the blocks there are then."""
    start = data.draw(st.integers(0, len(heights)))
    stop = data.draw(st.integers(start, len(heights)))
    sums = Heights(heights)
    sums.replace(start, stop, array("q", new))
    heights[start:stop] = new
    assert [sums.before(index) for index in range(len(heights) + 1)] == [
        sum(heights[:index]) for index in range(len(heights) + 1)
    ]

"""Boards are renamed: the old slug leads on, and for 400 days to no other board."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards.messages import BoardConfigured, ConfigureBoard, ListBoards, Visibility
from bbs.features.moderation.messages import Change, GetLog
from bbs.features.reading.messages import Resolve, Search
from bbs.ids import COMMONS, BoardId
from bbs.refusals import Conflict, NameTaken, NotFound, TextRefused
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot
from tests.support.talk import start

DAYS = limits.OLD_SLUG_DAYS


async def rename(moot: Moot, board: BoardId, slug: str) -> None:
    """Give a board another slug."""
    await moot.sysop.ask(ConfigureBoard(board=board, slug=slug))


async def later(moot: Moot, **passed: float) -> None:
    """Let time pass. Whoever was away for so long signs in again."""
    moot.clock.jump(**passed)
    await moot.sysop.ask(moot.sysop.person.with_password())


async def leads_to(line: Line, slug: str) -> BoardId | None:
    """Return the board to which an address leads; None if there is no such thing."""
    try:
        found = (await line.ask(Resolve(address=slug))).board
    except NotFound:
        return None
    assert found is not None
    return found.id


class TestRenaming:
    """What changes with a slug, and what does not."""

    async def test_the_old_slug_leads_on(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """Addresses in what was written before still name the same things (P8)."""
        begun = await start(moot.sysop, board, "Compost")
        await ana.listen(f"board:{board}", f"board:{COMMONS}")
        await rename(moot, board, "allotment")
        told = await ana.told(BoardConfigured, 2)
        assert [event.board.slug for event in told] == ["allotment"] * 2
        found = await ana.ask(Resolve(address="garden/1/1"))
        assert (found.board and found.board.slug) == "allotment"
        assert found.post is not None
        assert found.post.id == begun.post
        named = await ana.ask(Search(query="Compost board:garden"))
        assert [each.post.id for each in named.found] == [begun.post]
        listed = await ana.ask(ListBoards())
        assert [(old.slug, old.board) for old in listed.old_slugs] == [("garden", board)]

    async def test_the_act_says_what_it_was_called(self, moot: Moot, board: BoardId) -> None:
        """The log tells both names for as long as the old one leads on (P8)."""
        await rename(moot, board, "allotment")
        (act, *_) = (await moot.sysop.ask(GetLog(board=board))).acts
        change = Change(field="slug", said_before="garden", said_after="allotment")
        assert act.changes == (change,)

    async def test_nothing_is_done_twice(self, moot: Moot, board: BoardId) -> None:
        """The slug a board has already is no change, and leaves no act and no old slug."""
        acts = (await moot.sysop.ask(GetLog(board=board))).acts
        await rename(moot, board, "garden")
        assert (await moot.sysop.ask(GetLog(board=board))).acts == acts
        assert (await moot.sysop.ask(ListBoards())).old_slugs == ()

    async def test_another_board_has_to_wait(self, moot: Moot, board: BoardId) -> None:
        """An old slug is taken for others, opened or renamed; its own board has it back at once."""
        other = await moot.board(moot.sysop, "kitchen")
        await rename(moot, board, "allotment")
        for taken in ("garden", "allotment"):
            command = ConfigureBoard(board=other, slug=taken)
            assert isinstance(await moot.sysop.refused(command), NameTaken)
        with pytest.raises(NameTaken):
            await moot.board(moot.sysop, "garden")
        await rename(moot, board, "garden")
        assert [await leads_to(moot.sysop, slug) for slug in ("garden", "allotment")] == [board] * 2

    async def test_it_ends_to_the_millisecond(self, moot: Moot, board: BoardId) -> None:
        """After 400 days the old slug leads nowhere, and is there for another board."""
        await rename(moot, board, "allotment")
        await later(moot, seconds=DAYS * DAY_MS / 1_000 - 0.001)
        assert await leads_to(moot.sysop, "garden") == board
        moot.clock.jump(seconds=0.001)
        assert await leads_to(moot.sysop, "garden") is None
        # Whether timed work came by or not.
        assert await moot.board(moot.sysop, "garden") == await leads_to(moot.sysop, "garden")

    async def test_timed_work_forgets_what_ended(self, moot: Moot, board: BoardId) -> None:
        """Nothing is left of a name whose time is over; before that, nothing goes."""
        await rename(moot, board, "allotment")
        moot.clock.jump(days=DAYS - 1)
        await moot.do_jobs()
        assert len((await moot.dump())["old_slugs"]) == 1
        moot.clock.jump(days=1)
        await moot.do_jobs()
        assert (await moot.dump())["old_slugs"] == []

    async def test_a_clock_that_is_ahead_gives_no_name_away(
        self, moot: Moot, board: BoardId
    ) -> None:
        """As long as the time is in doubt, an old slug stays its board's."""
        await rename(moot, board, "allotment")
        moot.clock.step(days=DAYS + 1)
        await moot.do_jobs()
        again = moot.line(moot.sysop.person)
        await again.ask(again.person.with_password())
        with pytest.raises(NameTaken):
            await moot.board(again, "garden")
        moot.clock.step(days=-DAYS - 1)
        assert await leads_to(moot.sysop, "garden") == board


class TestRefusals:
    """What a board may not be called."""

    async def test_a_slug_has_its_form(self, moot: Moot, board: BoardId) -> None:
        """The rules of opening hold for renaming, too (P13)."""
        for slug in ("A", "with space", "a/b", "x"):
            refused = await moot.sysop.refused(ConfigureBoard(board=board, slug=slug))
            assert isinstance(refused, TextRefused), slug
            assert refused.field == "slug"
        refused = await moot.sysop.refused(ConfigureBoard(board=board, slug="sysop"))
        assert isinstance(refused, NameTaken)

    async def test_the_commons_keeps_its_name(self, moot: Moot) -> None:
        """What every page calls the commons stays so."""
        refused = await moot.sysop.refused(ConfigureBoard(board=COMMONS, slug="agora"))
        assert isinstance(refused, Conflict)

    async def test_names_are_not_collected(self, moot: Moot, board: BoardId) -> None:
        """A board that was renamed often has to take an old name again, or to wait."""
        for number in range(limits.OLD_SLUGS_MAX):
            await rename(moot, board, f"garden{number}")
        refused = await moot.sysop.refused(ConfigureBoard(board=board, slug="one-more"))
        assert isinstance(refused, Conflict)
        await rename(moot, board, "garden")
        await later(moot, days=DAYS)
        await moot.do_jobs()
        await rename(moot, board, "one-more")


class TestWhoMayKnow:
    """An old slug tells nobody more than the slug of now."""

    async def test_a_private_board_is_not_betrayed(self, moot: Moot, ana: Line) -> None:
        """To whom a board does not exist, its old slug is like one that never was."""
        board = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
        await rename(moot, board, "loft")
        never = (await ana.refused(Resolve(address="never"))).facts()
        for slug in ("attic", "loft", "attic/1", "attic/lounge/1"):
            refused = await ana.refused(Resolve(address=slug))
            assert isinstance(refused, NotFound)
            assert refused.facts() == never
        notes = [
            (await ana.ask(Search(query=f"x board:{slug}"))).notes for slug in ("attic", "never")
        ]
        assert [note.replace("attic", "never") for note in notes[0]] == list(notes[1])
        assert (await ana.ask(ListBoards())).old_slugs == ()
        assert await leads_to(moot.sysop, "attic") == board
        assert b"loft" not in ana.sent

    async def test_a_board_that_goes_out_of_view_takes_its_names_along(
        self, moot: Moot, ana: Line
    ) -> None:
        """No log of the commons holds a name, old or new, of a board that is no longer listed (P10)."""
        board = await moot.board(moot.sysop, "canaryone")
        await rename(moot, board, "canarytwo")
        change = ConfigureBoard(board=board, slug="canarythree", visibility=Visibility.UNLISTED)
        await moot.sysop.ask(change)
        late = await moot.join("late")
        await late.listen(f"board:{COMMONS}", cursor=0)
        await late.told(BoardConfigured)
        await late.ask(ListBoards())
        await late.ask(GetLog(board=COMMONS))
        assert b"canary" not in late.sent
        # Whoever knows an address may read the board, by whichever of its names.
        for slug in ("canaryone", "canarytwo", "canarythree"):
            assert await leads_to(late, slug) == board


SLUGS = ("ash", "beech", "cedar", "dogwood")
_boards = st.integers(0, 2)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), _boards, st.sampled_from(SLUGS)),
        st.tuples(st.just("pass"), st.sampled_from([1, 150, 399, 400]), st.just("")),
        st.tuples(st.just("work"), st.just(0), st.just("")),
    ),
    max_size=14,
)


class Model:
    """Which board has which slug, and which had it until when."""

    def __init__(self, boards: list[BoardId]) -> None:
        self.boards = boards
        self.now = dict(zip(boards, ("elm", "fir", "gum"), strict=True))
        self.old: dict[str, tuple[BoardId, int]] = {}

    def holder(self, slug: str, at: int) -> BoardId | None:
        for board, has in self.now.items():
            if has == slug:
                return board
        board, until = self.old.get(slug, ("", 0))
        return board if until > at else None

    def rename(self, board: BoardId, slug: str, at: int) -> bool:
        """Rename, if that is allowed; return whether it is."""
        if self.holder(slug, at) not in (None, board):
            return False
        if self.now[board] != slug:
            self.old.pop(slug, None)
            self.old[self.now[board]] = board, at + DAYS * DAY_MS
            self.now[board] = slug
        return True


@settings(max_examples=30, deadline=None)
@given(steps=_steps)
def test_each_slug_leads_to_the_board_that_had_it_last(steps: list[tuple[str, int, str]]) -> None:
    """Whatever boards are renamed to, whenever: a slug leads to the board that has it, else to the one
    that had it last, for 400 days; nobody else can take it before that.
    """
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_walk(Path(folder), steps))


async def _walk(folder: Path, steps: list[tuple[str, int, str]]) -> None:
    async with open_founded(folder / "data") as moot:
        model = Model([await moot.board(moot.sysop, slug) for slug in ("elm", "fir", "gum")])
        for what, number, slug in steps:
            if what == "pass":
                await later(moot, days=number)
            elif what == "work":
                await moot.do_jobs()
            else:
                board = model.boards[number]
                may = model.rename(board, slug, moot.clock())
                try:
                    await rename(moot, board, slug)
                except NameTaken:
                    assert not may
                else:
                    assert may
            for each in _every_slug():
                assert await leads_to(moot.sysop, each) == model.holder(each, moot.clock()), each


def _every_slug() -> Iterator[Any]:
    yield from (*SLUGS, "elm", "fir", "gum")

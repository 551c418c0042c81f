"""Batches on the screen: a plan is looked at and applied, a batch is followed, stopped and undone (protocol 26)."""

from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from bbs.features.batches.messages import (
    AddItems,
    BatchResult,
    BeginBatch,
    Rehearsal,
    RehearseItems,
    StartBatch,
    StopBatch,
)
from bbs.features.batches.plan_file import write_plan
from bbs.features.batches.undo_messages import NotUndone, PlanUndo, UndoPage
from bbs.features.batches.views import BatchState, Found, ItemState, PlanItem
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.proposals.messages import ListProposals, ProposalList, WaitsFor
from bbs.messages import Request
from bbs_client.keys import Pane
from bbs_client.mirror.fold import fold
from bbs_client.session.batch_sheets import batch_listing, batch_roll, batch_words
from bbs_client.session.events import BatchHappened
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.tui.command_line import CommandLine
from bbs_client.tui.desk import DeskPage
from bbs_client.tui.palette import Palette
from bbs_client.tui.roll import RollList
from tests.client.app.batches_sample import (
    BATCH,
    DONE,
    EPOCH,
    ITEMS,
    OVER,
    RUNNING,
    WHY,
    a_hide,
    a_plan,
    at_desk,
    batch_items,
)
from tests.client.app.driving import connection_of, into, notes, pane_of, screen_text
from tests.client.app.sample import BEN, CELLAR, an_app, uid
from tests.client.app.test_proposals import a_proposal

R = TypeVar("R", bound=Request[Any])
LIST = ("j", "j", "j", "P")


def said(app: FolkmootApp) -> str:
    """Return the screen's words, however they are wrapped."""
    return " ".join(screen_text(app).split())


def sent(app: FolkmootApp, kind: type[R]) -> list[R]:
    """Return what the server was asked of a kind."""
    return [each for each in connection_of(app).asked if isinstance(each, kind)]


async def test_a_batch_is_followed_and_stopped(session: Session) -> None:
    """Its page says what each item does, and comes further as the server tells of it (protocol 26.7)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app, BATCH, RUNNING)
        await into(pilot, *LIST)
        assert "ana, 3 items" in said(app)
        assert "Running, 1 of 3." in said(app)
        await into(pilot, "j", "enter")
        shown = said(app)
        assert "hide the post cellar/3/1 of @ben, by norm 3 done" in shown
        assert "lock the thread cellar/3 not tried yet" in shown
        later = replace(BATCH, done=1, refused=1, revision=2)
        states = (ItemState.DONE, ItemState.REFUSED, ItemState.OPEN)
        at_desk(app, later, batch_items(*states))
        session.hear(BatchHappened(later))
        await into(pilot)
        assert f"refused {WHY}" in said(app)
        assert "running, 2 of 3" in said(app)
        stopped = replace(later, state=BatchState.STOPPED, revision=3)
        connection_of(app).answers[StopBatch] = BatchResult(batch=stopped)
        at_desk(app, stopped, batch_items(*states))
        await into(pilot, "x", "y")
        assert len(sent(app, StopBatch)) == 1
        assert "stopped after 2 of 3" in said(app)
        assert "1 undo" in said(app)


@pytest.mark.parametrize("key", ["0", "colon", "ctrl+p", "d"])
async def test_the_keys_that_lead_elsewhere_work_on_a_page_over_a_page(
    session: Session, key: str
) -> None:
    """What the help lists leads away from the batch of a list, and leaves both pages."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app, BATCH, RUNNING)
        for path in ((*LIST, "j", "enter"), ("d",), ("V",)):
            await into(pilot, *path, key)
            if key == "0":
                assert (app.screen, pane_of(app)) == (app.main, Pane.HOME)
            else:
                shown = {"colon": CommandLine, "ctrl+p": Palette, "d": DeskPage}[key]
                assert [type(each) for each in app.screen_stack[1:]] == [shown]
                await into(pilot, "escape")


async def test_a_plan_is_looked_at_rehearsed_and_applied(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The yes names count and doings; exactly the plan's items are sent, by its digest (P6)."""
    session.cache.set_epoch(EPOCH)
    plan = a_plan()
    (tmp_path / "flood.jsonl").write_bytes(b"".join(write_plan(plan)))
    monkeypatch.chdir(tmp_path)
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        connection, batch = connection_of(app), replace(DONE, digest=plan.digest)
        await into(pilot, "F", "ctrl+s")
        shown = said(app)
        assert "Hide 2 posts, lock 1 thread." in shown
        assert f"Digest {plan.digest[:12]}" in shown
        found = [item.found for item in ITEMS if item.found is not None]
        moved = replace(found[1], unchanged=True)
        connection.answers[RehearseItems] = Rehearsal(found=(found[0], moved, found[2]))
        await into(pilot, "1")
        assert "1 item would do something else" in said(app)
        assert "moved nothing is left to change" in said(app)
        assert "2 apply" not in said(app)
        connection.answers[RehearseItems] = Rehearsal(found=tuple(found))
        await into(pilot, "1")
        draft = BatchResult(batch=replace(batch, state=BatchState.DRAFT))
        connection.answers |= {BeginBatch: draft, AddItems: draft}
        connection.answers[StartBatch] = BatchResult(batch=batch)
        at_desk(app, batch, OVER)
        await into(pilot, "2")
        assert "Apply 3 items?" in said(app)
        assert "On cellar: hide 2 posts, lock 1 thread." in said(app)
        assert not sent(app, BeginBatch)
        await into(pilot, "y")
        (added,), (started,) = sent(app, AddItems), sent(app, StartBatch)
        assert (added.items, started.digest) == (plan.items, plan.digest)
        assert "2 of 3 items done, 1 refused." in said(app)


async def test_a_bad_plan_is_refused_in_a_sentence(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no plan, or one of another community, opens nothing and asks nothing."""
    session.cache.set_epoch("another")
    monkeypatch.chdir(tmp_path)
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, *":plan x", "enter")
        assert "x cannot be read" in notes(app)
        for content in (b"not a plan\n", b"".join(write_plan(a_plan()))):
            (tmp_path / "flood.jsonl").write_bytes(content)
            await into(pilot, "F", "ctrl+s")
            assert "flood.jsonl" in said(app)
            assert not connection_of(app).asked
            await into(pilot, "escape")
        await into(pilot, "F", "end", "backspace", "ctrl+s")
        assert "flood.json cannot be read: No such file" in said(app)
        await into(pilot, "l")
        assert "cannot be read" not in said(app)


async def test_what_was_not_applied_says_so(session: Session) -> None:
    """A draft ends by itself, and what waits is only wanted; what undid a part says that (P8)."""
    draft = replace(BATCH, state=BatchState.DRAFT, done=0)
    assert (
        "Not applied; ends in a day."
        in batch_listing(session, "cellar", [draft], older=False).items[1].below
    )
    assert "1" not in {word.key for word in batch_words(draft)}
    waits = batch_roll(session, replace(draft, state=BatchState.WAITING), ())
    assert "ana wants to apply 3 items" in waits.sheet.rows[0].text
    undoing = session.batches.keep(replace(DONE, id=uid(953), undoes=BATCH.id))
    undone = replace(DONE, undone_by=undoing.id)
    (_, item) = batch_listing(session, "cellar", [undone], older=False).items
    assert "undone in part since" in item.below[0]


async def test_a_batch_is_undone_by_a_batch_of_its_own(session: Session) -> None:
    """It is shown first what comes back, and what stays and why (P8)."""
    session.cache.set_epoch(EPOCH)
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        connection = connection_of(app)
        at_desk(app, DONE, OVER)
        back = PlanItem(method="moderation.unlock", params={"thread": uid(301), "reason": "Back."})
        kept = NotUndone(
            number=1,
            why="cleo restored it since.",
            thing=Thing(kind=ThingKind.POST, id=uid(6001), thread=3, number=1),
        )
        found = ITEMS[2].found
        assert found is not None
        connection.answers |= {
            PlanUndo: UndoPage(items=(back, back), stays=(kept,)),
            RehearseItems: Rehearsal(found=(found, Found(refused="gone", why="it is gone"))),
        }
        await into(pilot, *LIST, "j", "enter", "1", *"Back.", "ctrl+s")
        shown = said(app)
        assert "Unlock 1 thread." in shown
        assert "the post cellar/3/1 stays cleo restored it since." in shown
        assert "unlock a thread left out it is gone" in shown
        draft = BatchResult(batch=replace(DONE, state=BatchState.DRAFT))
        connection.answers |= {BeginBatch: draft, AddItems: draft}
        connection.answers[StartBatch] = BatchResult(batch=replace(DONE, undoes=DONE.id))
        await into(pilot, "2", "y")
        (begun,) = sent(app, BeginBatch)
        assert (begun.undoes, begun.count, begun.reason) == (DONE.id, 1, "Back.")


async def test_a_thousand_items_are_drawn_as_they_come_into_sight(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of many items draws those that are seen, so that it opens and moves at once."""
    session.cache.set_epoch(EPOCH)
    plan = a_plan(*map(a_hide, range(1, 1001)))
    (tmp_path / "flood.jsonl").write_bytes(b"".join(write_plan(plan)))
    monkeypatch.chdir(tmp_path)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "F", "ctrl+s")
        view = app.screen.query_one(RollList)
        assert len(view.keys) == 1001
        assert len(view._drawn) < 60
        await into(pilot, "G")
        assert "1000 hide the post cellar/3/1000" in said(app)
        assert len(view._drawn) < 120


async def test_whoever_has_the_second_key_sees_what_they_agree_to(session: Session) -> None:
    """The desk has what waits for their key, with its reason and digest; Enter leads to its items (P6)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        session.online = True
        waits = replace(BATCH, state=BatchState.WAITING, done=0, author=MemberAuthor(id=BEN))
        theirs = a_proposal(
            board=CELLAR,
            method="batches.start",
            way=WaitsFor.SECOND_KEY,
            thing=Thing(kind=ThingKind.BATCH, id=BATCH.id, count=3),
            changes=(Change(field="threads.hide", after=2),),
        )
        listed = ProposalList(proposals=(theirs,), may_second=(theirs.id,))
        at_desk(app, waits, batch_items(*3 * [ItemState.OPEN]))
        session.cache.apply(fold(listed))
        connection_of(app).answers[ListProposals] = listed
        await into(pilot, "d")
        shown = said(app)
        assert "1 thing to decide" in shown
        assert "wants to apply a plan: hide 2 posts" in shown
        assert "A flood from one account, on Monday." in shown
        assert f"Digest {'ab' * 6}" in shown
        await into(pilot, "q", "V")
        assert f"Digest {'ab' * 6}" in said(app)
        await into(pilot, "enter")
        assert "hide the post cellar/3/1 of @ben" in said(app)
        await into(pilot, "q", "a")
        assert "Agree to this" in said(app)
        assert "A flood from one account, on Monday." in said(app)


async def test_what_waits_for_others_counts_as_nothing_to_decide(session: Session) -> None:
    """The reader's own batch stands at the desk, and waits for somebody else's key."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app, replace(BATCH, state=BatchState.WAITING), RUNNING)
        await into(pilot, "d")
        assert "waits for a second key" in said(app)
        assert "to decide" not in said(app)

"""What is said of plans, batches and their acts; and that a batch is one line of news (protocol 26)."""

from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from bbs import limits
from bbs.clock import instant
from bbs.errors import BadJson
from bbs.features.batches.applying import apply_plan, rehearse_items
from bbs.features.batches.following import fetch_items, follow_batch
from bbs.features.batches.messages import (
    AddItems,
    BatchPage,
    BatchResult,
    BeginBatch,
    GetBatch,
    Rehearsal,
    RehearseItems,
    StartBatch,
)
from bbs.features.batches.plan_file import make_plan
from bbs.features.batches.rules import batch_id_of
from bbs.features.batches.undo_messages import PlanUndo, UndoPage
from bbs.features.batches.undoing import plan_undo
from bbs.features.batches.views import Batch, BatchState, Found, PlanItem
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind
from bbs.ids import new_id
from bbs.powers import Office, Way
from bbs.refusals import CommandWaits
from bbs.terminal.act_text import describe_act
from bbs.terminal.batch_text import (
    describe_doings,
    describe_item,
    describe_moved,
    describe_progress,
    describe_result,
)
from bbs.testing import a_member

BOARD, ANA, BATCH, THREAD = new_id(), new_id(), new_id(), new_id()
MEMBERS = {ANA: a_member(id=ANA, handle="ana")}
NOW = instant(0)
POST = Thing(kind=ThingKind.POST, id=new_id(), thread=3, number=7)
HIDE = PlanItem(
    method="threads.hide",
    params={"post": POST.id, "norm": 3, "reason": "A flood."},
    found=Found(thing=POST, about=ANA, norm=3, norms_version=1, revision=1),
)
LOCK = PlanItem(method="moderation.lock", params={"thread": THREAD, "reason": "A flood."})
RUNNING = Batch(
    id=BATCH,
    board=BOARD,
    state=BatchState.RUNNING,
    author=MemberAuthor(id=ANA),
    office=Office.MODERATOR,
    way=Way.DEVICE,
    begun_at=NOW,
    count=78,
    done=40,
    refused=3,
)


def an_act(method: str, thing: Thing, **more: Any) -> Act:
    """Return an act of ana's in the batch."""
    return Act(
        id=new_id(),
        board=BOARD,
        number=1,
        at=NOW,
        method=method,
        author=MemberAuthor(id=ANA),
        office=Office.MODERATOR,
        thing=thing,
        batch=BATCH,
        **more,
    )


def slug(board: str) -> str:
    """Return what boards are called."""
    return "garden"


def test_an_item_says_what_it_does_to_what() -> None:
    """The address, whose it is, and the clause; without a finding, what it would do to one."""
    says = "hide the post garden/3/7 of @ana, by norm 3"
    assert describe_item(HIDE, BOARD, MEMBERS, slug) == says
    assert describe_item(LOCK, BOARD, MEMBERS, slug) == "lock a thread"
    assert describe_doings((HIDE, LOCK, HIDE)) == "hide 2 posts, lock 1 thread"


def test_only_what_stood_before_can_move() -> None:
    """A day that the moment decides is no news; a revision, a clause, a refusal are (protocol 26.4)."""
    assert HIDE.found is not None
    begun = replace(HIDE.found, changes=(Change(field="kept_until", after="2027-01-29"),))
    later = replace(begun, changes=(Change(field="kept_until", after="2027-01-30"),))
    item = replace(HIDE, found=begun)
    assert describe_moved(item, later) == ""
    assert "revision" in describe_moved(item, replace(later, revision=2))
    assert describe_moved(item, replace(later, norm=2)) == "it would cite another clause"
    gone = Found(refused="not_found", why="there is no such post")
    assert describe_moved(item, gone) == "it would be refused: there is no such post"


@pytest.mark.parametrize(
    ("state", "progress", "result"),
    [
        (BatchState.RUNNING, "running, 43 of 78", "40 of 78 items done, 3 refused, 35 not tried."),
        (BatchState.STOPPED, "stopped after 43 of 78", "40 of 78 items done, 3 refused, 35 not"),
        (BatchState.WAITING, "waits for a second key", "40 of 78 items done"),
    ],
)
def test_a_batch_says_how_far_it_is(state: BatchState, progress: str, result: str) -> None:
    """In a few words for a list, and in a sentence for its page."""
    batch = replace(RUNNING, state=state)
    assert describe_progress(batch) == progress
    assert describe_result(batch).startswith(result)


def test_the_log_tells_a_batch_in_one_sentence() -> None:
    """What the plan does, how often, and by which clause (P8)."""
    thing = Thing(kind=ThingKind.BATCH, id=BATCH, count=78)
    changes = (
        Change(field="threads.hide", after=70),
        Change(field="moderation.lock", after=8),
    )
    act = an_act("batches.start", thing, changes=changes, norm=3, reason="A flood.")
    says = "applied a plan of 78 items: hide 70 posts; lock 8 threads by norm 3: A flood."
    assert describe_act(act, MEMBERS, slug) == f"@ana {says}"
    undone = replace(act, undoes=new_id(), way=Way.SCRIPT)
    assert describe_act(undone, MEMBERS, slug).startswith(
        "@ana, by a script, undid what a plan did"
    )
    told = describe_act(undone, MEMBERS, slug, in_person=True)
    assert told.startswith("@ana, by a script, moderator of "), told
    stop = an_act("batches.stop", replace(thing, count=40))
    assert describe_act(stop, MEMBERS, slug) == "@ana stopped a batch after 40 items"


class Asked:
    """A server that answers from a table; it keeps what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[Any] = []

    async def call(self, request: Any) -> Any:
        """Answer by a function of the request, or refuse by an error."""
        self.asked.append(request)
        answer = self.answers[type(request).__name__](request)
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(state: BatchState) -> Any:
    """Return what answers each request with the batch in a state."""
    return lambda request: BatchResult(batch=replace(RUNNING, state=state))


async def test_a_plan_is_sent_in_slices_and_one_that_waits_is_no_error() -> None:
    """The same plan of the same member is the same batch; all its items, then its digest (P12)."""
    plan = make_plan(
        epoch="e1",
        board=BOARD,
        slug="garden",
        reason="Why.",
        items=(HIDE, LOCK) * 30,
        made_at=NOW,
        nonce=BOARD,
    )
    waits = CommandWaits(way="second_key", until=NOW, why=["it is grave"], board=BOARD)
    waiting = replace(RUNNING, state=BatchState.WAITING)
    server = Asked(
        BeginBatch=told(BatchState.DRAFT),
        AddItems=told(BatchState.DRAFT),
        StartBatch=lambda request: waits,
        GetBatch=lambda request: BatchPage(batch=waiting, items=()),
    )
    assert (await apply_plan(server.call, plan, ANA)).state is BatchState.WAITING
    begin, *adding, start, _ = server.asked
    assert isinstance(begin, BeginBatch)
    assert (begin.batch, begin.count) == (batch_id_of(plan.digest, plan.nonce, ANA), 60)
    assert sum((each.items for each in adding if isinstance(each, AddItems)), ()) == plan.items
    assert [each.first for each in adding] == [
        1 + sum(len(each.items) for each in adding[:at]) for at in range(len(adding))
    ]
    assert isinstance(start, StartBatch)
    assert start.digest == plan.digest


async def test_a_plan_that_runs_already_is_not_sent_again() -> None:
    """Whoever applies it once more goes on with its batch, and follows it to its end."""
    plan = make_plan(
        epoch="e1",
        board=BOARD,
        slug="garden",
        reason="Why.",
        items=(HIDE,),
        made_at=NOW,
        nonce=BOARD,
    )
    server = Asked(BeginBatch=told(BatchState.RUNNING))
    assert (await apply_plan(server.call, plan, ANA)).id == BATCH
    assert len(server.asked) == 1
    states = iter((BatchState.RUNNING, BatchState.DONE))
    server.answers["GetBatch"] = lambda request: BatchPage(
        batch=replace(RUNNING, state=next(states)), items=()
    )
    seen: list[Batch] = []

    async def changed() -> None:
        """Something has happened."""

    over = await follow_batch(server.call, BATCH, changed, seen.append)
    assert over.state is BatchState.DONE
    assert len(seen) == 2


async def test_what_undoes_a_batch_is_a_plan_of_its_own() -> None:
    """All its pages, rehearsed, in their order; if nothing can come back there is no plan."""

    def page(query: PlanUndo) -> UndoPage:
        if query.before is None:
            return UndoPage(items=(LOCK,), next_before=2)
        return UndoPage(items=(HIDE,))

    found = Found(thing=POST)
    server = Asked(PlanUndo=page, RehearseItems=lambda r: Rehearsal(found=(found,) * len(r.items)))
    undo = partial(plan_undo, server.call, RUNNING, epoch="e1", slug="garden", reason="Back.")
    undoing = await undo(made_at=NOW)
    assert undoing.plan is not None
    assert [item.method for item in undoing.plan.items] == ["moderation.lock", "threads.hide"]
    assert undoing.plan.undoes == BATCH
    assert all(item.found == found for item in undoing.plan.items)
    assert any(isinstance(each, RehearseItems) for each in server.asked)
    server.answers["PlanUndo"] = lambda query: UndoPage(items=())
    assert (await undo(made_at=NOW)).plan is None
    assert not any(isinstance(each, GetBatch) for each in server.asked)


async def test_a_server_that_goes_on_for_ever_is_not_asked_for_ever() -> None:
    """No batch has more than so many items, whatever a server says; one finding is one item's (P13)."""
    shown = BatchPage(batch=RUNNING, items=())
    server = Asked(GetBatch=lambda query: replace(shown, next_after=query.after + 1))
    assert (await fetch_items(server.call, BATCH)) == (RUNNING, ())
    assert len(server.asked) <= limits.BATCH_ITEMS_MAX
    server = Asked(
        PlanUndo=lambda query: UndoPage(items=(), next_before=7 - (query.before or 9) % 2)
    )
    undo = partial(plan_undo, server.call, RUNNING, epoch="e1", slug="garden", reason="Back.")
    assert (await undo(made_at=NOW)).plan is None
    assert len(server.asked) <= limits.BATCH_ITEMS_MAX
    server = Asked(RehearseItems=lambda command: Rehearsal(found=()))
    with pytest.raises(BadJson):
        await rehearse_items(server.call, BOARD, (HIDE,))

"""Batches on the screen: a plan is looked at and applied, a batch is followed, stopped and undone (protocol 26)."""

from typing import Any, TypeVar

from msgspec.structs import replace

from bbs.features.batches.messages import (
    BatchResult,
    StopBatch,
)
from bbs.features.batches.views import BatchState, ItemState
from bbs.messages import Request
from bbs_client.session.events import BatchHappened
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.batches_sample import (
    BATCH,
    RUNNING,
    WHY,
    at_desk,
    batch_items,
)
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import an_app

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

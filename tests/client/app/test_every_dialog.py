"""Every box and page at 80x24: subject and keys are in sight, nothing reaches beyond, Esc leaves it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

import bbs_client
from bbs.features.members.views import SystemAuthor
from bbs.features.proposals.messages import ListProposals
from bbs.ids import COMMONS
from bbs_client.actions.blocks import REPORT_ABOUT, ReportQuestion
from bbs_client.actions.power_log import LoggedAct
from bbs_client.actions.proposals import HiddenWordsQuestion
from bbs_client.features.letters.report import ReportPage
from bbs_client.features.moderation.screen import ActInfo
from bbs_client.features.proposals.screen import HiddenWordsDialog
from bbs_client.features.reading.catch_up import CatchUpDialog
from bbs_client.features.reading.pages import ListPage
from bbs_client.mirror.fold import fold
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.bars import TopBar
from bbs_client.widgets.dialog import Dialog, Opened, TextDialog
from bbs_client.widgets.key_bar import KeyBar
from bbs_client.widgets.page import Page, TextPage
from tests.client.app.driving import connection_of, into
from tests.client.app.sample import BEN, NOW, a_post, an_app
from tests.client.app.test_notes import NOTE
from tests.client.app.test_proposals import a_proposal, listed
from tests.client.tui.test_table import ANSWERS, PLACES, in_office

SEEN_ELSEWHERE = {"report", "hide", "own case"}
"""Places of a box or page that another place opens, too."""

WAYS = {name: place.way for name, place in PLACES.items() if name not in SEEN_ELSEWHERE} | {
    "tour": ("f2",),
    "welcome": ("f7",),
    "notes": ("8",),
    "note": ("8", "enter"),
    "help": ("f1",),
    "theme": ("ctrl+t",),
    "keys": ("f4",),
    "search": ("slash",),
    "saved": ("5",),
    "chain": ("j", "2", "j", "enter", "G", "a"),
    "folder": ("j", "backslash"),
    "notices": ("j", "B"),
    "agree": ("V", "a"),
    "palette": ("ctrl+p",),
    "tend board": ("b", "j", "Z"),
}
"""The keys that lead to each box and page, and to panes that are neither."""

MADE_OF = {Opened, Dialog, TextDialog, Page, TextPage, ListPage}
"""What boxes and pages are made of; none of them opens itself."""


def all_opened() -> Iterator[type[Opened[object]]]:
    """Yield every class of a box or a page in the client."""
    for module in pkgutil.walk_packages(bbs_client.__path__, "bbs_client."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Opened) and kind.__module__ == module.name:
                yield kind


def check(app: FolkmootApp, name: str) -> None:
    """Check what is in sight of the box or page on top."""
    (bar,) = app.screen.query(KeyBar)
    assert bar.region.y == app.size.height - 1, name
    if isinstance(app.screen, Page):
        (top,) = app.screen.query(TopBar)
        assert top.region.y == 0, name
        assert " › " in top.render().plain, name
        keys = bar.render().plain
        left = {"tour": "Esc leave", "welcome": "Esc look around first"}.get(name)
        assert left in keys if left else "q back" in keys or "Esc back" in keys, name
        (inside,) = app.screen.query(".body")
    else:
        (inside,) = app.screen.query(".box")
        assert inside.border_title, name
        assert "Esc" in bar.render().plain, name
    assert inside.region in app.screen.region, name
    for part in inside.query("*"):
        if part.region.area:
            assert part.region.right <= inside.content_region.right, (name, part)


@pytest.mark.timeout(180)  # each dialog and page of the client, one after another
async def test_every_box_and_page_shows_its_subject_and_its_keys(session: Session) -> None:
    """Nothing is forgotten here: each class of the client is opened, looked at and left."""
    in_office(session)
    session.cache.apply(fold(listed(a_proposal())))
    session.cache.apply((NOTE, replace(NOTE, newcomer=BEN)))
    session.online = True  # no word is said to what waits without a server
    app, seen = an_app(session), set[type]()
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers |= ANSWERS | {ListProposals: listed(a_proposal())}
        await into(pilot)
        for name, way in WAYS.items():
            app.main.composer.close()
            app.main.surface.show_boards()
            app.main.boards.go_to(COMMONS)
            await into(pilot, *way)
            if isinstance(app.screen, Opened):
                seen.add(type(app.screen))
                check(app, name)
            await into(pilot, *["escape"] * (len(app.screen_stack) - 1))
            if name in {"decline", "new letter"}:  # they lead back to their page
                await into(pilot, "escape")
            assert app.screen is app.main, name
        posts = (a_post(1, "Words."), a_post(2, "More words."))
        an_act = LoggedAct(NOW, SystemAuthor(), "did it", "", "did it", facts=(("why", "x" * 99),))
        for dialog in (
            CatchUpDialog("5,012 posts"),
            ReportPage(session, ReportQuestion(COMMONS, posts, posts[1].id, REPORT_ABOUT)),
            HiddenWordsDialog(HiddenWordsQuestion(("words",) * 90, has_more=True)),
            ActInfo(session, an_act),
        ):
            app.push_screen(dialog)
            await into(pilot)
            seen.add(type(dialog))
            check(app, dialog.__class__.__name__)
            await into(pilot, "escape")
            assert app.screen is app.main
    assert set(all_opened()) - MADE_OF == seen

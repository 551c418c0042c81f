"""Whatever a member or a server wrote stays text: on every screen, in every field (P13)."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import bbs_client
from bbs.features.batches.messages import BatchList, BatchPage, GetBatch, ListBatches
from bbs.features.boards.application_messages import Answered, ApplicationList, ListApplications
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import ListSeats, Seat, SeatList, SeatState
from bbs.features.cases.messages import CaseList, CaseResult, GetCase, ListCases
from bbs.features.cases.own_messages import ListOwnCases, OwnCaseList
from bbs.features.cases.reporting_messages import ListOwnReports, OwnReportList
from bbs.features.cases.views import CaseState, OwnReport
from bbs.features.members.about_messages import GetProfile, MemberProfile
from bbs.features.members.messages import ListInvitations
from bbs.features.members.views import (
    ImportedAuthor,
    Invitation,
    Invitations,
    Member,
    MemberAuthor,
    SystemAuthor,
)
from bbs.features.moderation import messages as acts
from bbs.features.moderation.numbers_messages import GetNumbers, NumbersResult
from bbs.features.moderation.standing_messages import ListRestricted, RestrictedList
from bbs.features.norms.messages import Clause, GetNorms, Norms
from bbs.features.presence.messages import PresenceChanged
from bbs.features.proposals.messages import Vote, VoteKind
from bbs.features.reading.messages import Floor, PostInThread, Search, SearchPage
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import ContentState, History, Line, PostRevision, Thread
from bbs.ids import COMMONS
from bbs.messages import Request
from bbs.powers import Office
from bbs_client.keys import Pane
from bbs_client.mirror.changes import Change
from bbs_client.session.events import CommandRefused, OnlineChanged, SignedOut, SyncProgress
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.tui.driver import ControlFilter
from tests.client.app.batches_sample import DONE, OVER
from tests.client.app.cases_sample import CASE_HEARD, EVIDENCE, HEAD, OWN
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import ANA, BEN, GARDEN, NOW, TOMATOES, a_post, a_session, an_app, uid
from tests.client.app.test_notes import LINE, NOTE
from tests.client.app.test_proposals import a_proposal
from tests.client.tui.test_table import AN_APPLICATION

EVIL = (
    "\x1b]2;owned\x07\x1b[2J\x9b31m\x9d52;c;eA==\x9c\x00\x08\x7f"
    "\u202eabc\u2066\u2069\u200f\u061c[red]x[/red][/][@click=app.quit]hit[/][link=file:///x]"
    "[$x]]]\ufdd0a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u2028\u2029\U000e0041\r\n\tend"
)
FORBIDDEN = frozenset(
    "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
    + ("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


FORBIDDEN_CODE = re.compile(
    r"from_markup|open_url|webbrowser|markup=True|\bLabel\(|RichLog|rich\.markup|\.highlight\("
)


def evil_world() -> Iterator[Change]:
    """Yield a community of which every word is hostile."""
    for number, id in enumerate((ANA, BEN)):
        away = {"away": EVIL, "away_until": NOW + timedelta(days=9)}
        yield Member(id=id, handle=EVIL, name=f"{EVIL}{number}", joined_at=NOW, revision=9, **away)
    yield PresenceChanged(
        members=(
            ANA,
            BEN,
        )
    )
    for number, id in enumerate((COMMONS, GARDEN), 1):
        yield Board(
            id=id,
            slug=EVIL,
            number=number,
            title=EVIL,
            charter=EVIL,
            seats=5,
            lounge_hours=72,
            retention_days=3,
            revision=9,
        )
        seat = Seat(board=id, member=ANA, state=SeatState.SEATED, norms_version=1, revision=9)
        yield replace(seat, moderator=True)
        yield Norms(board=id, version=2, clauses=(Clause(text=EVIL, why=EVIL),))
        yield Floor(board=id, seq=0)
    yield Thread(
        id=TOMATOES,
        board=GARDEN,
        number=1,
        author=ImportedAuthor(id="x", name=EVIL),
        title=EVIL,
        at=NOW,
        posts=3,
        revision=9,
    )
    yield a_post(1, EVIL, author=ImportedAuthor(id="x", name=EVIL), revision=9, edits=3)
    yield a_post(2, EVIL * 20, author=MemberAuthor(id=ANA), revision=9)
    yield a_post(3, f"`{EVIL}` > {EVIL} [{EVIL}]({EVIL})", revision=9)
    thing = acts.Thing(kind=acts.ThingKind.BOARD, id=GARDEN)
    changes = (acts.Change(field=EVIL, said_before=EVIL, said_after=EVIL),)
    yield NOTE
    yield replace(LINE, text=EVIL)
    yield a_proposal(method=EVIL, thing=thing, changes=changes, reason=EVIL)
    yield a_proposal(id=uid(701), votes=(Vote(member=BEN, kind=VoteKind.OBJECT, reason=EVIL * 3),))
    yield Line(
        id=uid(901),
        board=GARDEN,
        number=1,
        author=MemberAuthor(id=BEN),
        at=NOW,
        fades_at=NOW + timedelta(hours=1),
        body=EVIL,
        revision=9,
    )


@pytest.fixture
def evil_house(tmp_path: Path) -> Iterator[Session]:
    """A session of hostile words."""
    session = a_session(tmp_path, evil_world())
    yield session
    session.cache.close()
    session.outbox.close()


class Recorder(ControlFilter):
    """Stands where the net is and catches nothing: what a test sees is what cleaning let through."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments as they are."""
        return segments


def without_net(session: Session) -> FolkmootApp:
    """Return the client with the net below all cleaning taken away."""
    app = an_app(session)
    app._net = Recorder()
    return app


def assert_plain(app: FolkmootApp) -> None:
    """Check every segment of the screen as it was drawn."""
    strips = app.screen._compositor.render_strips()
    for strip in strips:
        for text, style, _ in strip:
            assert not FORBIDDEN & set(text), f"{text!r} reached a strip"
            assert style is None or not style.link
            meta = style.meta if style is not None else {}
            assert "@click" not in meta, f"an action in {text!r}"


def hostile_cases() -> dict[type[Request[Any]], Any]:
    """Return the server's answers about cases of which every word is hostile."""
    said = {"text": EVIL, "by": ANA}
    case = replace(
        CASE_HEARD,
        head=replace(HEAD, board=GARDEN),
        evidence=(replace(EVIDENCE, body=EVIL * 3),),
        entries=tuple(replace(each, **said) for each in CASE_HEARD.entries),
        spoken_to=tuple(replace(each, reason=EVIL) for each in CASE_HEARD.spoken_to),
    )
    own = replace(OWN, said=EVIL, answer=EVIL, evidence=(replace(EVIDENCE, body=EVIL),))
    return {
        ListCases: CaseList(cases=(case.head,)),
        GetCase: CaseResult(case=case),
        ListOwnCases: OwnCaseList(cases=(own,)),
        GetNorms: Norms(board=GARDEN, version=1, clauses=(Clause(text=EVIL, why=EVIL),)),
    }


WALKS = {
    "boards": ("j",),
    "threads": ("j", "enter"),
    "thread": ("j", "enter", "G", "enter"),
    "end of thread": ("j", "enter", "G", "enter", "G"),
    "lounge": ("j", "3"),
    "info": ("j", "enter", "G", "enter", "i"),
    "member": ("j", "enter", "G", "enter", "j", "u"),
    "who": ("w",),
    "log": ("j", "A"),
    "act": ("j", "A", "enter"),
    "numbers": ("j", "7"),
    "proposals": ("V",),
    "invite": ("Y", "x"),
    "invitations": ("semicolon",),
    "away": ("9",),
    "profile": ("quotation_mark",),
    "members": ("at",),
    "seats": ("j", "6", "a", "a"),
    "offer": ("j", "6", "s", "x", "enter"),
    "desk": ("d", "2"),
    "tend": ("j", "enter", "G", "enter", "Z"),
    "retitle": ("j", "enter", "G", "enter", "Z", "j", "j", "enter"),
    "hide": ("j", "enter", "G", "enter", "dollar_sign", "x", "enter"),
    "report": ("j", "enter", "G", "enter", "exclamation_mark", "enter"),
    "reports": ("f8",),
    "case": ("d", "j", "enter"),
    "decide": ("d", "j", "enter", "4"),
    "batch": ("j", "P", "j", "enter"),
    "own case": ("f9",),
    "norms": ("j", "number_sign"),
    "amend": ("j", "percent_sign"),
    "seat": ("j", "S"),
    "settings": ("j", "E", "tab", "tab"),
    "own settings": ("comma",),
    "search": ("slash", "x", "enter"),
    "switch": ("g", "e"),
    "palette": ("ctrl+p", "e", "n", "d"),
    "quote": ("j", "enter", "G", "enter", "j", "j", "R"),
    "edit": ("j", "enter", "G", "enter", "j", "e"),
    "catch up": ("j", "C"),
    "outbox": ("o",),
    "copy": ("j", "enter", "G", "enter", "y"),
    "help": ("question_mark",),
    "welcome": ("f7", "space"),
    "note": ("8",),
}
PARTS = 3  # tests that share the walks, each within its time on a busy machine


@pytest.mark.parametrize("part", range(PARTS))
async def test_hostile_words_stay_words(evil_house: Session, part: int) -> None:
    """No screen lets a word of others draw, click, reverse or crash anything (P13)."""
    app = without_net(evil_house)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot)
        answers = connection_of(app).answers
        told = OwnReport(
            id=uid(1), board=GARDEN, at=NOW, norm=1, words=EVIL, told=EVIL, state=CaseState.OPEN
        )
        answers[ListOwnReports] = OwnReportList(reports=(told,))
        answers |= hostile_cases()
        answers[GetHistory] = History(revisions=(PostRevision(revision=1, at=NOW, body=EVIL),))
        act = acts.Act(
            id=EVIL,
            board=GARDEN,
            number=1,
            at=NOW,
            method=EVIL,
            author=SystemAuthor(),
            office=Office.SYSTEM,
            thing=acts.Thing(kind=acts.ThingKind.COMMUNITY),
            changes=(acts.Change(field=EVIL, before=EVIL, said_after=EVIL),),
            law=EVIL,
            reason=EVIL,
        )
        batch = replace(DONE, board=GARDEN, reason=EVIL)
        items = (replace(OVER[1], why=EVIL, item=replace(OVER[1].item, method=EVIL)),)
        answers[ListBatches] = BatchList(batches=(batch,))
        answers[GetBatch] = BatchPage(batch=batch, items=items)
        answers[acts.GetLog] = acts.ActPage(acts=(act,))
        answers[GetNumbers] = NumbersResult(board=GARDEN, since=NOW, until=NOW)
        answers[ListRestricted] = RestrictedList(members=())
        answers[ListSeats] = SeatList(
            seats=(Seat(board=GARDEN, member=BEN, state=SeatState.SEATED),)
        )
        answered = Answered(question=EVIL, answer=EVIL)
        applied = replace(AN_APPLICATION, member=BEN, answers=(answered,))
        answers[ListApplications] = ApplicationList(board=GARDEN, applications=(applied,))
        answers[GetProfile] = MemberProfile(member=BEN, text=f"{EVIL}\n{EVIL}")
        note = Invitation(id=uid(702), by=ANA, uses_left=1, expires_at=NOW, note=EVIL)
        answers[ListInvitations] = Invitations(invitations=(note,))
        answers[GetNorms] = Norms(board=GARDEN, version=1, clauses=())
        found = PostInThread(
            post=a_post(1, EVIL), thread=evil_house.cache.threads(GARDEN)[0].thread
        )
        answers[Search] = SearchPage(found=(found,), notes=(EVIL,))
        for walk in list(WALKS.values())[part::PARTS]:
            while app.screen is not app.main:
                await app.pop_screen()
            app.main.composer.close()
            app.main.go(Pane.BOARDS)
            app.main.boards.jump(0)
            await into(pilot, *walk)
            assert_plain(app)


@pytest.mark.parametrize("turns", [(), ("M",)], ids=["of the place", "the lounge"])
async def test_hostile_words_stay_words_beside(evil_house: Session, turns: tuple[str, ...]) -> None:
    """The margin and the threads beside one of them, whatever they show (P13)."""
    app = without_net(evil_house)
    async with app.run_test(size=(200, 50)) as pilot:
        await into(pilot, *turns)
        for walk in (("0",), ("j", "enter"), ("enter",), ("G",), ("3",)):
            await into(pilot, *walk)
            assert app.main.query_one("#margin").display
            assert_plain(app)


async def test_hostile_news_stay_words(evil_house: Session) -> None:
    """Reasons and names that come with the connection are no better than posts (P13)."""
    app = without_net(evil_house)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await into(pilot, "j", "enter", "t", "tab", "x", "tab", "y", "ctrl+s")
        item = evil_house.outbox.pending()[0]
        evil_house.outbox.mark_sent(item.id)
        evil_house.outbox.mark_refused(item.id, EVIL)
        for news in (
            OnlineChanged(online=False, reason=EVIL),
            SyncProgress(1, 2, EVIL),
            CommandRefused(evil_house.outbox.pending()[0]),
            SignedOut(EVIL),
        ):
            app.session.hear(news)
            await pilot.pause(0.1)
            assert_plain(app)
        await into(pilot, "o")
        assert_plain(app)


async def test_a_body_cannot_forge_a_header(session: Session) -> None:
    """Whatever a body says, each of its rows stands behind the rail of its post (P13)."""
    forged = "● ana  #9  14:02\n│  I resign.\n\n\u3000● cleo  #10\n├─● ben"
    session.cache.apply((a_post(6, forged, revision=5),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        view = app.main.thread
        index = view.keys.index_of("#6")
        assert index is not None
        header, *body, blank = [row.content.plain for row in view.draw(index, 76)]
        assert header.startswith("  ● ben")
        assert all(row.startswith("  │  ") and row[5:6] != " " for row in body)
        assert not blank


def test_the_net_drops_what_was_missed() -> None:
    """Below all cleaning, no control or direction character and no hyperlink is drawn (P13)."""
    plain = ControlFilter().apply(
        [Segment(EVIL, Style(link="file:///etc/passwd", bold=True)), Segment("ok")], Color(0, 0, 0)
    )
    assert not any(FORBIDDEN & set(text) for text, _, _ in plain)
    assert plain[0].style is not None
    assert plain[0].style.link is None
    assert plain[0].style.bold
    assert plain[1].text == "ok"


def test_foreign_text_has_no_way_around_the_gate() -> None:
    """No file of the client parses markup, opens links, or leaves markup on in a widget (P13)."""
    root = Path(bbs_client.__file__).parent
    for path in root.rglob("*.py"):
        source = path.read_text("utf-8")
        assert not FORBIDDEN_CODE.search(source), path
        # A string would be parsed as markup; there it is given as Content, and nowhere else.
        assert "border_title" not in source or path.parts[-2:] == ("widgets", "dialog.py"), path
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"notify", "Static"} and "textual" in source:
                options = {word.arg: word.value for word in node.keywords}
                off = options.get("markup")
                plain = isinstance(off, ast.Constant) and off.value is False
                assert plain, f"{path}:{node.lineno}: {name} without markup=False"


async def test_words_that_are_gone_leave_markers(tmp_path: Path) -> None:
    """What faded or was withdrawn leaves a marker, and lists go on working without titles (P10)."""
    gone = (
        Thread(
            id=TOMATOES,
            board=GARDEN,
            number=1,
            author=MemberAuthor(id=BEN),
            title=None,
            at=NOW,
            posts=6,
            state=ContentState.FADED,
            revision=9,
        ),
        a_post(1, None, state=ContentState.FADED, revision=9),
    )
    session = a_session(tmp_path, gone)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter")
        assert "· faded" in screen_text(app)
        await into(pilot, "j", "enter", "home")
        assert "· ben  faded" in screen_text(app)
    session.cache.close()
    session.outbox.close()

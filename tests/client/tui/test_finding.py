"""Finding what is not on this device yet, and what the sysop has to say."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.clock import DAY_MS, to_ms
from bbs.features.community.messages import ClosingResult
from bbs.features.community.rules import closing_plan
from bbs.features.members.views import Member
from bbs.features.reading.messages import PostInThread, Resolve, Search, SearchPage
from bbs.features.reading.rules import parse_search
from bbs.features.reading.views import ResolveResult
from bbs.features.threads.views import Post
from bbs.messages import Request
from bbs.refusals import NotFound
from bbs.words import Wanted
from bbs_client.features.reading import screen
from bbs_client.features.reading.found import FoundList, excerpt
from bbs_client.keys import Pane
from bbs_client.safe_text import describe_error
from bbs_client.session.events import NoticesChanged
from bbs_client.session.session import Session
from bbs_client.widgets.dialog import Dialog
from tests.client.app.driving import (
    connection_of,
    into,
    notes,
    pane_of,
    screen_text,
    until_shown,
)
from tests.client.app.sample import BEN, GARDEN, NOW, RAIN, TOMATOES, a_session, an_app


async def test_the_end_of_the_threads_asks_for_older_ones(session: Session) -> None:
    """Who comes to the oldest thread that is here gets what is before it; nothing where that is #1."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "j")
        assert f"threads:{GARDEN}" not in connection_of(app).opened
        for thread, number in ((TOMATOES, 51), (RAIN, 52)):
            row = session.cache.thread(thread)
            assert row is not None
            later = replace(row.thread, id=f"{thread[:-3]}9{number}", number=number)
            session.cache.apply((later,))
        session.cache._db.execute("DELETE FROM threads WHERE number < 51")
        app.main.refresh_all()
        await into(pilot, "k", "j", "j", "j")
        # The first answer said that there are no more.
        assert connection_of(app).opened.count(f"threads:{GARDEN}") == 1


async def test_search_goes_on_page_by_page(session: Session) -> None:
    """The end of the list leads to older hits, which come below those that are shown."""
    app = an_app(session)
    row = session.cache.thread(TOMATOES)
    assert row is not None
    posts: list[Post] = session.cache.posts(TOMATOES, [6, 5])
    newer, older = (PostInThread(post=post, thread=row.thread) for post in posts)
    asked: list[Search] = []

    async def call(request: Request[Any]) -> Any:
        assert isinstance(request, Search)
        asked.append(request)
        if request.before is None:
            return SearchPage(found=(newer,), next_before=7)
        return SearchPage(found=(older,))

    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).call = call  # type: ignore[method-assign]  # the test's own stand-in
        await into(pilot, "slash", *"hope", "enter")
        assert "1 hit so far." in screen_text(app)
        assert "Enter shows older ones" in screen_text(app)
        await into(pilot, "j", "enter")
        assert [one.before for one in asked] == [None, 7]
        assert "2 hits, all shown." in screen_text(app)
        assert "older ones" not in screen_text(app)
        await into(pilot, "enter")
        assert app.main.thread.current == "#5"


async def test_a_second_enter_typed_ahead_changes_nothing(session: Session) -> None:
    """An answer that comes when its dialog is closed already ends neither the client nor a screen."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "g", *"garden")
        dialog = app.screen
        assert isinstance(dialog, Dialog)
        dialog.action_enter()
        dialog.action_enter()
        await into(pilot)
        assert app.screen is not dialog
        assert app.is_running


async def test_an_address_that_is_not_here_is_asked_for(session: Session) -> None:
    """g takes the address of an unlisted board, which no list shows, and goes there."""
    app = an_app(session)
    board = session.cache.board(GARDEN)
    assert board is not None
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[Resolve] = ResolveResult(board=board.board)
        await into(pilot, "g", *"quiet-corner")
        assert "ask the server" in screen_text(app)
        await into(pilot, "enter")
        assert GARDEN in connection_of(app).opened
        assert pane_of(app) is Pane.THREADS
        assert app.main.threads.board == GARDEN


async def test_an_address_nobody_knows_is_said_to_be_nowhere(session: Session) -> None:
    """What the server does not know, and what cannot be asked offline, is said in a sentence."""
    app = an_app(session)

    async def call(request: Request[Any]) -> Any:
        raise NotFound("board")

    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "g", *"quiet-corner", "enter")
        assert "You are offline." in screen_text(app)
        connection_of(app).call = call  # type: ignore[method-assign]  # the test's own stand-in
        await into(pilot, "g", *"quiet-corner", "enter")
        assert describe_error(NotFound("board")) in [
            str(note.message) for note in app._notifications
        ]
        assert app.screen is app.main


async def test_what_the_sysop_says_is_shown_as_plain_text(session: Session) -> None:
    """A message of the day is told once, planned maintenance stays in the bar; neither is markup."""
    app = an_app(session)
    async with app.run_test(size=(120, 24), notifications=True) as pilot:
        app.session.hear(NoticesChanged("[red]Tea\x1b[2J at four", NOW + timedelta(hours=1)))
        text = await until_shown(pilot, "[red]Tea")
        assert "[red]Tea" in text
        assert "\x1b" not in text
        app.clear_notifications()
        await into(pilot)
        assert "server rests from 15:30" in screen_text(app)
        app.session.hear(NoticesChanged())
        await into(pilot)
        assert "server rests" not in screen_text(app)


async def test_the_end_of_the_community_stays_in_the_bar(session: Session) -> None:
    """Whoever looks sees from when on nothing can be written, and by when to have read it all."""
    closing = closing_plan(to_ms(NOW) + 20 * DAY_MS, to_ms(NOW))
    session.cache.apply((ClosingResult(closing=closing),))
    app = an_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await into(pilot)
        assert "read-only from" in screen_text(app)
        early = closing_plan(to_ms(NOW), to_ms(NOW) - 20 * DAY_MS)
        session.cache.apply((ClosingResult(closing=early),))
        app.main.show_state()
        await into(pilot)
        assert "read-only, closes" in screen_text(app)


async def test_a_planned_stop_that_is_past_leaves_the_bar(session: Session) -> None:
    """The bar tells of what is planned, not of what has been."""
    app = an_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        app.session.hear(NoticesChanged("", NOW + timedelta(minutes=1)))
        assert "server rests" in await until_shown(pilot, "server rests")
        app.session.hear(NoticesChanged("", NOW - timedelta(minutes=1)))
        await into(pilot)
        assert "server rests" not in screen_text(app)


async def test_a_name_that_only_repeats_the_handle_is_not_shown(session: Session) -> None:
    """A post's header says `ben`, not `ben Ben`."""
    ben = session.members[BEN]
    assert isinstance(ben, Member)
    session.cache.apply((replace(ben, name="BEN", revision=ben.revision + 1),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        assert "● ben  fades 12 Mar" in screen_text(app)
        assert "BEN" not in screen_text(app)


async def test_search_finds_on_this_device_as_one_types(session: Session) -> None:
    """What the mirror holds is shown while one types, parts of words too, and stays offline."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "slash", *"fleec")
        await until_shown(pilot, "2 hits on this device")
        text = screen_text(app)
        assert text.index("garden/1/3") < text.index("garden/1/2"), "newest first"
        await into(pilot, "down", "enter")
        assert app.main.thread.current == "#2", "what the cursor is on, not another search"
        await into(pilot, "slash", "ctrl+u", *"fleece from:cleo", "enter")
        text = await until_shown(pilot, "1 hit, all shown.")
        assert "You are offline. These are on this device." in text
        await into(pilot, "enter")
        assert app.main.thread.current == "#3"


async def test_what_is_typed_is_found_inside_a_run_of_signs(session: Session) -> None:
    """One sign of a Japanese text finds it while one types, and without accents so does a word."""
    post = next(iter(session.cache.posts(TOMATOES, [1])))
    session.cache.apply((replace(post, body="Łódź 東京都", revision=post.revision + 1),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "slash", "京")
        await until_shown(pilot, "1 hit on this device")
        await into(pilot, "ctrl+u", *"lod")
        await until_shown(pilot, "1 hit on this device")
        await into(pilot, "enter")
        await until_shown(pilot, "lod* also finds longer words.")
        await into(pilot, "slash", "ctrl+u", *"lod*", "enter")
        await until_shown(pilot, "1 hit, all shown.")


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_any_text_can_be_looked_for_in_the_mirror(text: str) -> None:
    """Whatever is typed is a search, also here: no text is an error (protocol 9)."""
    with TemporaryDirectory() as folder:
        session = a_session(Path(folder))
        with closing(session.cache), closing(session.outbox):
            found = session.cache.find(parse_search(text))
    assert all(one.post.body is not None for one in found)


async def test_hits_of_a_search_stay(session: Session) -> None:
    """Back from a hit leads to the list at the same place; > and < go on from hit to hit (C9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "slash", *"from:ben", "enter")
        await until_shown(pilot, "all shown.")
        hits = session.trail.hits
        assert len(hits.found) > 2
        await into(pilot, "j", "enter")
        assert app.main.thread.current == f"#{hits.found[1].post.number}"
        await into(pilot, "greater_than_sign")
        assert f"Hit 3 of {len(hits.found)}." in notes(app)
        assert app.main.thread.current == f"#{hits.found[2].post.number}"
        await into(pilot, "less_than_sign", "less_than_sign", "less_than_sign")
        assert f"No hit before this: hit 1 of {len(hits.found)}." in notes(app)
        await into(pilot, "greater_than_sign", "q")
        assert isinstance(app.screen, screen.SearchPage)
        assert app.screen.query_one(FoundList).cursor == 1
        await into(pilot, "enter", "j", "q")
        assert isinstance(app.screen, screen.SearchPage), "wherever in the thread one went"
        await into(pilot, "escape")
        assert pane_of(app) is Pane.THREADS
        await into(pilot, "enter", "q")
        assert app.screen is app.main, "a thread that was opened otherwise leads to its board"


async def test_the_last_search_is_there_again_until_it_is_emptied(session: Session) -> None:
    """/ shows the last hits; what is typed takes the place of the words, ^U leaves none (C9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "greater_than_sign")
        assert "There are no hits yet: / searches." in notes(app)
        await into(pilot, "slash", *"fleece", "enter", "escape", "slash")
        assert "garden/1/3" in screen_text(app)
        await into(pilot, *"tar", "enter", "escape", "slash")
        shown = screen_text(app)
        assert "garden/2/2" in shown
        assert "garden/1/3" not in shown
        await into(pilot, "ctrl+u", "escape", "slash")
        assert "garden/2/2" not in screen_text(app)


async def test_a_search_is_narrowed_to_the_board_where_one_is(session: Session) -> None:
    """b searches this board alone, and again everything; found words are underlined (looks 5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "slash", *"fleece", "enter", "b")
        shown = screen_text(app)
        assert "/ fleece board:garden" in shown
        assert "garden alone, newest first" in shown
        await into(pilot, "b")
        assert "board:garden" not in screen_text(app)
        await into(pilot, "y")
        assert app.clipboard == "garden/1/3"
    fleece = Wanted(("fleece",))
    found = excerpt("Nothing, I had Fleece on.", [fleece], 40)
    assert [found.plain[span.start : span.end] for span in found.spans] == ["Fleece", "Fleece"]
    signs = Wanted(("京",), prefix=True)
    folded = excerpt("In Łódź, 東京都", [Wanted(("lodz",)), signs], 40)
    marked = {folded.plain[span.start : span.end] for span in folded.spans}
    assert marked == {"Łódź", "京"}, "as they are written"
    late = excerpt("word " * 30 + "fleece here", [fleece], 40)
    assert late.plain.startswith("… word")
    assert "fleece" in late.plain[:40]

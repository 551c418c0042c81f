"""What opens over the panes."""

import pytest
from msgspec.structs import replace
from textual import events
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input

from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause, GetNorms, Norms
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.reading.messages import PostInThread, Search, SearchPage
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import History, PostRevision
from bbs_client.keys import Pane, key_name, key_of
from bbs_client.session.session import Session
from bbs_client.tui.help import sheet_rows
from bbs_client.tui.help_sheets import SHEETS
from bbs_client.widgets.dialog import TextDialog
from bbs_client.widgets.key_bar import KeyBar
from tests.client.app.driving import connection_of, into, pane_of, screen_text
from tests.client.app.sample import GARDEN, NOW, RAIN, READERS, TOMATOES, an_app, post_id


async def test_help_begins_with_the_keys_of_where_one_was(session: Session) -> None:
    """? shows the keys of a thread to whoever reads one, Tab every group of all, q goes back."""
    app = an_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "question_mark")
        text = screen_text(app)
        assert "keys of a thread" in text
        assert "leave it for the next round" in text
        assert "While writing" not in text
        await into(pilot, "tab")
        assert "all keys" in screen_text(app)
        await into(pilot, *["pagedown"] * 8)
        assert "Garden !       you are called there." in screen_text(app)
        await into(pilot, "q")
        assert app.screen is app.main
        await into(pilot, "4", "question_mark")
        assert "keys of a page" in screen_text(app)


async def test_help_pages_while_nothing_is_looked_for(session: Session) -> None:
    """Space pages and q goes back until something is typed; / makes every letter one (C9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "question_mark", "tab", "space")
        assert "Go to the next item." not in screen_text(app)
        assert " READING" in screen_text(app)
        await into(pilot, "slash", *"quote")
        text = screen_text(app)
        assert "quote it, by its address" in text
        assert " WRITING" in text
        await into(pilot, "space", "q")
        assert "/▌quote q" in screen_text(app), "with something to look for they are text"
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_a_dialog_opens_once(session: Session) -> None:
    """Asked for again while it is open, as from the palette, a dialog opens no second time."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "question_mark")
        app.action_do("help")
        await into(pilot)
        assert len(app.screen_stack) == 2
        app.action_do("keymap")
        await into(pilot)
        assert len(app.screen_stack) == 3
        await into(pilot, "escape", "escape")
        assert app.screen is app.main


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 90])
async def test_a_long_text_leaves_its_keys_in_sight(session: Session, rows: int) -> None:
    """However long it is, a text shows how to leave it, and can be read to its last row."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        rows_of_it = "\n".join(f"row {number}." for number in range(1, rows + 1))
        app.push_screen(TextDialog[None](Content("Long"), Content(rows_of_it)))
        await into(pilot, "end")
        shown = screen_text(app)
        assert f"row {rows}." in shown
        assert "Esc back" in shown
        text, keys = app.screen.query_one(VerticalScroll), app.screen.query_one(KeyBar)
        assert text.region.bottom <= keys.region.y


async def test_help_leaves_what_fits(session: Session) -> None:
    """Typing leaves the rows that hold each word, by key, name or sentence; clearing brings all."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "question_mark", *"MARK thr")
        text = screen_text(app)
        assert "Mark the whole thread as read." in text
        assert "Moving about" not in text
        await into(pilot, *"qq")
        assert "Nothing here says that." in screen_text(app)
        await into(pilot, "ctrl+u", *"catch-up-b")
        assert "Mark all of the board as read" in screen_text(app)
        await into(pilot, "ctrl+u")
        assert "Moving about" in screen_text(app)
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_a_post_tells_address_times_and_wordings(session: Session) -> None:
    """i shows what is known of a post, and fetches every wording it had."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[GetHistory] = History(
            revisions=(PostRevision(revision=1, at=NOW, body="What fleece?"),)
        )
        await into(pilot, "j", "enter", "j", "enter", "j", "j", "i")
        text = screen_text(app)
        assert "garden/1/3" in text
        assert "this fades on 12 Mar" in text
        assert "version 1 were in force" in text
        assert "What fleece?" in text


async def test_wordings_need_the_connection(session: Session) -> None:
    """Offline, what is here is shown, and what is not says why."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "j", "j", "i")
        assert "Earlier wordings: You are offline." in screen_text(app)


async def test_a_member_is_shown_without_counts(session: Session) -> None:
    """u shows who somebody is: no score, no last seen (P2, P11)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "u")
        text = screen_text(app)
        assert "@ben" in text
        assert "member since" in text
        assert "seen" not in text.replace("chose to be seen", "")
        assert "posts" not in text.split("ben", 1)[1].split("Esc")[0].replace("posts fade", "")


async def test_presence_is_ones_own_choice(session: Session) -> None:
    """Everybody begins unseen, and v is the only way to change it (P11)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.online = True
        assert connection_of(app).visible is None
        await into(pilot, "w")
        assert "You are not seen" in screen_text(app)
        await into(pilot, "v")
        assert connection_of(app).visible is True
        assert "You are seen" in screen_text(app)
        await into(pilot, "v", "escape")
        assert connection_of(app).visible is False


async def test_norms_are_read_before_a_seat_is_taken(session: Session) -> None:
    """s shows charter and clauses with their why; accepting names the version that was read (P5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "S")
        text = screen_text(app)
        assert "One book a season." in text
        assert "Why: We share one." in text
        assert "a accept and take the seat" in text
        await into(pilot, "a")
        command = session.outbox.pending()[0].command
        assert isinstance(command, TakeSeat)
        assert (command.board, command.norms_version) == (READERS, 1)


async def test_norms_that_are_not_here_cannot_be_accepted(session: Session) -> None:
    """Nobody accepts what they could not read: an old version is fetched anew first (P5)."""
    from msgspec.structs import replace

    board = session.cache.board(READERS)
    assert board is not None
    session.cache.apply((replace(board.board, norms_version=2, revision=2),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "S", "a")
        assert session.outbox.pending() == []
        assert "You are offline." in screen_text(app)
        await into(pilot, "escape")
        clauses = (Clause(text="Finish the book.", why="Endings matter."),)
        connection_of(app).answers[GetNorms] = Norms(board=READERS, version=2, clauses=clauses)
        await into(pilot, "S")
        assert "Finish the book." in screen_text(app)
        await into(pilot, "a")
        command = session.outbox.pending()[0].command
        assert isinstance(command, TakeSeat)
        assert command.norms_version == 2


async def test_new_norms_are_accepted_on_the_seat_one_has(session: Session) -> None:
    """When norms change, writing first shows them (P5)."""
    from msgspec.structs import replace

    board = session.cache.board(GARDEN)
    assert board is not None
    clauses = (Clause(text="Rinse your boots.", why="Slugs travel."),)
    session.cache.apply(
        (
            replace(board.board, norms_version=2, revision=2),
            Norms(board=GARDEN, version=2, clauses=clauses),
        )
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t")
        assert "Rinse your boots." in screen_text(app)
        assert "accept the new norms" in screen_text(app)


async def test_a_seat_can_be_left(session: Session) -> None:
    """x asks what becomes of the words there; nobody can leave the commons that way (P9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "S", "x", "escape")
        assert session.outbox.pending() == []
        await into(pilot, "j", "S", "x")
        (tried,) = [each for each in connection_of(app).asked if isinstance(each, Leave)]
        assert (tried.board, tried.dry_run) == (GARDEN, True)


async def test_search_goes_to_what_was_found(session: Session) -> None:
    """/ asks the server, shows hits with their place, and Enter opens the post in its thread."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        post = session.cache.posts(TOMATOES, [5])[0]
        row = session.cache.thread(TOMATOES)
        assert row is not None
        connection_of(app).answers[Search] = SearchPage(
            found=(PostInThread(post=post, thread=row.thread),), notes=("no board named lawn",)
        )
        await into(pilot, "slash", *"sheets", "enter")
        text = screen_text(app)
        assert "No board named lawn. 1 hit, all shown." in text
        assert "garden/1/5" in text
        await into(pilot, "enter")
        assert app.main.pane is Pane.THREAD
        assert app.main.thread.current == "#5"


async def test_quick_switch_finds_by_a_few_letters(session: Session) -> None:
    """g and some letters lead to boards, threads and members."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "g", *"rainb", "enter")
        assert pane_of(app) is Pane.THREAD
        assert "Rain barrels, again" in screen_text(app)
        await into(pilot, "g", *"cellar", "enter")
        assert pane_of(app) is Pane.THREADS
        assert "posts fade after 7 days" in screen_text(app)
        await into(pilot, "g", *"@cleo", "enter")
        assert "Cleo of the Hill" in screen_text(app)


async def test_quick_switch_takes_an_exact_handle_first(session: Session) -> None:
    """A handle that is typed whole is chosen, though a title matches the letters as well."""
    row = session.cache.thread(RAIN)
    assert row is not None
    session.cache.apply((replace(row.thread, title="ben ben ben"),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "g", *"ben", "enter")
        assert "@ben" in screen_text(app)


async def test_copying_takes_the_address_first_and_then_the_text(session: Session) -> None:
    """y copies what one can cite; again, what one can quote."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "y")
        assert app.clipboard == "garden/1/1"
        await into(pilot, "y")
        assert app.clipboard.startswith("The frost took **half**")
        assert post_id(TOMATOES, 1) not in app.clipboard


@pytest.mark.parametrize(
    ("key", "name"), [("slash", "/"), ("g", "g"), ("colon", ":"), ("question_mark", "?")]
)
async def test_what_is_typed_ahead_is_typed(session: Session, key: str, name: str) -> None:
    """Letters that come before a dialog has its field stand in it, in their order."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        for one, character in ((key, name), *((letter, letter) for letter in "jkqhtomato")):
            app.post_message(events.Key(one, character))
        await into(pilot)
        assert app.screen.query_one(Input).value == "jkqhtomato"


@pytest.mark.parametrize("typed", ["/", "/tomato", "g", ":fol", "?"])
async def test_esc_typed_ahead_closes_what_was_opened(session: Session, typed: str) -> None:
    """Esc that comes before a dialog is there closes it, and leaves what is behind it alone."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter")
        for one in typed:
            app.post_message(events.Key(key_name(one), one))
        app.post_message(events.Key("escape", None))
        await into(pilot)
        assert app.screen is app.main
        assert pane_of(app) is Pane.THREADS


def test_every_sheet_of_help_fits_its_columns() -> None:
    """Keys stand apart from what they do, and nothing is cut, at 80 columns and at 60 (looks 5)."""
    for place, sheet in SHEETS.items():
        for width in (78, 58):
            rows = [row.plain for row in sheet_rows(place, width)]
            assert max(map(len, rows)) <= width
            for _, hints in (*sheet.left, *sheet.right):
                for ids, says in hints:
                    keys = " ".join(key_of(id) for id in ids)
                    assert any(f" {keys:<8} {says}" in row for row in rows), (place, says)


async def test_a_page_leads_elsewhere(session: Session) -> None:
    """On a page the keys of places work as they do where the reader reads: the page closes first."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "4", "5")
        assert " › Saved" in screen_text(app).splitlines()[0]
        await into(pilot, "comma")
        assert " › Settings" in screen_text(app).splitlines()[0]
        await into(pilot, "b")
        assert app.screen is app.main
        assert pane_of(app) is Pane.BOARDS
        await into(pilot, "4", "question_mark", "q", "0")
        assert app.screen is app.main
        assert pane_of(app) is Pane.HOME


async def test_beside_a_page_no_other_list_has_a_cursor(session: Session) -> None:
    """On a wide screen the boards stay in sight beside a page, without a lit row (looks 8)."""
    app = an_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await into(pilot, "b")
        await into(pilot, "4", "question_mark")
        assert app.main.boards.is_beside
        await into(pilot, "escape")
        assert app.main.boards.is_beside
        await into(pilot, "escape")
        assert not app.main.boards.is_beside

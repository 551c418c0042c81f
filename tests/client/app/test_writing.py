"""Writing, and what waits to be sent."""

import re

from msgspec.structs import replace
from textual import events
from textual.widgets import Input

from bbs import limits
from bbs.features.boards.seat_messages import Seat, SeatState, TakeSeat
from bbs.features.members.views import Member
from bbs.features.threads.messages import (
    Say,
    StartThread,
    WritePost,
)
from bbs.streams import board_stream
from bbs_client.hues import member_hue
from bbs_client.keys import Pane
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.session import Session
from bbs_client.widgets.bars import StatusBar
from bbs_client.widgets.composer import SAVE_SECONDS
from tests.client.app.driving import (
    at_once,
    connection_of,
    drawn_after,
    into,
    notes,
    screen_text,
    until_shown,
)
from tests.client.app.sample import ANA, BEN, GARDEN, READERS, TOMATOES, an_app, people, post_id

THREAD_KEYS = ("j", "enter", "j", "enter")
REPLY = Destination(DestinationKind.POST, GARDEN, TOMATOES, post_id(TOMATOES, 1))


async def test_a_reply_names_whom_it_answers_where_the_name_stands(session: Session) -> None:
    """Also a member called like a word of the sentence above the composer is in their hue (looks 3)."""
    (ben,) = [one for one in people() if isinstance(one, Member) and one.id == BEN]
    session.cache.apply([replace(ben, handle="to")])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        hue = app.theme_variables[member_hue(BEN)]
        assert drawn_after(app, " Answer to ") == ("to", hue)


async def test_a_reply_is_pending_at_once(session: Session) -> None:
    """What one sends stands in the thread at once, says that it waits, and is in the outbox."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        assert app.main.query_one(StatusBar).writing
        (heading,) = [row for row in screen_text(app).splitlines() if "Answer to" in row]
        assert heading.startswith(" Answer to ben garden/1/1, on norms version 1  ")
        assert heading.endswith("  fades 1 Apr")
        await into(pilot, "q", "n", "ctrl+s")
        (item,) = session.outbox.pending()
        command = item.command
        assert isinstance(command, WritePost)
        assert (command.thread, command.parent, command.body) == (
            TOMATOES,
            post_id(TOMATOES, 1),
            "qn",
        )
        text = screen_text(app)
        assert "waits for the connection" in text
        assert "1 to be sent" in text
        assert app.main.pane is Pane.THREAD
        assert not app.main.query_one(StatusBar).writing


async def test_who_answers_a_post_went_on_from_it(session: Session) -> None:
    """An answered post is read, as one that Space passed is, and none beside it (P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "home", "r", *"Yes.")
        assert connection_of(app).marked == []
        await into(pilot, "ctrl+s")
        assert connection_of(app).marked == [(TOMATOES, 1, 1, True)]
        assert app.main.bar.kept == ""


async def test_letters_are_letters_while_writing(session: Session) -> None:
    """No reading key works in the composer; Esc leaves it and keeps the draft as typed."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", *"jkqnGDe?:", "escape")
        assert app.main.pane is Pane.THREAD
        assert not app.main.composer.display
        draft = session.drafts.load(REPLY.key)
        assert draft is not None
        assert draft.text == "jkqnGDe?:"
        await into(pilot, "r")
        assert app.main.composer.editor.text == "jkqnGDe?:"


async def test_who_waits_is_told_the_place_and_not_to_take_a_seat(session: Session) -> None:
    """A writing key asks nobody who waits for a seat for a yes they gave; the seat's page neither (C9)."""
    ahead = Seat(board=READERS, member=BEN, state=SeatState.WAITING, position=1)
    mine = Seat(board=READERS, member=ANA, state=SeatState.WAITING, position=2, norms_version=1)
    session.cache.apply((ahead, mine))
    session.cache.set_cursor(board_stream(READERS), 1)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "t")
        assert "You wait for a seat, second in line." in notes(app)
        assert not app.main.composing
        await into(pilot, "S")
        text = screen_text(app)
        assert "You wait for a seat, second in line." in text
        assert "a accept" not in text
        assert "x wait no longer" in text


async def test_a_thread_is_answered_from_the_list(session: Session) -> None:
    """r and R on the list of threads answer the post that begins the thread, and show it (C9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "r")
        assert app.main.composing
        assert app.main.composer.destination == REPLY
        assert "The frost took half of them." in screen_text(app)
        await into(pilot, "escape", "q", "R")
        assert app.main.composer.destination == REPLY
        assert connection_of(app).marked == [], "to answer is not to have read it all"


async def test_quoting_starts_with_the_address(session: Session) -> None:
    """R begins with the address of the post, whose words stay its own (P10)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "R")
        assert app.main.composer.editor.text == "> garden/1/1\n\n"


async def test_a_new_thread_has_a_title(session: Session) -> None:
    """t asks for a title first, Enter goes on to the text, and both go out together."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t", "ctrl+s")
        assert "nothing to send" in screen_text(app)
        await into(pilot, *"Figs", "enter", *"When?", "ctrl+s")
        (item,) = session.outbox.pending()
        assert isinstance(item.command, StartThread)
        assert (item.command.title, item.command.body) == ("Figs", "When?")
        assert "Figs" in screen_text(app)


async def test_the_lounge_sends_with_enter(session: Session) -> None:
    """In a lounge Enter sends, ^J begins a new line, and the composer stays ready."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "r", "a", "ctrl+j", "b", "enter")
        (item,) = session.outbox.pending()
        assert isinstance(item.command, Say)
        assert item.command.body == "a\nb"
        assert app.main.composer.editor.has_focus
        assert app.main.composer.editor.text == ""
        assert "waits for the connection" in screen_text(app)


async def test_a_chat_becomes_a_thread(session: Session) -> None:
    """T twice quotes a run of lines by their addresses: their words fade with the lounge (P10)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "k", "T")
        assert "ana ▸ Morning! Kettle is on." in screen_text(app)
        await into(pilot, "escape", "T", "j", "T")
        composer = app.main.composer
        assert composer.editor.text == (
            "From the lounge, ana, cleo:\n\n> garden/lounge/2\n> garden/lounge/3\n\n"
        )
        assert "say in your own words what should stay" in screen_text(app)
        await into(pilot, *"Tea", "f3")
        text = screen_text(app)
        assert "Morning! Kettle is on." in text
        assert "Bring two cups." in text
        await into(pilot, "f3", "ctrl+s")
        (item,) = session.outbox.pending()
        assert isinstance(item.command, StartThread)
        assert "Kettle" not in item.command.body


async def test_pasting_is_cleaned_with_a_note(session: Session) -> None:
    """Control characters of a paste are dropped before they are text, and the writer is told (P13)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        app.main.composer.editor.post_message(events.Paste("a\x1b[31mb\r\nc\x9d"))
        cleaned = "cleaned while pasting: 2 control characters"
        assert cleaned in await until_shown(pilot, cleaned)
        assert app.main.composer.editor.text == "a[31mb\nc"


async def test_the_size_is_shown_near_the_limit(session: Session) -> None:
    """One learns that a text is getting too long before it is refused, and what is too long stays."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        app.main.composer.editor.insert("word " * 1_400)
        assert "7000 of 8000 characters" in await until_shown(pilot, "7000 of 8000 characters")
        app.main.composer.editor.insert("word " * 300)
        await into(pilot, "ctrl+s")
        assert "characters too long" in screen_text(app)
        assert session.outbox.pending() == []


async def test_writing_without_a_seat_leads_to_the_norms(session: Session) -> None:
    """Where one has no seat, a writing key shows the norms to be accepted first (P5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "enter", "t")
        assert "Speak as at a kitchen table." in screen_text(app)
        await into(pilot, "a")
        command = session.outbox.pending()[0].command
        assert isinstance(command, TakeSeat)
        assert command.norms_version == 1


async def test_names_are_completed(session: Session) -> None:
    """@ offers handles, an address its threads, Tab a board, a colon an emoji; Enter stays Enter."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        editor = app.main.composer.editor
        await into(pilot, *"@c")
        assert "@cleo  Cleo of the Hill" in screen_text(app)
        await into(pilot, "enter")
        assert editor.text == "@c\n"
        await into(pilot, *"@c")
        await into(pilot, "tab")
        assert editor.text == "@c\n@cleo"
        await into(pilot, *" gar")
        await into(pilot, "tab")
        await into(pilot, *"/ra")
        assert "garden/2  Rain barrels, again" in screen_text(app)
        await into(pilot, "down", "enter")
        assert editor.text.endswith("@cleo garden/2")
        await into(pilot, *" :wave: :wav")
        await into(pilot, "escape")
        assert editor.text.endswith(" 👋 :wav")
        assert editor.has_focus
        await into(pilot, "escape")
        assert not app.main.composer.display


async def test_completion_takes_no_enter_in_a_lounge(session: Session) -> None:
    """In a lounge Enter sends what was typed, whatever is offered, unless one went to choose."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "r")
        for keys in (("enter",), ("down", "enter", "enter")):
            await into(pilot, *"hi @b")
            text = screen_text(app)
            assert "hi @b" in text, "what is offered never covers what is typed"
            assert "@ben  Ben" in text
            await into(pilot, *keys)
        said = [item.command for item in session.outbox.pending()]
        assert [one.body for one in said if isinstance(one, Say)] == ["hi @b", "hi @ben"]


async def test_a_preview_looks_as_readers_see_it(session: Session) -> None:
    """F3 shows title and body below the text by the renderer of the thread, and hides them (looks 5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t", *"Figs", "enter")
        await into(pilot, *"**Wrap** them")
        await into(pilot, "f3")
        text = screen_text(app)
        assert "New thread in Garden" in text
        assert "As readers will see it" in text
        assert "F3 hides it" in text
        seen = text[text.index("As readers") :]
        assert re.search(r" Figs\n.*\n.* ● ana  .*\n.* │  Wrap them\n", seen)
        await into(pilot, *"!")
        assert app.main.composer.editor.text == "**Wrap** them!"
        assert " │  Wrap them!\n" in screen_text(app)
        await into(pilot, "f3")
        assert "As readers" not in screen_text(app)


async def test_an_answer_is_previewed_where_it_will_stand(session: Session) -> None:
    """The answered post stays above; the preview hangs from its rail as the last answer (looks 5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "home", "j", "j", "j", "j", "r", *"Wrapped.", "f3")
        await pilot.pause(SAVE_SECONDS)
        rows = (await until_shown(pilot, "     │  Wrapped.")).splitlines()
        assert rows[1].startswith("▌╰─● ben")
        answered = next(at for at, row in enumerate(rows) if "Answer to ben garden/1/5" in row)
        assert answered <= 7
        seen = rows[next(at for at, row in enumerate(rows) if "As readers" in row) + 2 :]
        assert seen[0].startswith("   ╰─● ana  ")
        assert seen[0].endswith("#7  14:30")
        assert len(seen[0]) == 76
        assert seen[1] == "     │  Wrapped."
        assert "draft kept 14:30" in rows[-2]


async def test_where_there_are_few_rows_the_text_has_them_all(session: Session) -> None:
    """Below 16 rows the composer takes the whole body (looks 2)."""
    app = an_app(session)
    async with app.run_test(size=(80, 15)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        assert screen_text(app).splitlines()[1].startswith(" Answer to ben")
        await into(pilot, "escape")
        assert "The frost took" in screen_text(app)


async def test_the_letter_after_the_writing_key_is_the_texts(session: Session) -> None:
    """Whoever types the key and the words at once finds every letter in the text."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS)
        await at_once(pilot, "r", *"quick", "backspace")
        assert app.main.composer.editor.text == "quic"


async def test_esc_right_after_a_writing_key_leaves_everything_as_it_was(session: Session) -> None:
    """Esc typed before the composer is there ends that, and the next key does what it says."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS)
        await at_once(pilot, "r", "escape")
        assert not app.main.composer.display
        assert app.main.pane is Pane.THREAD
        await into(pilot, "r", "a")
        assert app.main.composer.editor.text == "a"


async def test_the_letter_after_tab_is_the_next_fields(session: Session) -> None:
    """Whoever types title, Tab and text at once finds each where it belongs."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t")
        await at_once(pilot, "A", "tab", "b", "c")
        assert app.main.composer.editor.text == "bc"


async def test_a_newcomer_reads_the_norms_takes_a_seat_and_writes_on(session: Session) -> None:
    """t is pressed once: after the yes the composer opens, while the seat is on its way (P5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "t")
        assert "One book a season." in screen_text(app)
        await into(pilot, "escape")
        assert not app.main.composer.display
        await into(pilot, "t", "a")
        assert app.main.composer.display
        assert isinstance(session.outbox.pending()[0].command, TakeSeat)


async def test_on_a_full_board_nothing_is_written_yet(session: Session) -> None:
    """Who can only wait for a seat is not led to write what would be refused (P3)."""
    row = session.cache.board(READERS)
    assert row is not None
    holder = Seat(board=READERS, member=BEN, state=SeatState.SEATED, position=1)
    session.cache.apply((replace(row.board, seats=1, revision=2), holder))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "t", "a")
        assert session.outbox.pending()
        assert not app.main.composer.display


async def test_a_title_takes_every_line_of_a_paste(session: Session) -> None:
    """Its lines become one, also behind an empty first line, and what was taken out is told."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t", *"My ")
        app.post_message(events.Paste("\nwords\non two \x1b[31mlines\n"))
        await into(pilot)
        title = app.main.composer.query_one("#title", Input)
        assert title.value == "My words on two [31mlines"
        assert "cleaned while pasting: 1 control character" in screen_text(app)
        app.post_message(events.Paste("x" * limits.TITLE_CHARS_MAX))
        await into(pilot)
        assert len(title.value) == limits.TITLE_CHARS_MAX
        assert "characters beyond the limit" in screen_text(app)

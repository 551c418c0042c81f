"""Hiding on the screen: what a board's moderators do to a post or line, by a clause (P5, P8)."""

import pytest
from msgspec.structs import replace

from bbs.errors import BadParams
from bbs.features.threads.hiding_messages import (
    GetHiddenPost,
    HiddenTextResult,
    HideLine,
    HidePost,
    RestorePost,
)
from bbs.features.threads.views import ContentState, LineResult, PostResult
from bbs.refusals import CommandWaits
from bbs.testing import a_line, a_post, a_thread
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import CELLAR, GARDEN, NOW, an_app
from tests.client.app.test_board_form import asked, told

WAITS = CommandWaits(
    "second_key", NOW, ["the clause it cites is a matter of judgement"], CELLAR, to_few=True
)


def hides(app: FolkmootApp) -> list[HidePost | HideLine]:
    """Return the commands that hide something, in the order in which they were sent."""
    return [each for each in connection_of(app).asked if isinstance(each, HidePost | HideLine)]


THERE = ("j", "j", "j", "2", "enter")


async def test_a_moderator_hides_a_post_and_shows_it_again(session: Session) -> None:
    """Clause and reason are typed, and a clause that cannot be is said where it was typed; the marker
    names it; from there the words are read, and shown again with a reason."""
    thread = a_thread(number=9, board=CELLAR, title="Casks", posts=1)
    post = a_post(board=CELLAR, thread=thread.id, number=1, body="Quincunx words.")
    session.cache.apply([thread, post])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        gone = {"body": None, "state": ContentState.HIDDEN, "norm": 2}
        hidden = replace(post, revision=2, **gone)
        connection_of(app).answers[HidePost] = PostResult(post=hidden)
        await into(pilot, *THERE, "$", *"two", "enter")  # the first of two fields that cannot stand
        assert "norm: type a number from 1 to" in screen_text(app)
        await into(pilot, "tab", *"Rude", "enter")
        assert "norm: type a number from 1 to" in screen_text(app)
        assert not connection_of(app).asked
        await into(pilot, "end", "ctrl+u", "2", "enter")
        tried, command = hides(app)
        assert (tried.dry_run, tried.norm) == (True, 2)
        assert command == HidePost(post=post.id, norm=2, reason="Rude", op=command.op)
        assert "Hidden by norm 2" in told(app)
        session.cache.apply([hidden])
        app.main.refresh_all()
        await into(pilot)
        shown = screen_text(app)
        assert "hidden by norm 2: $ shows the words, A says why" in shown
        assert "Quincunx" not in shown
        found = HiddenTextResult(post=replace(post, norm=2), until=NOW)
        connection_of(app).answers[GetHiddenPost] = found
        connection_of(app).answers[RestorePost] = PostResult(post=replace(post, revision=3))
        await into(pilot, "$")
        shown = screen_text(app)
        assert "Words that are hidden by a norm" in shown
        assert "Quincunx words." in shown
        assert "Enter choose" not in shown  # there is nothing to choose
        await into(pilot, "escape", *"Right", "enter")
        again = asked(app, RestorePost)
        assert (again.post, again.reason) == (post.id, "Right")
        assert told(app) == "Everybody reads this post again."


async def test_a_line_is_hidden_too(session: Session) -> None:
    """The lounge shows the marker with its clause."""
    line = a_line(board=CELLAR, body="Obsidian line.", number=1, fades_at=NOW.replace(year=2027))
    session.cache.apply([line])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        hidden = replace(line, body=None, state=ContentState.HIDDEN, norm=1, revision=2)
        hidden = replace(hidden, of_commons=True)
        connection_of(app).answers[HideLine] = LineResult(line=hidden)
        await into(pilot, "j", "j", "j", "3", "$", *"commons 1", "tab", *"Rude", "enter")
        _, command = hides(app)
        assert (command.line, command.norm, command.of_commons) == (line.id, 1, True)  # type: ignore[union-attr]  # a line's
        assert "Hidden by norm 1 of the commons" in told(app)
        session.cache.apply([hidden])
        app.main.refresh_all()
        await into(pilot)
        assert "· hidden by norm 1 of the commons: $ shows" in screen_text(app)


@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_judgement_says_before_it_is_sent_that_it_takes_two(
    session: Session, *, goes_on: bool
) -> None:
    """The server is asked first what such a clause waits for; who then goes back has sent nothing, and
    who goes on is told that it waits, and until when (protocol 15.11)."""
    thread = a_thread(number=9, board=CELLAR, title="Casks", posts=1)
    post = a_post(board=CELLAR, thread=thread.id, number=1, body="Quincunx words.")
    session.cache.apply([thread, post])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[HidePost] = WAITS
        await into(pilot, *THERE, "$", "2", "tab", *"Rude", "enter")
        shown = screen_text(app)
        assert "This norm takes two people." in shown
        assert "another member in office has to agree by" in " ".join(shown.split())
        await into(pilot, "enter" if goes_on else "escape")
        assert [each.dry_run for each in hides(app)] == [True, False][: 1 + goes_on]
        if goes_on:
            assert "a matter of judgement: another member in office has to agree by" in told(app)
        assert "Quincunx words." in screen_text(app)


async def test_an_unknown_clause_takes_nothing_that_was_typed(session: Session) -> None:
    """The form comes back with clause and reason; of a post from another board the note says so (P12)."""
    thread = a_thread(number=9, board=CELLAR, title="Casks", posts=1)
    post = a_post(board=CELLAR, thread=thread.id, number=1, body="Quincunx words.")
    post = replace(post, norms_board=GARDEN)
    session.cache.apply([thread, post])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[HidePost] = BadParams("norm", "no clause has the number 9")
        await into(pilot, *THERE, "$", "9", "tab", *"Rude", "enter")
        shown = screen_text(app)
        assert "no clause has the number 9" in shown.lower()
        assert "Rude" in shown
        assert "Enter hide" in shown
        gone = {"body": None, "state": ContentState.HIDDEN, "norm": 1, "revision": 2}
        answers[HidePost] = PostResult(post=replace(post, **gone))
        await into(pilot, "home", "delete", "1", "enter")
        assert [each.norm for each in hides(app)] == [9, 1, 1]
        assert "Hidden by norm 1 of another board" in told(app)


async def test_others_are_told_whose_it_is(session: Session) -> None:
    """Who does not moderate the board is told so at once, and nothing is sent."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "2", "enter", "$")
        assert told(app) == "Only moderators of a board hide what others wrote there."
        assert not connection_of(app).asked

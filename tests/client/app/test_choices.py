"""Follow, mute, put aside, arrange: by keys, for oneself alone, on the screen at once (P1, P2)."""

from msgspec.structs import replace

from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import SetBoardChoice
from bbs.features.reading.views import NotificationLevel, Stance
from bbs.ids import COMMONS
from bbs.powers import Office
from bbs.testing import a_notice
from bbs_client.features.boards.widgets import PLACES
from bbs_client.keys import Pane
from bbs_client.session.session import Session
from tests.client.app.driving import into, notes, pane_of, screen_text
from tests.client.app.sample import (
    ANA,
    BEN,
    CELLAR,
    GARDEN,
    NOW,
    RAIN,
    READERS,
    TOMATOES,
    an_app,
    post_id,
)


def beside(text: str, name: str) -> str:
    """Return the sidebar's row that names a board or folder."""
    rows = (row.partition("│")[0].rstrip() for row in text.splitlines() if "│" in row)
    return next(row for row in rows if name in row)


async def test_a_muted_thread_is_in_no_round_and_no_count(session: Session) -> None:
    """m takes a thread out of the round under way and all counts, and once more brings it back."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "space", "space", "m")
        assert app.main.thread.thread == RAIN, "the round goes on"
        await into(pilot, "2")
        text = screen_text(app)
        assert "Tomatoes after the frost  muted" in text
        assert beside(text, "Garden").endswith(" 2")
        await into(pilot, "j", "m")
        assert session.cache.stances("thread") == {}
        assert "4 new  ben" in screen_text(app)


async def test_a_followed_thread_comes_before_the_boards(session: Session) -> None:
    """f puts a thread under `You follow` at home, in one's own round and nobody else's (P1)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "f")
        assert session.cache.stances("thread") == {RAIN: Stance.FOLLOW}
        assert "Rain barrels, again  followed" in screen_text(app)
        await into(pilot, "0")
        text = screen_text(app)
        assert text.index("You follow") < text.index("Rain barrels") < text.index("●  Garden")


async def test_boards_stand_in_ones_own_order_and_folders(session: Session) -> None:
    """[ and ] move a board, \\ puts it into a folder, and a folded folder shows its sum (P1)."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "left_square_bracket")
        assert app.main.boards.keys[len(PLACES)] == GARDEN
        assert app.main.boards.current == GARDEN
        await into(pilot, "backslash", *"Green", "enter")
        assert list(app.main.boards.keys)[-2:] == ["folder:Green", GARDEN]
        await into(pilot, "k", "enter")
        assert GARDEN not in app.main.boards.keys
        assert beside(screen_text(app), "Green").endswith(" 6")
        assert [folder.name for folder in session.cache.folders()] == [None, "Green"]
        assert set(session.cache.folders()[0].boards) >= {READERS, CELLAR}


async def test_one_key_undoes_what_changed_an_order_at_once(session: Session) -> None:
    """^_ takes back a move, a folder and a mute, newest first, says which, and then that none is left."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "left_square_bracket")
        assert "Garden moved up; ^_ takes that back." in notes(app)
        await into(pilot, "backslash", *"Green", "enter", "m")
        before = list(app.main.boards.keys)
        assert session.cache.stances("board") == {GARDEN: Stance.MUTE}
        app.clear_notifications()
        await into(pilot, "ctrl+underscore")
        assert notes(app) == "Undone. Garden is neither followed nor muted."
        assert (session.cache.stances("board"), list(app.main.boards.keys)) == ({}, before)
        app.clear_notifications()
        await into(pilot, "ctrl+slash")
        assert notes(app) == "Undone. Garden is back at its place in your order."
        assert app.main.boards.keys[len(PLACES)] == GARDEN
        await into(pilot, "ctrl+underscore")
        assert list(app.main.boards.keys)[len(PLACES) :][:2] == [COMMONS, GARDEN]
        assert session.cache.folders() == ()
        app.clear_notifications()
        await into(pilot, "ctrl+underscore")
        assert notes(app) == "No change of your order or choices is left to undo."


async def test_undo_never_overwrites_a_later_choice(session: Session) -> None:
    """What another device changed meanwhile stays: undo says so (P1)."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "m")
        session.cache.apply((SetBoardChoice(board=GARDEN, stance=Stance.FOLLOW),))
        app.clear_notifications()
        await into(pilot, "ctrl+underscore")
        assert notes(app) == "Garden was changed since, perhaps elsewhere; it stays as it is."
        assert session.cache.stances("board") == {GARDEN: Stance.FOLLOW}


async def test_a_muted_board_says_so_and_counts_nothing(session: Session) -> None:
    """m on a board takes all of it out of one's rounds; the board itself stays where it is."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "m")
        assert beside(screen_text(app), "Garden").endswith("muted")
        await into(pilot, "space")
        assert pane_of(app) is Pane.HOME
        assert "Nothing new for you." in screen_text(app)


async def test_a_post_is_put_aside_and_let_go(session: Session) -> None:
    """* marks a post as saved for its reader alone; pressed again, it is not."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "asterisk")
        assert ("post", post_id(TOMATOES, 1)) in session.cache.choices()
        assert "  put aside" in screen_text(app)
        await into(pilot, "asterisk")
        assert "put aside" not in screen_text(app)


async def test_a_member_is_muted_from_what_is_known_of_them(session: Session) -> None:
    """u, then m: what they write is in no round of one's own; they are never told."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "u", "m")
        assert session.cache.stances("member") == {BEN: Stance.MUTE}
        await into(pilot, "u")
        assert "muted" in screen_text(app)


async def test_the_level_of_notices_is_chosen_for_a_board(session: Session) -> None:
    """B chooses what of a board calls for attention; mentions is what stands at first."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "B")
        assert "• mentions" in screen_text(app)
        await into(pilot, "j", "enter")
        assert session.cache.choices()["board", GARDEN].level is NotificationLevel.NONE  # type: ignore[union-attr]  # a board's choice has one


async def test_saved_posts_are_listed_and_gone_to(session: Session) -> None:
    """5 lists what was put aside, newest first, offline too; Enter goes there."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "asterisk", "j", "j", "asterisk", "q", "5")
        text = screen_text(app)
        assert text.index("garden/1/3") < text.index("garden/1/1"), "newest first"
        assert "This is what is on this device." in text
        await into(pilot, "enter")
        assert app.main.thread.current == "#3"


async def test_the_inbox_holds_what_was_meant_for_one(session: Session) -> None:
    """I lists who answers or mentions one, from the mirror at once (P1)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "I")
        assert "● cleo calls you in Tomatoes after the frost" in screen_text(app)
        await into(pilot, "enter")
        assert app.main.thread.current == "#3"


async def test_the_inbox_tells_a_notice_whole(session: Session) -> None:
    """Offline too, I says who did what in which office and why, however long the reason is (P8)."""
    notice = a_notice(about=ANA, board=GARDEN, at=NOW)
    assert notice.act is not None
    act = replace(
        notice.act,
        author=MemberAuthor(id=BEN),
        office=Office.MODERATOR,
        reason="Because the garden grows, and one pair of hands cannot weed it before winter.",
    )
    session.cache.apply([replace(notice, act=act)])
    app = an_app(session)
    async with app.run_test(size=(60, 24)) as pilot:
        await into(pilot, "I")
        shown = " ".join(screen_text(app).replace("│", " ").replace("▌", " ").split())
        assert "○ garden: @ben, moderator of garden, made" in shown
        assert "cannot weed it before winter." in shown
        await into(pilot, "enter")  # it leads nowhere, and breaks nothing
        assert "cannot weed it" in screen_text(app)


async def test_thanks_are_between_two_people(session: Session) -> None:
    """+ queues one thanks for the author and says that nobody else will see it (P2)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "plus")
        assert [item.method for item in session.pending()] == ["threads.thank"]
        assert "Only ben will ever see it." in [str(one.message) for one in app._notifications][-1]
        await into(pilot, "j", "plus")
        assert len(session.pending()) == 1, "nobody thanks themselves"

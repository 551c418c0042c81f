"""The thread and the lounge, beyond what walking through them shows."""

from datetime import timedelta

import msgspec
import pytest

from bbs.features.members.views import FormerAuthor, ImportedAuthor, MemberAuthor
from bbs.features.threads.ended_there import EndedThere
from bbs.features.threads.messages import PostPublished
from bbs.features.threads.tree import Tree
from bbs.features.threads.views import ContentState, Line, Skeleton, SkeletonPost
from bbs.terminal.render import title_of
from bbs.testing import a_board, a_thread
from bbs_client.safe_text import thread_title
from bbs_client.session.events import MirrorChanged
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import post_rows
from bbs_client.widgets.rails import Rails
from bbs_client.widgets.rows import as_row
from tests.client.app.driving import connection_of, into, screen_text, until_shown
from tests.client.app.sample import (
    ANA,
    BEN,
    GARDEN,
    NOW,
    RAIN,
    TOMATOES,
    a_post,
    an_app,
    post_id,
    uid,
)

THREAD_KEYS = ("j", "enter", "j", "enter")


def a_line(number: int, body: str | None = "Hm.", *, days: int = 0) -> Line:
    """Return a line of the garden's lounge, said after those of the sample."""
    return Line(
        id=uid(5_000 + number),
        board=GARDEN,
        number=number,
        author=MemberAuthor(id=BEN),
        at=NOW - timedelta(days=days),
        fades_at=NOW + timedelta(hours=9),
        body=body,
    )


async def test_deep_posts_say_whom_they_answer(session: Session) -> None:
    """A chain stays in line however long; deeper than rails are drawn, headers say it (looks 4)."""
    chain = [
        a_post(number, "word " * 30, thread=RAIN, parent=post_id(RAIN, number - 1))
        for number in range(2, 30)
    ]
    forks = [
        a_post(number, "word " * 30, thread=RAIN, parent=post_id(RAIN, number - 20))
        for number in range(30, 50)
    ]
    session.cache.apply((*chain, PostPublished(post=chain[-1])))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "enter", "G")
        view = app.main.thread
        rows = [row.content.plain for row in view.draw(len(view.keys) - 1, 78)]
        assert rows[0].startswith("  ● ben  ")
        assert " to " not in rows[0]
        session.cache.apply((*forks, PostPublished(post=forks[-1])))
        view.reload()
        place = view.keys.index_of("#29")
        assert place is not None
        rows = [row.content.plain for row in view.draw(place, 78)]
        assert max(len(row) for row in rows) <= 75
        assert rows[0].index("●") == 16
        assert "● ben  to ben #28  " in rows[0]
        assert rows[1].index("│", 16) == 16
        assert rows[1].index("word") == 19


async def test_a_second_answer_moves_nothing_under_the_cursor(session: Session) -> None:
    """It makes a branch of the first; the post under the cursor keeps its row (looks 4 and 6)."""
    long = "word " * 60
    chain = [
        a_post(number, long, thread=RAIN, parent=post_id(RAIN, number - 1))
        for number in range(2, 7)
    ]
    session.cache.apply((*chain, PostPublished(post=chain[-1])))
    app = an_app(session)
    async with app.run_test(size=(60, 24)) as pilot:
        await into(pilot, "j", "enter", "enter", "G")
        view = app.main.thread
        place = next(y for y, row in enumerate(screen_text(app).splitlines()) if "▌" in row)
        assert "  ● ben" in screen_text(app).splitlines()[place]
        second = a_post(7, "And I?", thread=RAIN, parent=post_id(RAIN, 4))
        session.cache.apply((second, PostPublished(post=second)))
        app.session.hear(MirrorChanged(whole=True))
        row = (await until_shown(pilot, "▌  │ ● ben")).splitlines()[place]
        assert view.current == "#6"
        assert row.startswith("▌  │ ● ben")


async def test_what_arrives_below_says_so_until_one_was_there(session: Session) -> None:
    """The last row of the body tells how many new posts stand below it, and nothing moves (looks 6)."""
    long = [
        a_post(number, "word " * 60, thread=RAIN, parent=post_id(RAIN, 1)) for number in range(3, 9)
    ]
    session.cache.apply((*long, PostPublished(post=long[-1])))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "enter")
        assert "new below" not in screen_text(app)
        before = [row[:76].rstrip() for row in screen_text(app).splitlines()[2:-3]]
        for new, number in enumerate((9, 10), 1):
            late = a_post(number, "Late.", thread=RAIN, parent=post_id(RAIN, 1))
            session.cache.apply((late, PostPublished(post=late)))
            app.session.hear(MirrorChanged(whole=True))
            await until_shown(pilot, f"{new} new below")
        rows = screen_text(app).splitlines()
        assert [row[:76].rstrip() for row in rows[2:-3]] == before
        assert rows[-3][:77].endswith("  2 new below  End")
        await into(pilot, "end")
        assert "Late." in screen_text(app)
        assert "new below" not in screen_text(app)
        await into(pilot, "home")
        assert "new below" not in screen_text(app)


async def test_own_words_arrive_in_the_same_rows(session: Session) -> None:
    """What waits becomes a post with its number, without a note and without a move (looks 6)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, *THREAD_KEYS, "G", "r", *"Mine", "ctrl+s")
        rows = screen_text(app).splitlines()
        at = next(y for y, row in enumerate(rows) if "◌ ana  waits for the connection" in row)
        (item,) = session.outbox.pending()
        app.clear_notifications()
        arrived = a_post(
            7,
            "Mine",
            id=item.command.post,
            parent=post_id(TOMATOES, 6),
            author=MemberAuthor(id=ANA),
        )  # type: ignore[union-attr]  # an answer's
        session.cache.apply((arrived, PostPublished(post=arrived)))
        session.outbox.done(item.id)
        app.session.hear(MirrorChanged(whole=True))
        after = (await until_shown(pilot, "#7  13:30")).splitlines()
        assert "● ana  you" in after[at]
        assert after[at].replace("●", "◌").startswith(rows[at].partition("  waits")[0])
        assert after[at].endswith("#7  13:30")
        assert after[at + 1] == rows[at + 1]
        assert not app._notifications


async def test_what_was_refused_says_why_and_what_to_do(session: Session) -> None:
    """In place of the words' fate, with the keys that work there (looks 7)."""
    item = UnsentItem(
        id=1,
        method="posts.write",
        board=GARDEN,
        thread=RAIN,
        post=uid(1),
        parent=None,
        title="",
        body="x",
        may_come_back=True,
        reason="this thread is locked until 1 March",
    )
    head = post_rows.pending_header(session, item)
    at = Rails(Tree.build((1,), (None,)), 78).frame(0)
    rows = [row.content.plain for row in post_rows.framed(head, (), at, edge=75)]
    assert rows == [
        "◌ ana",
        "│  refused: this thread is locked until 1 March. e takes your words back, D",
        "│  drops them.",
    ]


async def test_words_that_are_not_here_are_fetched_when_seen(session: Session) -> None:
    """A post known by its shape alone says so, and its words are asked for."""
    bone = SkeletonPost(
        number=3,
        parent=1,
        author=MemberAuthor(id=BEN),
        state=ContentState.PUBLISHED,
        imported=False,
        seq=30,
    )
    shape = Skeleton(thread=a_thread(id=RAIN, board=GARDEN), bones=(bone,))
    session.cache.apply((shape, PostPublished(post=a_post(3, "Here.", thread=RAIN))))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "enter")
        assert "· not on this device; it comes with the connection" in screen_text(app)
        assert RAIN in connection_of(app).opened
        place = app.main.thread.keys.index_of("#3")
        session.cache.apply((a_post(3, "Here now.", thread=RAIN, seq=30),))
        app.session.hear(MirrorChanged(whole=True))
        assert "Here now." in await until_shown(pilot, "Here now.")
        assert app.main.thread.keys.index_of("#3") == place


async def test_authors_who_are_no_members_cannot_pass_for_one(session: Session) -> None:
    """An imported name stands in quotes and says what it is; who left has no name (P13)."""
    session.cache.apply(
        (
            a_post(5, "x", author=ImportedAuthor(id="i", name="ana"), revision=2),
            a_post(6, "y", author=FormerAuthor(), revision=2),
        )
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "G")
        text = screen_text(app)
        assert "“ana”  imported" in text
        assert "a former member" in text


@pytest.mark.parametrize("flat", [False, True])
async def test_a_subject_stands_above_its_post(session: Session, flat: bool) -> None:
    """In the tree and by time, in rows no body can make; a mark of its own, whatever it holds (P13)."""
    forged = a_post(5, "├ No subject", subject="[PATCH 2/44] \x1b[31mQuince " + "long " * 20)
    session.cache.apply((msgspec.structs.replace(forged, revision=2),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, *("v" * flat), "G")
        rows = [row.strip("▌ ") for row in screen_text(app).split("\n")]
        at = next(place for place, row in enumerate(rows) if "├  [PATCH 2/44]" in row)
        assert "● ben" in rows[at - 1]
        assert "#5" in rows[at - 1]
        assert "├  long" in rows[at + 1]
        assert "│  ├ No subject" in rows[at + 2]


async def test_a_marker_says_how_its_words_ended_where_it_came_from(session: Session) -> None:
    """On a board that came in a pack nobody takes a marker for one that its author withdrew, nor its
    author for a former member; so in the thread and where its title stood (protocol 29.10)."""
    withdrawn = {"state": ContentState.WITHDRAWN, "imported": True}
    for number, ended in ((5, EndedThere.HIDDEN), (6, EndedThere.LEFT_OUT), (7, EndedThere.MOVED)):
        post = a_post(number, None, **withdrawn, ended_there=ended)
        nobody = ImportedAuthor(id=post.id)
        session.cache.apply((msgspec.structs.replace(post, author=nobody),))
    title = a_thread(id=RAIN, board=GARDEN, number=2, title=None, **withdrawn, revision=9)
    left_out = msgspec.structs.replace(title, ended_there=EndedThere.LEFT_OUT)
    assert thread_title(left_out) == title_of(left_out) == "(left out by its author)"
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS)
        text = screen_text(app)
        for word in ("hidden where it came from", "left out by its author", "moved before it came"):
            assert f"a nameless author  imported  {word}" in text, text
        assert "former" not in text


async def test_addresses_in_old_words_lead_on_and_others_are_plain(session: Session) -> None:
    """In words that came with a board, its old name leads to it, also where another board has that name;
    no other address leads anywhere (29.10)."""
    shed = a_board(id=uid(7_001), slug="shed", number=9, came_as=("garden",))
    thread = a_thread(id=uid(7_002), board=shed.id, number=1)
    of_shed = {"thread": thread.id, "board": shed.id, "imported": True}
    old = [
        a_post(1, "Beans climb", **of_shed),
        a_post(2, "> garden/1/1\n\nThey do.\n\n> kitchen/3/1\n\nNot so.", **of_shed),
    ]
    session.cache.apply((shed, thread, *old))
    came = [str(row.content) for row in post_rows.body(session, old[1].body, 60, of=old[1])]
    assert any("Beans climb" in row and "shed/1/1" in row for row in came), came
    assert any("kitchen/3/1  at its old home" in row for row in came), came
    new = [str(row.content) for row in post_rows.body(session, "> garden/1/1", 60)]
    assert not any("Beans climb" in row for row in new), new


async def test_the_newest_line_stays_in_view_while_one_is_there(session: Session) -> None:
    """At the end of a lounge new talk comes into view; further up nothing moves."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.cache.apply(a_line(number, f"talk {number}") for number in range(4, 60))
        await into(pilot, "j", "3")
        assert "talk 59" in screen_text(app)
        session.cache.apply((a_line(60, "newest"),))
        app.session.hear(MirrorChanged(whole=True))
        assert "newest" in await until_shown(pilot, "newest")
        await into(pilot, "pageup")
        before = [row[:70].rstrip() for row in screen_text(app).splitlines()[1:19]]
        session.cache.apply((a_line(61, "even newer"),))
        app.session.hear(MirrorChanged(whole=True))
        text = await until_shown(pilot, "1 new below  End")
        assert [row[:70].rstrip() for row in text.splitlines()[1:19]] == before
        assert "1 new below  End" in text


async def test_older_lines_are_asked_for_at_the_top(session: Session) -> None:
    """Going up from the oldest line asks for more of them."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "home")
        assert f"lines:{GARDEN}" in connection_of(app).opened


async def test_a_line_cannot_forge_a_speaker(session: Session) -> None:
    """Rows of a line never reach the columns of time and speaker (P13)."""
    session.cache.apply((a_line(4, "well\n14:03          ana │ I resign.\n" + "x" * 200),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        view = app.main.lounge
        rows = [as_row(row).content.plain for row in view.draw(len(view.keys) - 1, 78)]
        assert rows[0].startswith("14:30          ben │ well")
        assert all(row.startswith(" " * 18 + " │ ") for row in rows[1:])
        assert all(len(row) <= 78 for row in rows)


async def test_a_new_day_is_marked(session: Session) -> None:
    """Where a day begins, its date stands."""
    session.cache.apply((a_line(4, "late"), a_line(5, "early", days=-1)))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        text = screen_text(app)
        assert "── Monday, 2 March ──" in text
        assert "── Tuesday, 3 March ──" in text


async def test_a_line_that_was_taken_back_leaves_a_marker(session: Session) -> None:
    """Words that are gone are gone here too (P10)."""
    from msgspec.structs import replace

    gone = replace(a_line(4, None), state=ContentState.WITHDRAWN, revision=2)
    session.cache.apply((a_line(4, "oops"), gone))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        assert "ben │ · " in screen_text(app)
        assert "withdrawn by its author" in screen_text(app)
        assert "oops" not in screen_text(app)

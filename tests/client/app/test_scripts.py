"""What a token wrote says so on the screen (P8)."""

from datetime import timedelta

from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import History, Line, PostRevision, Thread
from bbs.powers import Way
from bbs_client.mirror.file import Mirror
from bbs_client.session.events import AttentionNeeded, AttentionReason
from bbs_client.session.session import Session
from bbs_client.tui.notifications import describe_call
from tests.client.app.driving import connection_of, into, screen_text, until_shown
from tests.client.app.sample import BEN, EMPTY, GARDEN, NOW, RAIN, a_post, an_app, uid


def by_script(session: Session) -> None:
    """Let Ben's script start a thread and answer another, edit a post of Ben's, and say two lines."""
    thread = Thread(
        id=EMPTY,
        board=GARDEN,
        number=9,
        author=MemberAuthor(id=BEN),
        title="Almanac",
        at=NOW,
        posts=1,
        last_at=NOW,
        via=Way.SCRIPT,
    )
    edited = {"edits": 1, "edited_at": NOW, "edited_via": Way.SCRIPT, "revision": 2}
    lines = (
        Line(
            id=uid(5_000 + number),
            board=GARDEN,
            number=number,
            author=MemberAuthor(id=BEN),
            at=NOW - timedelta(minutes=1),
            fades_at=NOW + timedelta(hours=9),
            body=body,
            via=Way.SCRIPT,
        )
        for number, body in ((50, "Hoarfrost tonight."), (51, "word " * 17))
    )
    session.cache.apply(
        (
            thread,
            a_post(1, "Frost tonight.", thread=EMPTY, via=Way.SCRIPT),
            a_post(3, "Six degrees.", thread=RAIN, via=Way.SCRIPT, parent=None, seq=30),
            a_post(4, "Mended.", thread=RAIN, parent=None, seq=31, **edited),
            *lines,
        )
    )


async def test_lists_threads_and_lounge_name_the_script(session: Session) -> None:
    """The list of threads, a post's header, and a line's end say it, and nothing else does (P8)."""
    by_script(session)
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "enter")
        listed = screen_text(app)
        assert "Almanac  by script" in listed
        assert listed.count("by script") == 1
        await into(pilot, "enter")
        assert "● ben  by script  " in screen_text(app)
        await into(pilot, *":open garden/2", "enter")
        rows = screen_text(app).splitlines()
        [third] = [row for row in rows if "#3  " in row]
        assert "ben  by script  " in third
        [fourth] = [row for row in rows if "#4  " in row]
        assert "edited by script" in fourth
        assert fourth.count("by script") == 1
        assert not [row for row in rows if "by script" in row and "#1  " in row]
        await into(pilot, *":open garden/lounge", "enter")
        rows = [row.rstrip() for row in screen_text(app).splitlines()]
        assert [row for row in rows if row.rstrip("│ ").endswith("Hoarfrost tonight. · by script")]
        assert len([row for row in rows if "by script" in row]) == 2


async def test_about_a_post_and_its_wordings(session: Session) -> None:
    """What is known of a post says how it and each of its wordings came (P8)."""
    by_script(session)
    app = an_app(session)
    wordings = (
        PostRevision(revision=1, at=NOW, body="Before."),
        PostRevision(revision=2, at=NOW, body="Mended.", via=Way.SCRIPT),
    )
    async with app.run_test(size=(100, 30)) as pilot:
        connection_of(app).answers[GetHistory] = History(revisions=wordings)
        await into(pilot, *":open garden/2/4", "enter", *":info", "enter")
        rows = screen_text(app).splitlines()
        assert [", by script" in row for row in rows if "written" in row] == [False]
        assert [", by script, 1 in all" in row for row in rows if "edited  " in row] == [True]
        assert [", by script" in row for row in rows if "Wording of" in row] == [False, True]


async def test_finds_inbox_and_notices_name_the_script(session: Session) -> None:
    """What is found on this device and what calls the reader say it too (P8)."""
    by_script(session)
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "slash", *"degrees")
        assert "ben (by script)" in await until_shown(pilot, "ben (by script)")
        call = AttentionNeeded(BEN, GARDEN, AttentionReason.MENTION, Way.SCRIPT)
        assert describe_call(call, session).startswith("ben (by script) mentions you in garden")


def test_the_mirror_keeps_how_words_came(session: Session) -> None:
    """What was fetched says it offline, too, after another start (P8)."""
    by_script(session)
    cache: Mirror = session.cache
    [first] = cache.posts(EMPTY, [1])
    third, fourth = cache.posts(RAIN, [3, 4])
    assert (first.via, third.via, fourth.via, fourth.edited_via) == (
        *(Way.SCRIPT, Way.SCRIPT, Way.DEVICE, Way.SCRIPT),
    )
    row = cache.thread(EMPTY)
    assert row is not None
    assert row.thread.via is Way.SCRIPT
    assert [line.via for line in cache.lines(GARDEN)][-2:] == [Way.SCRIPT, Way.SCRIPT]

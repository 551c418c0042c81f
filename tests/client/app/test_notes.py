"""Held posts and notes on the screen: their author sees what waits and why, and who reads the note."""

from datetime import timedelta

from msgspec.structs import replace

from bbs.features.arriving.messages import (
    DeclinePost,
    HeldList,
    ListHeldPosts,
    NoteLineResult,
    NoteSaid,
    PublishPost,
    SayInNote,
)
from bbs.features.arriving.views import Guard, GuardKind, HeldPost, Note, NoteLine
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.views import Approval, ContentState, PostResult, Thread
from bbs.refusals import Conflict
from bbs_client.mirror.fold import fold
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, EMPTY, GARDEN, NOW, a_post, an_app, uid

NOTE = Note(
    newcomer=ANA,
    board=GARDEN,
    host=BEN,
    host_until=NOW + timedelta(days=60),
    post=uid(9),
    why=Approval.FIRST_POSTS,
    opened_at=NOW,
)
LINE = NoteLine(id=uid(1), note=ANA, number=1, author=CLEO, at=NOW, text="Tell us where you are.")
ENDS = NOW + timedelta(hours=72)
HELD = a_post(
    None,
    "Kale on sand.",
    id=uid(9),
    thread=EMPTY,
    author=MemberAuthor(id=ANA),
    state=ContentState.HELD,
    visible_at=ENDS,
    approval=Approval.FIRST_POSTS,
)
THREAD = Thread(
    id=EMPTY,
    board=GARDEN,
    number=None,
    author=MemberAuthor(id=ANA),
    title="Kale",
    at=NOW,
    posts=1,
    state=ContentState.HELD,
)


async def test_an_author_sees_what_a_held_post_waits_for(session: Session) -> None:
    """In the list, above the post and in full: that a person decides, and until when (P6, P7)."""
    session.cache.apply((THREAD, HELD))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter")
        assert "yours, held for a person until 5 Mar" in screen_text(app)
        await into(pilot, "enter")
        assert "yours, held for a person until 5 Mar  8 note" in screen_text(app)
        await into(pilot, "i")
        told = " ".join(screen_text(app).replace("│", " ").split())
        assert "the moderators look at first posts here" in told
        assert "If nobody decides before, it is published on 5 Mar" in told
        declined = replace(HELD, approval=Approval.DECLINED, revision=2)
        session.cache.apply((declined,))
        app.main.refresh_all()
        await into(pilot, "escape")
        assert "yours, declined by a moderator  8 note" in screen_text(app)
        await into(pilot, "e")
        [said] = app._notifications
        assert "declined this post: y copies its words" in said.message


async def test_a_guard_is_told_before_one_writes(session: Session) -> None:
    """Below the text stands what happens to it, and for how long."""
    until = NOW + timedelta(days=30)
    session.cache.apply(
        (
            Guard(
                board=GARDEN,
                member=ANA,
                kind=GuardKind.FIRST_POSTS,
                since=NOW,
                until=until,
                posts=1,
            ),
        )
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t")
        says = "A moderator reads your next 2 posts here first, until 1 Apr at most."
        assert says in screen_text(app)


async def test_a_note_says_first_who_reads_it(session: Session) -> None:
    """Then its lines; home tells of new ones until they were seen; a line is written and sent."""
    session.cache.apply((NOTE, LINE))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        assert "1 new line in your note" in screen_text(app)
        await into(pilot, "8")
        told = " ".join(screen_text(app).split())
        assert (
            "Who reads this: you, @ben as host until 1 May, and the moderators of Garden." in told
        )
        assert "It began when a first post was held for a person on Garden." in told
        assert "● @cleo" in told
        await into(pilot, "enter")
        assert "Who reads this:" in screen_text(app)
        answer = replace(LINE, id=uid(2), number=2, author=ANA, text="By the lake.")
        connection_of(app).answers[SayInNote] = NoteLineResult(line=answer)
        await into(pilot, "r", *"By the lake.", "enter")
        (command,) = connection_of(app).asked
        assert isinstance(command, SayInNote)
        assert (command.note, command.text) == (ANA, "By the lake.")
        session.cache.apply(fold(NoteSaid(line=answer)))
        app.main.refresh_all()
        await into(pilot)
        assert "@ana  you" in screen_text(app)
        assert "○ @cleo" in screen_text(app)
        await into(pilot, "escape", "0")
        assert "new line" not in screen_text(app)


async def test_without_a_note_its_key_says_what_one_is(session: Session) -> None:
    """Nobody has a note whom no guard ever stopped."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "8")
        assert "One opens when a guard holds a newcomer's post" in notes(app)


async def test_a_moderator_declines_with_a_word_or_a_clause(session: Session) -> None:
    """Not in silence: the form asks again; the desk says what happens without a decision (P5, P7)."""
    row = session.cache.board(GARDEN)
    assert row is not None
    assert row.seat is not None
    session.cache.apply((replace(row.seat, moderator=True, revision=2),))
    post = replace(HELD, author=MemberAuthor(id=CLEO))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[ListHeldPosts] = HeldList(held=(HeldPost(post=post, thread=THREAD),))
        await into(pilot, "d")
        shown = screen_text(app)
        assert "cleo writes a first post on Garden" in shown
        assert "Kale on sand." in shown
        assert "Without a decision it is published 5 Mar" in shown
        await into(pilot, "2", "enter")
        said = " ".join(screen_text(app).replace("│", " ").split())
        assert "silence teaches nobody" in said
        done = replace(post, approval=Approval.DECLINED, revision=2)
        answers[DeclinePost] = PostResult(post=done)
        await into(pilot, *"Where?", "enter")
        (command,) = [one for one in connection_of(app).asked if isinstance(one, DeclinePost)]
        assert (command.post, command.word, command.norm) == (post.id, "Where?", None)
        assert command.if_revision == post.revision


async def test_a_moderator_publishes_what_they_read(session: Session) -> None:
    """What the author changed meanwhile is not published unread: the decision names its revision (21.3)."""
    row = session.cache.board(GARDEN)
    assert row is not None
    assert row.seat is not None
    session.cache.apply((replace(row.seat, moderator=True, revision=2),))
    post = replace(HELD, author=MemberAuthor(id=CLEO), revision=4)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[ListHeldPosts] = HeldList(held=(HeldPost(post=post, thread=THREAD),))
        changed = Conflict(what="the post was changed meanwhile", revision=5)
        answers[PublishPost] = changed
        await into(pilot, "d", "1", "enter")
        (command,) = [one for one in connection_of(app).asked if isinstance(one, PublishPost)]
        assert (command.post, command.if_revision) == (post.id, 4)
        assert "changed meanwhile" in notes(app)

"""DesktopNotifier: for mentions and answers, while nobody looks, in words of our own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.clock import to_ms
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import AllChoices
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    MemberChoice,
    NotificationLevel,
    Stance,
    ThreadChoice,
)
from bbs.features.threads.messages import PostPublished
from bbs.features.threads.views import Post
from bbs.messages import Event
from bbs.sdk.updates import EventHappened
from bbs_client.session.events import AttentionNeeded, AttentionReason
from bbs_client.session.keeper import FRESH, attention_for
from bbs_client.session.session import Session
from bbs_client.tui.app import QUIET
from bbs_client.tui.notifications import (
    EVERY_SECONDS_MIN,
    IDLE_SECONDS,
    TEXT_CHARS_MAX,
    DesktopNotifier,
    describe_call,
    sequence,
)
from tests.client.app.driving import connection_of, until_shown
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, TOMATOES, a_post, an_app, post_id


def happened(event: Event, *, author: str = CLEO, age: timedelta = timedelta()) -> EventHappened:
    """Return an event as the line tells of it."""
    return EventHappened(
        stream=f"board:{GARDEN}",
        seq=90,
        at=NOW - age,
        kind=event.kind,
        author=MemberAuthor(id=author),
        subject="",
        event=event,
    )


def a_call(
    session: Session, *choices: Choice, author: str = CLEO, **post: object
) -> AttentionReason | None:
    """Return why a new post of the sample's thread calls for ana; None if it does not."""
    age = post.pop("age", timedelta())
    assert isinstance(age, timedelta)
    session.cache.apply((AllChoices(choices=choices, revision=1),))
    new: Post = a_post(90, "x", id=post_id(TOMATOES, 90), author=MemberAuthor(id=author), **post)  # type: ignore[arg-type]  # any fields
    session.cache.apply((new,))
    found = attention_for(
        happened(PostPublished(post=new), author=author, age=age), session.cache, to_ms(NOW)
    )
    return found.why if found else None


def test_mentions_and_answers_call(session: Session) -> None:
    """A post calls whom it mentions and whom it answers, with a parent or without, as the inbox
    has it (protocol 9.7, 11.3); anything else waits for the round (P1)."""
    assert a_call(session) is None
    assert a_call(session, mentions=(ANA,)) is AttentionReason.MENTION
    assert a_call(session, answers=ANA) is AttentionReason.ANSWER
    assert a_call(session, answers=ANA, parent=post_id(TOMATOES, 1)) is AttentionReason.ANSWER
    assert a_call(session, answers=BEN, parent=post_id(TOMATOES, 1)) is None
    assert a_call(session, answers=ANA, author=ANA) is None
    assert a_call(session, mentions=(ANA,), age=FRESH * 2) is None


def test_the_level_of_a_board_is_kept(session: Session) -> None:
    """One can hear everything of a board, or nothing; what is muted never calls."""
    everything = BoardChoice(board=GARDEN, level=NotificationLevel.ALL)
    assert a_call(session, everything) is AttentionReason.NEW
    assert (
        a_call(session, BoardChoice(board=GARDEN, level=NotificationLevel.NONE), mentions=(ANA,))
        is None
    )
    for mute in (
        ThreadChoice(thread=TOMATOES, stance=Stance.MUTE),
        BoardChoice(board=GARDEN, stance=Stance.MUTE, level=NotificationLevel.ALL),
        MemberChoice(member=CLEO, stance=Stance.MUTE),
    ):
        assert a_call(session, mute, mentions=(ANA,)) is None


@given(st.text(), st.sampled_from(["xterm-kitty", "foot", "rxvt-unicode"]))
def test_a_notice_is_one_sequence(text: str, term: str) -> None:
    """No text can end the sequence early, begin another field, or be long (P13)."""
    written = sequence("desktop", text, {"TERM": term})
    begin = next(
        begin for begin in ("\x1b]777;notify;Folkmoot;", "\x1b]9;Folkmoot: ") if begin in written
    )
    said = written.removeprefix(begin).removesuffix("\x1b\\")
    assert not {";", "\x1b", "\a", "\x9c"} & set(said)
    assert len(said) <= TEXT_CHARS_MAX


@pytest.mark.parametrize(
    ("kind", "environment", "begin"),
    [
        ("none", {}, ""),
        ("bell", {"TERM": "xterm-kitty"}, "\a"),
        ("desktop", {"TERM": "xterm-kitty"}, "\x1b]9;Folkmoot: ben"),
        ("desktop", {"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, "\a"),
        ("desktop", {"TERM": "linux"}, "\a"),
    ],
)
def test_terminals_get_what_they_know(kind: str, environment: dict[str, str], begin: str) -> None:
    """A notice where the terminal has them, a bell where it has not, nothing where none is wanted."""
    written = sequence(kind, "ben answered you", environment)
    assert written.startswith(begin)
    assert bool(written) == bool(begin)


def test_nobody_who_looks_is_told() -> None:
    """In the front the client is quiet; behind, it tells once in a while, never again and again."""
    now, written = [1_000.0], list[str]()
    notices = DesktopNotifier("bell", written.append, lambda: now[0])
    notices.tell("just typed")
    now[0] += IDLE_SECONDS
    notices.tell("away")
    notices.tell("at once again")
    assert written == ["\a"]
    now[0] += EVERY_SECONDS_MIN
    notices.focused(True)
    notices.tell("in the front, though idle")
    assert written == ["\a"]
    notices.focused(False)
    notices.touched()
    notices.tell("behind")
    assert written == ["\a", "\a"]


async def test_a_call_of_the_community_one_reads_is_quiet(session: Session) -> None:
    """What happens on the screen is seen there; the words of a notice are ours."""
    app = an_app(session, settings=replace(QUIET, notices="bell"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_shown(pilot, "Garden")
        connection_of(app).notify(AttentionNeeded(BEN, GARDEN, AttentionReason.ANSWER))
        assert "answered you" not in await until_shown(pilot, "answered you", rounds=3)
        assert describe_call(AttentionNeeded(BEN, GARDEN, AttentionReason.ANSWER), session) == (
            "ben answered you in garden · The Village Hall"
        )

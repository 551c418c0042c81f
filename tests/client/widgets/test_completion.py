"""Completing words: what is offered, and that an emoji is always a text the server takes."""

from contextlib import closing
from pathlib import Path

import pytest

from bbs.features.members.views import Member, MemberAuthor
from bbs.features.threads.views import Thread
from bbs.text import check_body
from bbs_client.session.session import Session
from bbs_client.widgets.completion import Completer, emoji, emoji_before
from tests.client.app.sample import BEN, GARDEN, NOW, a_session, uid


@pytest.fixture
def completer(session: Session) -> Completer:
    """A completer over the sample."""
    return Completer(session)


@pytest.mark.parametrize(
    ("before", "asked", "offered"),
    [
        ("@", False, ["@ana", "@ben", "@cleo"]),
        ("thank you @hi", False, ["@cleo"]),  # Cleo of the Hill
        ("mail me: ana@b", False, []),
        ("gar", False, []),
        ("gar", True, ["garden"]),
        ("see garden/", False, ["garden/2", "garden/1"]),
        ("see garden/fro", False, ["garden/1"]),
        ("see garden/1", False, []),
        ("nowhere/", True, []),
        ("a :thumbs", False, ["👍", "👎"]),
        ("10:30:wave", False, []),
    ],
)
def test_what_is_offered(
    completer: Completer, before: str, asked: bool, offered: list[str]
) -> None:
    """Signs call for names; bare words only for a Tab; a whole word for nothing."""
    _, offers = completer.find(before, asked=asked)
    assert [offer.text for offer in offers[: len(offered) or None]] == offered


def test_an_exact_name_comes_first(tmp_path: Path) -> None:
    """Who typed a whole handle, number or name of an emoji finds it first, though longer ones exist.

    Then come names that begin so, then others.
    """
    others = [
        Member(id=uid(110), handle="aaron", name="Ben Aaron"),
        Member(id=uid(111), handle="bench", name="The Bench"),
    ]
    row = [
        Thread(
            id=uid(310 + number),
            board=GARDEN,
            number=number,
            author=MemberAuthor(id=BEN),
            title="2 of them",
            at=NOW,
            posts=1,
            last_at=NOW,
        )
        for number in (20, 21, 22, 23, 24, 25, 26)
    ]
    session = a_session(tmp_path, others, row)
    with closing(session.cache), closing(session.outbox):
        completer = Completer(session)

        def offered(before: str) -> list[str]:
            return [offer.text for offer in completer.find(before, asked=True)[1]]

        assert offered("@ben") == ["@ben", "@bench", "@aaron"]
        assert offered("see garden/2")[0] == "garden/2"
    assert _first_emoji(completer, "+1") == emoji()["+1"]
    for name in emoji():
        if len(name) > 1:
            assert _first_emoji(completer, name) in ("", emoji()[name]), name


def _first_emoji(completer: Completer, name: str) -> str:
    """Return what is offered first for the whole name of an emoji."""
    offers = completer.find(f":{name}", asked=True)[1]
    return offers[0].text if offers else ""


def test_every_emoji_may_be_written() -> None:
    """Each name stands for a text that passes the gate, and a colon after it brings it."""
    assert len(emoji()) > 1_000
    for name, sign in emoji().items():
        check_body(sign)
        assert emoji_before(f"so :{name}") == (len(name) + 1, sign) or len(name) < 2
    assert emoji_before("no :emoji_of_that_name") is None

"""Completing words: what is offered, and that an emoji is always a text the server takes."""

import pytest

from bbs.text import check_body
from bbs_client.session.session import Session
from bbs_client.widgets.completion import Completer, emoji, emoji_before


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


def test_every_emoji_may_be_written() -> None:
    """Each name stands for a text that passes the gate, and a colon after it brings it."""
    assert len(emoji()) > 1_000
    for name, sign in emoji().items():
        check_body(sign)
        assert emoji_before(f"so :{name}") == (len(name) + 1, sign) or len(name) < 2
    assert emoji_before("no :emoji_of_that_name") is None

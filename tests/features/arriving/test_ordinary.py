"""A board without guards pays nothing for them: its posts cause no further look into the tables."""

from typing import Any, NoReturn, cast

import pytest

from bbs.clock import instant
from bbs.features.boards.messages import BoardKind, Visibility
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import PostPublished
from bbs.features.threads.views import Post
from bbs.ids import new_id
from bbs.powers import Role
from bbs.streams import board_stream
from bbs_server.features.arriving import guards
from bbs_server.features.threads import approving
from bbs_server.features.threads.rows import MEMBER, ThreadRow
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.outcome import AppendEvent
from bbs_server.standing import Actor, BoardFacts, Standing
from bbs_server.store.api import Tx
from tests.support.moments import in_order

NOW = 1_000


class Nothing:
    """Tables and features that nobody may ask."""

    def restrictions_on(self, *asked: Any) -> tuple[()]:
        """Return nothing; the gate has asked it before, so that it costs nothing more."""
        return ()

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"{name} was asked")


def facts_of(**settings: Any) -> BoardFacts:
    """Return the facts of a board with these settings."""
    plain = BoardFacts(new_id(), "garden", BoardKind.BOARD, Visibility.MEMBERS, 30, 48, 0, 1)
    return cast("BoardFacts", type(plain)(**{**_fields(plain), **settings}))


def _fields(facts: BoardFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__struct_fields__}


def context(facts: BoardFacts) -> Context:
    """Return the context of a command about a board, with nothing that could be asked."""
    standing = Standing(facts, Role.SEATED, frozenset())
    readers = cast("FeatureLookups", Nothing())
    actor = Actor(member=new_id(), session=new_id(), seated=True)
    return Context(in_order(NOW), lambda n: bytes(n), readers, actor=actor, standing=standing)


def test_a_post_without_guards_looks_nothing_up() -> None:
    """Neither a new thread nor an answer, nor its publishing, asks tables or features of guards."""
    facts = facts_of()
    ctx, tx = context(facts), cast("Tx", Nothing())
    author = new_id()
    thread = ThreadRow(new_id(), facts.id, MEMBER, author, None, NOW, number=1, posts=3)
    assert approving.why_held(tx, ctx, "words https://example.net") is None
    assert approving.why_held(tx, ctx, "words https://example.net", thread) is None
    post = Post(
        id=new_id(),
        board=facts.id,
        thread=thread.id,
        author=MemberAuthor(id=author),
        at=instant(NOW),
        visible_at=instant(NOW),
    )
    emit = AppendEvent(board_stream(facts.id), PostPublished(post=post), post.id)
    assert guards.count_post(tx, ctx, emit) == ()
    with pytest.raises(AssertionError, match="was asked"):
        approving.why_held(tx, context(facts_of(guard_links=True)), "words")

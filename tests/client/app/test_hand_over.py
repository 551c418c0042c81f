"""A hand-over on the screen: its heir reads all that binds them, and answers with the proof (protocol 32.4)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.community.hand_over import answer_about, digest_of
from bbs.features.community.hand_over_messages import (
    AnswerHandOver,
    GetHandOver,
    HandOverResult,
)
from bbs.features.community.hand_over_views import HandOverTerms
from bbs.features.community.views import Closing
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.proposals.messages import ListProposals
from bbs.messages import Request
from bbs.powers import Office
from bbs_client.mirror.fold import fold
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, notes
from tests.client.app.sample import ANA, BEN, NOW, an_app
from tests.client.app.test_proposals import a_proposal, listed, words

TERMS = HandOverTerms(
    norms_version=3,
    retention_days=0,
    lounge_hours=72,
    act_days=400,
    backup_days=30,
    closing=Closing(
        no_new_at=NOW + timedelta(days=30),
        read_only_at=NOW + timedelta(days=60),
        closed_at=NOW + timedelta(days=90),
    ),
)
WAITS = a_proposal(
    method="community.hand_over",
    thing=Thing(kind=ThingKind.COMMUNITY),
    about=ANA,
    office=Office.SYSOP,
    changes=(Change(field="handed_over", after=True), Change(field="backup_days", after=30)),
    until=NOW + timedelta(days=14),
    votes=(),
)
BINDS = (
    "The norms of the commons, version 3",
    "Posts of the commons are kept",
    "The logs of power are kept for 400 days",
    "No backup holds what is erased today for longer than 30 days",
    "The community is read-only from",
)


@pytest.mark.parametrize("key", ["y", "n"])
async def test_the_heir_reads_all_that_binds_them_and_answers(session: Session, key: str) -> None:
    """At 80x24, every term above the proof; the signature is over exactly these terms (32.4)."""
    session.online = True
    state = HandOverResult(proposal=WAITS.id, until=WAITS.until, heir=ANA, terms=TERMS)
    signed: list[Request[Any]] = []

    async def confirm(request: Request[Any], about: str) -> Any:
        accepts = key == "y"
        assert about == answer_about(WAITS.id, digest_of(TERMS), is_accepted=accepts)
        signed.append(request)
        return state

    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        connection.has_key = True
        connection.confirm = confirm  # type: ignore[attr-defined]  # a stand-in's
        connection.answers[ListProposals] = listed(WAITS)
        connection.answers[GetHandOver] = state
        session.cache.apply(fold(listed(WAITS)))
        await into(pilot, "V")
        assert "you may accept it or refuse it or object" in words(app)
        await into(pilot, key)
        shown = words(app)
        for term in BINDS:
            assert term in shown
        assert "by the key of this device" in shown
        await into(pilot, "enter")
        said = "You accepted." if key == "y" else "You refused: nothing is changed."
        assert said in notes(app)
        connection.answers[GetHandOver] = replace(state, is_accepted=True)
        await into(pilot, "V")
        assert "accepted by you; you can still refuse" in words(app)
        assert "you may refuse it or object" in words(app)  # and not to accept it once more
    [answer] = signed
    assert isinstance(answer, AnswerHandOver)
    assert (answer.is_accepted, answer.terms) == (key == "y", digest_of(TERMS))


async def test_nobody_else_is_asked(session: Session) -> None:
    """Who is not the heir may object, and is offered no answer (32.4)."""
    session.online = True
    app = an_app(session)
    other = a_proposal(
        method=WAITS.method, thing=WAITS.thing, about=BEN, changes=WAITS.changes, votes=()
    )
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[ListProposals] = listed(other)
        session.cache.apply(fold(listed(other)))
        await into(pilot, "V")
        assert "accept it" not in words(app)

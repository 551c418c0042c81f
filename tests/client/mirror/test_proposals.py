"""What waits for others is kept: events tell that it waits, a list tells its words (protocol 15.9)."""

from pathlib import Path

from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.members.views import MemberAuthor
from bbs.features.proposals.messages import ListProposals, ProposalState, ProposalVoted
from bbs.ids import COMMONS, new_id
from bbs.sdk.updates import EventHappened
from bbs.streams import COMMONS_STREAM
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.session.events import ProposalTold
from tests.client.mirror.linked import House
from tests.client.mirror.model import Model
from tests.client.mirror.waits import a_proposal


async def test_words_and_whose_word_counts_follow_an_event(house: House) -> None:
    """A client that hears of a move asks for its words, and tells whoever looks; its own it tells not."""
    await house.start()
    model = house.community.model
    model.waits.move(model.tell, model.other.id, instant(model.clock()))
    house.community.pump()
    await house.until(lambda: any(row.may_object for row in house.cache.proposals(COMMONS)))
    [row] = house.cache.proposals(COMMONS)
    assert row.proposal.changes[1].said_after == "Shed"
    assert [one.proposal.id for one in house.told(ProposalTold)] == [row.proposal.id]
    model.waits.object(model.tell, 0, model.me.id)
    house.community.pump()
    await house.until(lambda: bool(house.cache.proposals()[0].proposal.votes))
    model.waits.end(model.tell, 0)
    house.community.pump()
    await house.until(lambda: not house.cache.proposals())
    assert [one.proposal.state for one in house.told(ProposalTold)] == ["open", "carried_out"]


async def test_what_is_my_own_or_old_is_told_nobody(house: House) -> None:
    """Who moved it knows; what is replayed from before a while stands in the list."""
    await house.start()
    model = house.community.model
    model.waits.move(model.tell, model.me.id, instant(model.clock()))
    log = model.log[COMMONS_STREAM]
    own = log[-1]
    log[-1] = EventHappened(
        own.stream, own.seq, own.at, own.kind, MemberAuthor(id=model.me.id), "", own.event
    )
    house.community.pump()
    await house.until(lambda: len(house.cache.proposals()) == 1)
    assert house.told(ProposalTold) == []


def test_an_event_takes_no_words_and_an_end_takes_all(tmp_path: Path) -> None:
    """What a list told stays below later events; once it ended, nothing brings it back (P10)."""
    model = Model()
    cache = Mirror.open(tmp_path / "mirror.db", model.me.id, model.clock)
    cache.apply([model.boards[COMMONS]])
    model.waits.move(model.tell, model.other.id, instant(model.clock()))
    early = model.answer(ListProposals(board=COMMONS))
    cache.apply(fold(early))
    model.waits.object(model.tell, 0, model.me.id)
    [*_, event] = model.log[COMMONS_STREAM]
    assert isinstance(event.event, ProposalVoted)
    place = EventPlace(event.stream, event.seq, event.at)
    cache.apply(fold(event.event), place)
    [row] = cache.proposals()
    assert (row.proposal.objections, row.may_object) == (1, True)
    assert row.proposal.changes[1].said_before == "Hall"
    model.waits.end(model.tell, 0)
    [*_, event] = model.log[COMMONS_STREAM]
    assert event.event is not None
    cache.apply(fold(event.event), EventPlace(event.stream, event.seq, event.at))
    cache.apply(fold(early))
    assert cache.proposals() == []
    assert b"Shed" not in (tmp_path / "mirror.db").read_bytes()
    elsewhere = a_proposal(new_id(), model.other.id, instant(model.clock()))
    cache.apply([elsewhere])
    assert cache.proposals() == [], "a board that is not here"
    cache.apply([replace(elsewhere, id=new_id(), key_of_commons=True)])
    [keyed] = cache.proposals()
    assert keyed.proposal.key_of_commons, "whoever has the key need not read the board"
    cache.apply([replace(keyed.proposal, state=ProposalState.CARRIED_OUT, revision=9)])
    cache.apply([replace(elsewhere, to_few=True)])
    assert len(cache.proposals()) == 1, "a key reaches farther than reading (15.11)"
    cache.close()

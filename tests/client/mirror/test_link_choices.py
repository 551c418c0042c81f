"""The link and one's own choices: there at once, kept offline, and never undone by what comes late."""

from bbs.features.reading.messages import ChoiceChanged, SavePost, SetBoardChoice, SetThreadChoice
from bbs.features.reading.rounds import build_round
from bbs.features.reading.views import BoardChoice, NotificationLevel, Stance, ThreadChoice
from bbs.ids import COMMONS
from bbs.refusals import LimitReached
from bbs.sdk.updates import EphemeralHappened
from bbs_client.session.events import CommandRefused
from tests.client.mirror.linked import House
from tests.client.mirror.outline import outline


async def test_muting_is_there_at_once_and_counts_nothing(house: House) -> None:
    """What is muted is unread nowhere, from the moment of the key on; unmuting brings it back."""
    muted, other = house.model.start(), house.model.start()
    for _ in range(3):
        house.model.reply(muted.id)
    await house.start()
    await house.until(lambda: house.cache.boards()[0].unread == 5)
    house.link.choose(SetThreadChoice(thread=muted.id, stance=Stance.MUTE))
    assert [row.unread for row in house.cache.threads(COMMONS)] == [1, 0]
    assert house.cache.boards()[0].unread == 1
    assert [one.thread for one in house.cache.waiting()] == [other.id]
    assert not any(row.unread for row in outline(house.cache, muted.id))
    house.model.reply(muted.id)
    house.community.pump()
    await house.until(lambda: not house.outbox.pending(marks=True) and not house.community.happened)
    assert house.cache.boards()[0].unread == 1
    house.link.choose(SetBoardChoice(board=COMMONS, stance=Stance.MUTE))
    assert house.cache.boards()[0].unread == 0
    house.link.choose(SetThreadChoice(thread=muted.id, stance=Stance.FOLLOW))
    assert [row.unread for row in house.cache.threads(COMMONS)] == [0, 5]
    house.link.choose(SetBoardChoice(board=COMMONS, stance=Stance.NONE))
    assert house.cache.boards()[0].unread == 6
    shown = build_round(house.cache.waiting(), house.cache.wishes(), house.cache.vector())
    assert [stop.thread for stop in shown.stops] == [muted.id, other.id]


async def test_choices_made_offline_are_kept_sent_and_merged(house: House) -> None:
    """Offline choices stand here, go out later, and leave alone what another device chose."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.community.turn(False, "cut")
    await house.until(lambda: not house.link.online)
    house.link.choose(SetThreadChoice(thread=thread.id, stance=Stance.FOLLOW))
    house.link.choose(SetBoardChoice(board=COMMONS, level=NotificationLevel.NONE))
    assert house.outbox.pending() == []
    # Another device muted the board, and its ephemeral comes before ours were told.
    told = house.model.choose(SetBoardChoice(board=COMMONS, stance=Stance.MUTE))
    late = EphemeralHappened(ChoiceChanged(choice=told.choice, revision=told.revision))
    house.community.push(late)
    await house.until(lambda: not house.community.happened)
    both = BoardChoice(board=COMMONS, stance=Stance.MUTE, level=NotificationLevel.NONE)
    assert house.cache.choices()["board", COMMONS] == both
    house.community.turn(True)
    await house.until(lambda: house.model.chosen == 3)
    house.community.push(late)
    await house.until(lambda: not house.community.happened)
    await house.settle()
    followed = ThreadChoice(thread=thread.id, stance=Stance.FOLLOW)
    assert house.model.choices == {("board", COMMONS): both, ("thread", thread.id): followed}
    assert house.cache.choices() == house.model.choices


async def test_what_the_server_refuses_does_not_stand(house: House) -> None:
    """A refused choice is said and undone; nothing of it waits in the outbox."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    post = next(iter(house.model.posts))

    def full(request: object) -> None:
        if isinstance(request, SavePost):
            raise LimitReached(what="follows, mutes and saved posts", limit=3)

    house.community.before = full
    house.link.choose(SavePost(post=post))
    assert ("post", post) in house.cache.choices()
    await house.until(lambda: bool(house.told(CommandRefused)))
    await house.until(lambda: not house.cache.choices())
    assert house.outbox.pending(marks=True) == []

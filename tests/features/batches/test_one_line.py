"""A batch is one line of news, whatever it does, and every item of it has words (protocol 26)."""

from typing import Any

from bbs.clock import instant
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Acted, Thing, ThingKind
from bbs.ids import new_id
from bbs.powers import Office
from bbs.sdk.updates import EventHappened
from bbs.terminal.doings import DOES
from bbs.terminal.event_text import EventDescriber
from bbs.testing import a_member
from bbs_server.composition import make_table
from bbs_server.undoing import NOT_ITEMS
from tests.sdk.peer import Peer, meeting

BOARD, ANA, BATCH = new_id(), new_id(), new_id()
POST = Thing(kind=ThingKind.POST, id=new_id(), thread=3, number=7)


def an_act(method: str, thing: Thing, **more: Any) -> Act:
    """Return an act of ana's in the batch."""
    return Act(
        id=new_id(),
        board=BOARD,
        number=1,
        at=instant(0),
        method=method,
        author=MemberAuthor(id=ANA),
        office=Office.MODERATOR,
        thing=thing,
        batch=BATCH,
        **more,
    )


def test_every_item_has_words() -> None:
    """What can be an item is said of one thing and of many, never by its method."""
    undo = make_table().readers.undo
    items = {command.method for command, way in undo.items()}
    assert DOES.keys() == items - set(map(str, NOT_ITEMS))
    assert all(does.of_many(2)[0].islower() for does in DOES.values())


async def test_five_hundred_acts_of_a_batch_are_one_line_of_news() -> None:
    """Its start tells of it; no item's act has a line, and the log keeps each (P8)."""
    start = an_act("batches.start", Thing(kind=ThingKind.POST, count=500))
    acts = [start, *(an_act("threads.hide", POST, norm=3, reason="A flood.") for _ in range(500))]
    lines = []
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {ANA: a_member(id=ANA, handle="ana")}, {})
        for act in acts:
            event = Acted(act=act)
            happened = EventHappened("", 1, instant(0), event.kind, act.author, "", event)
            assert not news.is_repeated(happened)
            lines.append(await news.describe(happened))
    assert [line for line in lines if line] == ["@ana applied a plan of 500 posts"]

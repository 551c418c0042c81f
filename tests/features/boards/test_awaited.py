"""What has waited for a board's moderators for days, the board says at its top (protocol 19.18)."""

from msgspec.structs import replace

from bbs.clock import Ms
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.ids import COMMONS, BoardId
from bbs_server.composition import LOOKUPS
from bbs_server.manifest import find_features, make_lookups
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot


async def test_quiet_is_nothing_that_waits(moot: Moot, board: BoardId, ana: Line) -> None:
    """A board where nobody wrote or moderated for months says nothing of it (P1)."""
    moot.clock.jump(days=100)
    await ana.ask(ana.person.with_password())
    assert (await ana.ask(GetBoard(board=board))).awaited is False
    assert (await ana.ask(ListBoards())).awaited == ()


def test_each_feature_says_what_waits() -> None:
    """What a feature brings is asked beside that of the others, and none needs to know another."""

    def find(tx: Tx, upto: Ms) -> list[BoardId]:
        return [COMMONS]

    name, *others = find_features()
    features = find_features()
    own = [features[other].awaited for other in others]
    changed = replace(features[name], awaited=find)
    brought = [changed, *(features[other] for other in others)]
    asked = make_lookups(brought, *LOOKUPS).awaited
    assert asked == (find, *(each for each in own if each is not None))

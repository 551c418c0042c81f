"""Offers to a desk: at the size at which a setting begins to help, and only where it is not in use."""

from typing import Any

import pytest
from msgspec.structs import replace

from bbs import limits
from bbs.features.boards.messages import Board
from bbs.features.community.offers import desk_offers
from bbs.ids import COMMONS, new_id

COMMON = Board(id=COMMONS, slug="commons", number=1, seats=150, lounge_hours=72)
GARDEN = replace(COMMON, id=new_id(), slug="garden", number=2)


@pytest.mark.parametrize(
    ("board", "members", "change", "ids"),
    [
        (COMMON, limits.GUARDS_OFFERED_MEMBERS - 1, {}, ""),
        (COMMON, limits.GUARDS_OFFERED_MEMBERS, {}, "guards budget"),
        (COMMON, 100, {"invitation_budget": True}, "guards"),
        (COMMON, 100, {"guard_links": True}, "budget"),
        (GARDEN, 100, {}, "guards"),
        (GARDEN, 100, {"guard_pace_s": 60}, ""),
    ],
)
def test_a_desk_is_offered_what_is_not_in_use(
    board: Board, members: int, change: dict[str, Any], ids: str
) -> None:
    """Five friends are offered nothing; the budget is the commons' alone (P3)."""
    offers = desk_offers(replace(board, **change), members)
    assert [offer.id.partition(":")[0] for offer in offers] == ids.split()
    assert all(offer.id.endswith(board.id) for offer in offers)

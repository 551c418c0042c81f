"""What a desk is offered once its community has so many members that it begins to help. Pure."""

from msgspec import Struct

from bbs.features.arriving.rules import GuardSettings, offers_guards
from bbs.features.boards.messages import Board
from bbs.features.members.budget import should_offer_budget
from bbs.ids import COMMONS


class DeskOffer(Struct, frozen=True):
    """A setting that a desk is offered.

    Attributes:
        id: Its name, under which the answer is kept: `guards` or `budget`, and the board.
        says: What it does, and that it ends by itself or can be ended, as sentences.
        settings: The names of the settings of the board that do it.
    """

    id: str
    says: str
    settings: tuple[str, ...]


def desk_offers(board: Board, members: int) -> tuple[DeskOffer, ...]:
    """Return what the desk of a board is offered; nothing that is in use there.

    Args:
        members: How many members the community has.
    """
    guards = GuardSettings(
        first_posts=board.guard_first_posts,
        links=board.guard_links,
        pace_s=board.guard_pace_s,
        letters=board.guard_letters,
    )
    found = []
    if offers_guards(members, guards):
        says = (
            "Guards hold the first posts of a newcomer for a moderator, for three posts or thirty"
            " days; they end by themselves."
        )
        found.append(DeskOffer(f"guards:{board.id}", says, ("guard_first_posts", "guard_links")))
    if board.id == COMMONS and should_offer_budget(members, has_budget=board.invitation_budget):
        says = (
            "A budget lets each member invite two people at once and one more every thirty days, so"
            " that a community grows at the pace of its trust."
        )
        found.append(DeskOffer(f"budget:{board.id}", says, ("invitation_budget",)))
    return tuple(found)

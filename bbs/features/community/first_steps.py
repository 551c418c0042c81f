"""The first steps of a founder, listed until all are done or the community is established. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from bbs.features.members.views import Invitation
from bbs.ids import MemberId

UNNAMED = "A Folkmoot community"
"""The title of a community whose founder gave none."""

FIRST_FEW = 3
"""With this many members a community counts as established, even if its founder left steps out."""


class FirstStep(Struct, frozen=True):
    """A step that a founder takes first.

    Attributes:
        id: Its name: `name`, `norms`, `board`, `invitation` or `thread`.
        says: The step as an instruction, in a few words.
        done: Whether it is done.
    """

    id: str
    says: str
    done: bool


def has_invited(member: MemberId, invitations: Iterable[Invitation]) -> bool:
    """Return whether the member made one of these invitations and has not revoked it. Pure."""
    return any(each.by == member and not each.revoked for each in invitations)


def first_steps(
    *,
    title: str | None,
    norms_accepted: bool,
    boards: int,
    invited: bool,
    threads: bool,
    members: int,
) -> tuple[FirstStep, ...]:
    """Return the first steps in their order; none if all are done or the community is established.

    Args:
        title: The community's title; None if it is not known.
        norms_accepted: Whether the founder has accepted the norms in force of the commons (P5).
        boards: The number of boards besides the commons.
        invited: Whether the founder has made an invitation.
        threads: Whether there is a thread.
        members: The number of members, including the founder.
    """
    steps = (
        FirstStep("name", "give the community a name", title not in (None, UNNAMED)),
        FirstStep("norms", "read the norms that hold everywhere", norms_accepted),
        FirstStep("board", "open the first board", boards > 0),
        FirstStep("invitation", "invite the first guest", invited or members > 1),
        FirstStep("thread", "start the first thread", threads),
    )
    return () if members >= FIRST_FEW or all(step.done for step in steps) else steps

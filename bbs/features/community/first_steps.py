"""What a founder and a newcomer do first, each list until it is done or not needed any more. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.members.views import Invitation
from bbs.ids import MemberId

UNNAMED = "A Folkmoot community"
"""The title of a community whose founder gave none."""

FIRST_FEW = 3
"""With this many members a community counts as established, even if its founder left steps out."""

NEWCOMER_STEPS = 3
"""A newcomer is shown so many steps: more would be work."""


class FirstStep(Struct, frozen=True):
    """A step that a founder or a newcomer takes first.

    Attributes:
        id: Its name: a founder's `name`, `norms`, `board`, `invitation` or `thread`; a newcomer's
            `seat`, `hello`, `looks` or `seen`.
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


def is_newcomer(joined_at: Ms, now: Ms) -> bool:
    """Return whether a member joined so lately that the client still shows them what to do first.

    Args:
        joined_at: When they joined, in ms.
        now: The time, in ms.
    """
    return now < joined_at + limits.NEWCOMER_DAYS * DAY_MS


def newcomer_steps(
    *, boards: int, seated: bool, done: Iterable[str], on_screen: bool
) -> tuple[FirstStep, ...]:
    """Return the first steps of a member who has just joined, in their order, done ones too.

    Args:
        boards: The number of boards besides the commons that they know of.
        seated: Whether they have a seat on one of these, or have asked for one.
        done: The ids of the other steps that they have done.
        on_screen: Whether they use the screen: lines have no looks to choose.
    """
    done = frozenset(done)
    steps = (
        *((FirstStep("seat", "take a seat on a board", seated),) if boards else ()),
        FirstStep("hello", "say hello, or only read: both are fine", "hello" in done),
        *((FirstStep("looks", "choose how it looks", "looks" in done),) if on_screen else ()),
        FirstStep("seen", "see who is here, and choose whether you are seen", "seen" in done),
    )
    return steps[:NEWCOMER_STEPS]

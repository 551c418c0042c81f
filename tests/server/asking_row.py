"""What a request of the matrix is about: a row of its block, for one actor."""

from dataclasses import dataclass

from bbs.ids import AppealId, BoardId, CaseId, new_id
from bbs.streams import case_stream, member_stream
from tests.server.cast import OWNER_OF, Cast, Things
from tests.support.people import Person


@dataclass(frozen=True)
class Row:
    """What a request is about.

    Attributes:
        actor: Who asks.
        board: The board the row names; the commons where it names none.
        things: What the actor acts on there.
        whose: `own` or `foreign`, for what has an owner; else the last word of the row's name.
    """

    cast: Cast
    actor: str
    board: BoardId
    slug: str
    things: Things
    whose: str

    @property
    def person(self) -> Person:
        """Whose the object is, where it is a person's."""
        return self.cast.person(self.actor if self.whose == "own" else "founder")

    @property
    def member(self) -> str:
        """The id of that person; some id for a stranger."""
        return self.cast.lines[self.actor if self.whose == "own" else "founder"].caller.member or (
            new_id()
        )

    @property
    def invitation(self) -> str:
        """An invitation of the actor's own, or one of another's."""
        made = self.cast.invitations
        actor = OWNER_OF.get(self.actor, self.actor)
        other = "sysop" if actor == "warden" else "warden"
        return made[actor] if self.whose == "own" and actor in made else made[other]

    @property
    def case(self) -> CaseId:
        """The case of the row's board."""
        return self.cast.case_on(self.board)

    @property
    def appeal(self) -> AppealId:
        """The appeal of the row's board."""
        return self.cast.appeal_on(self.board)

    @property
    def stream(self) -> str:
        """The stream a sync is about."""
        if self.whose in ("own", "foreign"):
            return member_stream(self.member)
        if self.whose == "case":
            return case_stream(self.case)
        return f"{self.whose}:{self.board}"

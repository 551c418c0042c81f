"""Who may read a board, and who would come to read words that are moved from one board to another. Pure."""

from msgspec import Struct

from bbs.features.boards.messages import Visibility
from bbs.ids import MemberId


class Readers(Struct, frozen=True):
    """Who may read a board.

    Attributes:
        seated: Who sits there.
        suspended: Who may not read it for a time, although others in their place may.
    """

    visibility: Visibility
    seated: frozenset[MemberId] = frozenset()
    suspended: frozenset[MemberId] = frozenset()


class Gain(Struct, frozen=True):
    """Who would come to read words.

    Attributes:
        everybody: Whether that is everybody in the community who does not sit where they come from.
        told: Whether it is everybody who would be led to a board that is not listed.
        members: Otherwise these members.
        suspended: And these, who are suspended where the words come from.
    """

    everybody: bool = False
    told: bool = False
    members: frozenset[MemberId] = frozenset()
    suspended: frozenset[MemberId] = frozenset()

    def __bool__(self) -> bool:
        return self.everybody or self.told or bool(self.members or self.suspended)


def find_gain(source: Readers, target: Readers) -> Gain:
    """Return who would come to read words that go from one board to another.

    A suspension ends, so who is suspended on the other board counts as its reader. Words in an
    unlisted board are read by whoever knows its address, and moved posts lead on: so they would tell
    that address, and to a listed board they would come out of one that not everybody knows.
    """
    if target.visibility is Visibility.UNLISTED:
        return Gain(everybody=source.visibility is Visibility.PRIVATE, told=True)
    if target.visibility is Visibility.MEMBERS:
        if source.visibility is not Visibility.MEMBERS:
            return Gain(everybody=True)
        return Gain(suspended=source.suspended)
    newcomers = target.seated - source.seated
    return Gain(
        members=newcomers if source.visibility is Visibility.PRIVATE else frozenset(),
        suspended=target.seated & source.suspended,
    )


def lose_sight(source: Readers, target: Readers) -> bool:
    """Return whether somebody who may read the one board could not read the other."""
    if target.visibility is not Visibility.PRIVATE:
        return False
    return source.visibility is not Visibility.PRIVATE or bool(source.seated - target.seated)

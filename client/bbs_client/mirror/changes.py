"""What is written into the mirror beside views and messages that are written as they are.

Every change may come twice or late: that is what makes cache + events equal to a fresh fetch
(protocol 6.4). A feature's own changes stand in its `mirror.py`.
"""

from msgspec import Struct

from bbs.features.reading.messages import (
    ArrangeBoards,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)

Change = Struct
"""Whatever a feature has a writer for: a view, which stands thus unless a later revision is known;
a message that says all by itself; or a struct that says what a message changes beyond these.
"""


class ForgetBoard(Struct, frozen=True):
    """A board and all it held is forgotten."""

    board: str


class DropStream(Struct, frozen=True):
    """All that a stream fed is dropped, and its cursor, to be fetched afresh (protocol 6.6)."""

    stream: str


Choosing = SetThreadChoice | SetBoardChoice | SetMemberChoice | ArrangeBoards | SavePost
"""The commands that make a choice."""

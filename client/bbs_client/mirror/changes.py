"""What is written into the mirror: whatever features write, and what ends as a whole.

Every change may come twice or late: that is what makes cache + events equal to a fresh fetch
(protocol 6.4).
"""

from msgspec import Struct

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

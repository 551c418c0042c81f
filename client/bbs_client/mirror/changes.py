"""What is written into the mirror: whatever features write, and what ends as a whole.

Every change may come twice or late: that is what makes cache + events equal to a fresh fetch
(protocol 6.4).
"""

from msgspec import Struct

Change = Struct
"""A change for which a feature has a writer: a view, written unless a later revision is stored; a
message whose fields suffice; or a struct with a message's other effects.
"""


class ForgetBoard(Struct, frozen=True):
    """A board is forgotten, with everything on it."""

    board: str


class DropStream(Struct, frozen=True):
    """Everything that a stream fed is dropped with its cursor, to be fetched again (protocol 6.6)."""

    stream: str

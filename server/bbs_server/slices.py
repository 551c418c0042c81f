"""What a function did that works in slices, so that no transaction takes longer than 50 ms."""

from typing import NamedTuple

from bbs_server.outcome import Effect


class Slice(NamedTuple):
    """What a function did that forgets a member's data in slices.

    Attributes:
        place: Where the next slice begins, in the function's own form; None once all is done.
    """

    place: str | None
    effects: tuple[Effect, ...] = ()


DONE = Slice(None)

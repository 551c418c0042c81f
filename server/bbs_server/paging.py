"""Cutting pages by bytes: what fits into a frame is known only once it is encoded."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bbs import limits


def fitting(views: Sequence[Struct], *, beside: int = 0) -> int:
    """Return how many of the first `views` fit a page by bytes; at least one if there is one.

    Args:
        beside: Bytes that go along with each.
    """
    size = 0
    for count, view in enumerate(views):
        size += len(msgspec.json.encode(view)) + beside
        if size > limits.PAGE_BYTES_MAX and count:
            return count
    return len(views)

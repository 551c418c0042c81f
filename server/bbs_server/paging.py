"""Cuts pages: by bytes, because only an encoded page shows whether it fits a frame, and by time."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.clock import Ms
from bbs.messages import Place


def fit_page(views: Sequence[Struct], *, beside: int = 0) -> int:
    """Return how many of the first `views` fit a page by bytes; at least 1 if there are any.

    Args:
        beside: The additional bytes of each.
    """
    size = 0
    for count, view in enumerate(views):
        size += len(msgspec.json.encode(view)) + beside
        if size > limits.PAGE_BYTES_MAX and count:
            return count
    return len(views)


def parse_page_token(before: Place | None) -> tuple[Ms, str]:
    """Return the moment and key that a page in the order of time stays below."""
    if before is None:
        return 2**62, ""
    at, _, key = before.partition(":")
    return int(at), key


def format_page_token(at: Ms, key: str) -> Place:
    """Return the token after a page that ends with this moment and key."""
    return f"{at}:{key}"

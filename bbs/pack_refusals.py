"""Refusals about packs: the board is another one than was read, or is none that is packed (protocol 29)."""

from bbs.refusals import Refused


class PackChanged(
    Refused,
    code="packs.changed",
    sentence="the board changed while it was packed, so the server does not sign these lines",
    hint="read it anew; bbs admin pack does that by itself",
):
    """The server reads other lines than those whose digest it was sent."""


class NotPacked(
    Refused,
    code="packs.not_packed",
    sentence="this board cannot be packed: {why}",
    hint="pack a board or a journal; an export of your own words is bbs export",
):
    """A board is none of those that are packed.

    Attributes:
        why: Why, as a sentence.
    """

    why: str

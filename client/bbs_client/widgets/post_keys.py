"""The posts of a thread in the order of display: one column of numbers, even for ten thousand."""

from array import array
from collections.abc import Collection, Mapping

from bbs_client.widgets.block_keys import BlockKeys

_MARK = "#"


class PostKeys(BlockKeys):
    """Keys of posts, made on demand.

    Attributes:
        codes: The post's number for each block; below 0 for a post without one.
    """

    def __init__(self, codes: "array[int]", unnumbered: Mapping[int, str]) -> None:
        """Take posts in their order.

        Args:
            codes: Numbers, and codes below 0 of posts without one.
            unnumbered: The keys of those codes.
        """
        super().__init__()
        self.codes = self.column = codes
        self._unnumbered = unnumbered

    def _key(self, code: int) -> str:
        # The key of a post stays the same, also when its text arrives late.
        return post_key(code) if code > 0 else self._unnumbered[code]

    def at(self, code: int) -> int | None:
        """Return the place of a post by its number or code; None if it is not shown."""
        return self._places.get(code)

    def index_of(self, key: str) -> int | None:
        """Return the place of a key; None if it is not here."""
        code = number_of(key)
        if code is None:
            code = next((code for code, own in self._unnumbered.items() if own == key), 0)
        return self._places.get(code)

    def first_of(self, numbers: Collection[int], start: int = 0) -> int | None:
        """Return the first place from `start` on whose post is one of `numbers`; None if none is."""
        if not numbers:
            return None
        if len(numbers) * 8 < len(self.codes):
            places = (self._places.get(number, -1) for number in numbers)
            return min((place for place in places if place >= start), default=None)
        codes = self.codes
        return next((at for at in range(start, len(codes)) if codes[at] in numbers), None)

    def last_of(self, numbers: Collection[int], stop: int) -> int | None:
        """Return the last place before `stop` whose post is one of `numbers`; None if none is."""
        if not numbers:
            return None
        codes = self.codes
        return next((at for at in range(stop - 1, -1, -1) if codes[at] in numbers), None)


def post_key(number: int) -> str:
    """Return the key of a post with a number."""
    return f"{_MARK}{number}"


def number_of(key: str) -> int | None:
    """Return the number of a key's post; None for a post without one."""
    return int(key[1:]) if key.startswith(_MARK) else None

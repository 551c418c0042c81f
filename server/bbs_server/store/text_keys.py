"""Keys of texts: a commitment to the text, and the place of its row.

A commitment is a random string, so an index of commitments would be written in another place for
each new text. The place leads to the row without an index (docs/decisions/0043). Keys of before
have no place; their rows have an index, to which no row is added any more.
"""

from collections.abc import Iterable

COMMITMENT_CHARS = 43


def format_key(commitment: str, place: int) -> str:
    """Return the key of a text."""
    return f"{commitment}.{place}"


def commitment_of(key: str) -> str:
    """Return the commitment in a key."""
    return key[:COMMITMENT_CHARS]


def place_of(key: str) -> int | None:
    """Return the number of the row to which a key leads; None for a key of before."""
    _, _, place = key.partition(".")
    return int(place) if place.isdecimal() else None


def split(keys: Iterable[str]) -> tuple[list[int], list[str]]:
    """Return the places in keys, and the keys of before.

    After a restore the row in a key's place may be another text: compare its id with the key.
    """
    places: list[int] = []
    before: list[str] = []
    for key in keys:
        if (place := place_of(key)) is None:
            before.append(key)
        else:
            places.append(place)
    return places, before

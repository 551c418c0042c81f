"""Cuts names to fit, so that names that differ still differ."""

from collections.abc import Sequence

from rich.cells import cell_len

MIN_COLUMNS = 6  # a name is not cut shorter
_HEAD_MIN = 2  # columns of a name's beginning before a cut in it
_CUT = "…"


def cut_apart(names: Sequence[str], rooms: Sequence[int]) -> list[str]:
    """Return names cut to their rooms; those that differ stay different, unless hundreds are alike.

    A name is cut at its end, or before the word in which it differs from another that begins the
    same. What is the same after that is cut in the middle, or told apart by a number.

    Args:
        names: As they are, each in one line.
        rooms: The columns of each; at least `MIN_COLUMNS`.
    """
    shown = []
    for name, room in zip(names, rooms, strict=True):
        text = _cut_end(name, room)
        head = text.removesuffix(_CUT)
        others = [other for other in names if other != name and other.startswith(head)]
        is_doubtful = text != name and others
        shown.append(_cut_before_difference(name, room, others) if is_doubtful else text)
    for cut in (_cut_middle, _numbered):
        for group in _alike(names, shown):
            for place, at in enumerate(group):
                if cell_len(names[at]) > rooms[at]:
                    shown[at] = cut(names[at], rooms[at], place)
    return shown


def _alike(names: Sequence[str], shown: Sequence[str]) -> list[list[int]]:
    """Return the places of names that differ and look the same, in groups."""
    groups: dict[str, list[int]] = {}
    for at, text in enumerate(shown):
        groups.setdefault(text, []).append(at)
    return [group for group in groups.values() if len({names[at] for at in group}) > 1]


def _head(text: str, columns: int) -> str:
    """Return the beginning of a text that fits."""
    while cell_len(text) > columns:
        text = text[:-1]
    return text


def _tail(text: str, columns: int) -> str:
    """Return the end of a text that fits."""
    while cell_len(text) > columns:
        text = text[1:]
    return text


def _cut_end(name: str, room: int) -> str:
    return name if cell_len(name) <= room else f"{_head(name, room - 1)}{_CUT}"


def _cut_middle(name: str, room: int, _place: int) -> str:
    head = _head(name, (room - 1) // 2)
    return f"{head}{_CUT}{_tail(name, room - 1 - cell_len(head))}"


def _cut_before_difference(name: str, room: int, others: Sequence[str]) -> str:
    differs = max((_same(name, other) for other in others if other != name), default=0)
    word = name.rfind(" ", 0, differs) + 1
    for start in (word, differs):
        rest = name[start:]
        if cell_len(rest) <= room - 1 - _HEAD_MIN:
            return f"{_head(name[:start], room - 1 - cell_len(rest)).rstrip()}{_CUT}{rest}"
    head = _head(name[:differs], _HEAD_MIN)
    return f"{head}{_CUT}{_cut_end(name[differs:], room - 1 - cell_len(head))}"


def _same(one: str, other: str) -> int:
    """Return how many characters two names have in common at their beginning."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def _numbered(name: str, room: int, place: int) -> str:
    number = f"{_CUT}{place + 1}"
    return f"{_head(name, room - len(number))}{number}"

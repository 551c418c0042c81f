"""The reader's own order and folders of boards, and moves in it (P1). Pure."""

from collections.abc import Iterable, Sequence

from bbs.features.reading.views import Folder
from bbs.ids import BoardId


def shelves(folders: Iterable[Folder], boards: Sequence[BoardId]) -> list[Folder]:
    """Return all boards as the sidebar shows them.

    Args:
        folders: As the reader arranged them; boards that are not in `boards` are left out.
        boards: All boards the reader may know of, in the order of their opening.

    Returns:
        Boards in no folder, then the folders, then the boards opened since the reader arranged
        them. No part is empty.
    """
    known, placed = set(boards), set[BoardId]()
    found = []
    for folder in folders:
        inside = tuple(one for one in folder.boards if one in known and one not in placed)
        placed.update(inside)
        if inside:
            found.append(Folder(name=folder.name, boards=inside))
    rest = tuple(one for one in boards if one not in placed)
    if not rest:
        return found
    if found and found[-1].name is None:
        return [*found[:-1], Folder(boards=(*found[-1].boards, *rest))]
    return [*found, Folder(boards=rest)]


def moved(shown: Sequence[Folder], board: BoardId, *, down: bool) -> tuple[Folder, ...]:
    """Return the arrangement with a board one place further, into the next folder at its edge.

    Args:
        shown: As `shelves` gives it.
        board: One of the boards in it.
        down: False for up.
    """
    at = next(place for place, folder in enumerate(shown) if board in folder.boards)
    boards = list(shown[at].boards)
    place = boards.index(board)
    goal = place + (1 if down else -1)
    changed = list(shown)
    if 0 <= goal < len(boards):
        boards[place], boards[goal] = boards[goal], boards[place]
        changed[at] = Folder(name=shown[at].name, boards=tuple(boards))
        return _together(changed)
    beside = at + (1 if down else -1)
    if not 0 <= beside < len(shown):
        return _together(changed)
    boards.remove(board)
    other = shown[beside].boards
    changed[at] = Folder(name=shown[at].name, boards=tuple(boards))
    joined = (board, *other) if down else (*other, board)
    changed[beside] = Folder(name=shown[beside].name, boards=joined)
    return _together(changed)


def put_into(shown: Sequence[Folder], board: BoardId, name: str | None) -> tuple[Folder, ...]:
    """Return the arrangement with a board at the end of a folder, which is made if need be.

    Args:
        shown: As `shelves` gives it.
        board: The board.
        name: The folder's; None takes the board out of its folder.
    """
    without = [
        Folder(name=folder.name, boards=tuple(one for one in folder.boards if one != board))
        for folder in shown
    ]
    for place, folder in enumerate(without):
        if folder.name == name:
            without[place] = Folder(name=name, boards=(*folder.boards, board))
            return _together(without)
    new = Folder(name=name, boards=(board,))
    # Boards without a folder come first, so that they do not seem to be in the folder above.
    return _together([new, *without] if name is None else [*without, new])


def _together(folders: Iterable[Folder]) -> tuple[Folder, ...]:
    """Return folders without empty ones; boards without a folder are joined and come first."""
    kept = [folder for folder in folders if folder.boards]
    loose = tuple(board for folder in kept if folder.name is None for board in folder.boards)
    named = [folder for folder in kept if folder.name is not None]
    return (Folder(boards=loose), *named) if loose else tuple(named)

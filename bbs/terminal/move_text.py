"""Describes a board's move: how far it has come, and what its people do next. Pure, clean text."""

from collections.abc import Callable
from datetime import datetime

from bbs.features.boards.settings import Visibility
from bbs.features.community.keys import key_text
from bbs.features.packs.last_messages import MovedInResult
from bbs.features.packs.move_views import Move, MoveState
from bbs.plural import counted
from bbs.text import sanitize

_IS = {
    MoveState.ANNOUNCED: "is announced to move",
    MoveState.WAITING: "is to move once the cases that are open there are over",
    MoveState.READY: "is ready to be carried: it is read, and words only end",
    MoveState.HANDED: "has moved: its words are sealed here",
    MoveState.ERASING: "has moved: its words are being erased here",
    MoveState.LEADS_ON: "has moved: its words are gone here, and its address leads on",
    MoveState.REST: "has moved, and its address leads on no more",
}
_SEEN = {
    Visibility.MEMBERS: "which every member there may read",
    Visibility.UNLISTED: "which members there may read who know its name",
    Visibility.PRIVATE: "which those alone read who have a seat",
}
_UNTIL = {
    MoveState.ANNOUNCED: "Members can object until {until}.",
    MoveState.WAITING: "It is cancelled if they are not over by {until}.",
    MoveState.READY: "It opens again if no receipt is brought by {until}.",
    MoveState.HANDED: "Its words are erased on {until}.",
    MoveState.ERASING: "Its address leads on until {until}.",
    MoveState.LEADS_ON: "Its address leads on until {until}.",
}
_NEXT = {
    MoveState.ANNOUNCED: "Next: wait. bbs admin proposals list {board} shows what members say; its mover can still"
    " withdraw it: bbs admin proposals withdraw {board} N.",
    MoveState.WAITING: "Next: decide the open cases (bbs admin cases list {board}).",
    MoveState.READY: "Next: bbs admin pack {board} FILE, and carry the file to the new server; bring its receipt"
    " back: bbs admin move {board} --receipt FILE",
    MoveState.HANDED: "Next: bbs admin move {board} --save-last-list FILE, and carry it to the new server: with it"
    " the board opens there. A later list has what ended here since.",
}


def move_lines(move: Move | None, board: str, moment: Callable[[datetime], str]) -> list[str]:
    """Return how far a board's move has come, and what comes next.

    Args:
        move: None for a board that does not move.
        board: The board's name here.
        moment: Writes a moment in the reader's zone.
    """
    if move is None:
        return [f"{sanitize(board)} does not move."]
    says, *until = describe_move(move, board, moment)
    lines = [says, f"Key of the new server: {key_text(move.key)}", *until]
    if move.state in _NEXT:
        lines.append(_NEXT[move.state].format(board=board))
    return [sanitize(line) for line in lines]


def describe_move(move: Move, board: str, moment: Callable[[datetime], str]) -> list[str]:
    """Return how far a board's move has come and where it goes, and until when that is so.

    Args:
        move: The move.
        board: What the board is called here.
        moment: Writes a moment in the reader's zone.
    """
    where = f"{move.slug} at bbs://{move.host}, {_SEEN[move.visibility]}"
    lines = [f"{board} {_IS[move.state]}: {where}."]
    if move.until is not None and move.state in _UNTIL:
        lines.append(_UNTIL[move.state].format(until=moment(move.until)))
    return [sanitize(line) for line in lines]


def head_of_move(move: Move | None, board: str, moment: Callable[[datetime], str]) -> list[str]:
    """Return what stands above a board's threads while it is to move; nothing once it is read-only.

    Args:
        move: None for a board that does not move.
        board: What the board is called here.
        moment: Writes a moment in the reader's zone.
    """
    if move is None or move.state not in (MoveState.ANNOUNCED, MoveState.WAITING):
        return []
    door = (
        f"bbs consent {board} says how your words go; bbs admin proposals list {board} shows why."
    )
    return [*describe_move(move, board, moment), sanitize(door)]


def receipt_lines(board: str, file: str) -> list[str]:
    """Return what comes after the new server's receipt was written to a file."""
    return [
        sanitize(line)
        for line in (
            f"The receipt for {board} is in {file}.",
            f"Next: carry it to the old server: bbs admin move BOARD --receipt {file}",
        )
    ]


def last_list_lines(board: str, file: str, ended: int) -> list[str]:
    """Return what comes after a last list was written to a file."""
    return [
        sanitize(line)
        for line in (
            f"The last list of {board} is in {file}: {counted(ended, 'post')} without words.",
            f"Next: carry it to the new server: bbs admin move {board} --last-list {file}",
            "Words that end here later stand in a later list: write it again before they are erased.",
        )
    ]


def arrival_lines(found: MovedInResult, board: str, ended: int) -> list[str]:
    """Return what bringing a last list did."""
    lines = [f"{counted(ended, 'post')} of it lost their words."]
    if found.is_open:
        lines += [
            f"{board} is open here.",
            "Next: invite its people; with the key of their old device they claim what they wrote: bbs claim"
            f" 'bbs://HOST:PORT/{board}#claim', with the address of this server.",
            "Nobody has a seat yet. Who moderated it does so again once they have claimed and have a seat;"
            " until then it falls to you, the sysop.",
        ]
    return [sanitize(line) for line in lines]

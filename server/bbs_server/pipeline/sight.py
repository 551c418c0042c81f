"""Which answers to earlier commands hold text: standing is not judged again, but text is (protocol 5.2)."""

from typing import Any

from bbs.clock import Ms
from bbs.ids import BoardId
from bbs.marks import check_token_may
from bbs.messages import Command
from bbs.powers import ROLE_POWERS, NeedTarget, Power
from bbs_server.pipeline import gate
from bbs_server.standing import Actor, ObjectLocation, ObjectLocator
from bbs_server.store.api import Tx


def may_see_answer(
    tx: Tx, places: ObjectLocator, actor: Actor, command: Command[Any], now: Ms
) -> bool:
    """Decide whether `actor` gets the stored answer of an earlier command (protocol 5.2).

    Standing is not judged again: the command was allowed when it was executed. A device always gets
    the answer; a token only if its own scope and boards reach the command of its owner.

    Returns:
        Whether the answer may hold text: True if the command is about no board, or about a board
        that the actor may read now.

    Raises:
        NotFound: If the command is about a board that the token does not reach.
        NotAllowed: If the token lacks the power, or the command is private.
        DeviceNeeded: If no token may send the command.
    """
    need = command.needs
    located = gate.locate(tx, places, command)
    board = located.board if located is not None else None
    if (refusal := gate.beyond_token(need, actor, board)) is not None:
        raise refusal
    if actor.scope is not None:
        check_token_may(command)
    if need.on is NeedTarget.COMMUNITY:
        # The community's powers decide who opens a board, but the answer's text belongs to the
        # board.
        board = getattr(command, "board", None)
        if board is None:
            return True
    things = _things_named(tx, places, command)
    boards = {board, *(each.words_on or each.board for each in things)}
    return all(may_read(tx, places, actor, each, now) for each in boards) and all(
        _may_know(tx, places, actor, each, now) for each in things if each.owner_only
    )


def _things_named(tx: Tx, places: ObjectLocator, command: Command[Any]) -> list[ObjectLocation]:
    """Return where the things stand now that a command names, and may tell words of."""
    found = (
        locate(tx, key)
        for on, locate in places.targets.items()
        if (key := getattr(command, on.value, None)) is not None
    )
    return [each for each in found if each is not None]


def _may_know(
    tx: Tx, places: ObjectLocator, actor: Actor, waiting: ObjectLocation, now: Ms
) -> bool:
    """Return whether an actor knows of what is held: its owner does, and the desk of its board now."""
    facts = places.board_facts(tx, waiting.board)
    if facts is None or waiting.owner == actor.member:
        return facts is not None
    standing = gate.standing_of(tx, places, actor, facts, now)
    return Power.HEAR in gate.at_rest(tx, places, actor, standing, now).powers


def may_read(tx: Tx, places: ObjectLocator, actor: Actor, board: BoardId | None, now: Ms) -> bool:
    """Return whether an actor may read a board now; no token reads beyond its own boards."""
    facts = places.board_facts(tx, board) if board is not None else None
    if facts is None:
        return False
    standing = gate.standing_of(tx, places, actor, facts, now)
    role = gate.at_rest(tx, places, actor, standing, now).role
    return Power.READ in ROLE_POWERS[role]

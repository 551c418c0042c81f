"""The states of words, and which move leads where: one table for code, tests and docs. Pure.

`docs/reference/states.md` is made from it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from bbs.errors import FolkmootError
from bbs.features.threads.views import GONE, ContentState
from bbs.refusals import Conflict, Gone


class Move(StrEnum):
    """A change of a post, and who makes it; lines are never held and never edited."""

    PUBLISH = "publish"  # by time, after the hold
    EDIT = "edit"  # by its author
    WITHDRAW = "withdraw"  # by its author
    HIDE = "hide"  # by a moderator, by a clause; or while a purge waits
    RESTORE = "restore"  # by a moderator
    FADE = "fade"  # by time: the post's own end, or that of hidden words
    PURGE = "purge"  # by the sysop, by a law


BY_TIME = frozenset({Move.PUBLISH, Move.FADE})
"""Moves that the server makes by time: in a state without such a move, nothing happens."""


class Shown(StrEnum):
    """The text that readers see in a place."""

    WORDS = "words"
    MARKER = "marker"
    AUTHOR = "author"  # to their author, and to no other member
    NOTHING = "nothing"


class StateRules(NamedTuple):
    """The rules for a text in a state.

    Attributes:
        moves: The state after each allowed move; the same state for a move that changes none.
        search: The part that search finds.
        mirror: The part that a reader's mirror stores.
        answered: Whether other members may answer it.
        quoted: The part that a post shows which quotes it by its address.
        export: The part in its author's own export.
        undo: The move that leads back; None if there is none.
    """

    moves: Mapping[Move, ContentState]
    search: Shown
    mirror: Shown
    answered: bool
    quoted: Shown
    export: Shown
    undo: Move | None


def _end(state: ContentState, *repeated: Move) -> StateRules:
    return StateRules(
        moves=MappingProxyType(dict.fromkeys(repeated, state)),
        search=Shown.NOTHING,
        mirror=Shown.MARKER,
        answered=True,
        quoted=Shown.MARKER,
        export=Shown.MARKER,
        undo=None,
    )


_S, _M = ContentState, Move
STATES: Mapping[ContentState, StateRules] = MappingProxyType(
    {
        _S.HELD: StateRules(
            moves=MappingProxyType(
                {_M.PUBLISH: _S.PUBLISHED, _M.EDIT: _S.HELD, _M.WITHDRAW: _S.WITHDRAWN}
            ),
            search=Shown.NOTHING,
            mirror=Shown.AUTHOR,
            answered=False,
            quoted=Shown.NOTHING,
            export=Shown.WORDS,
            undo=None,
        ),
        _S.PUBLISHED: StateRules(
            moves=MappingProxyType(
                {
                    _M.EDIT: _S.PUBLISHED,
                    _M.WITHDRAW: _S.WITHDRAWN,
                    _M.HIDE: _S.HIDDEN,
                    _M.FADE: _S.FADED,
                    _M.PURGE: _S.PURGED,
                }
            ),
            search=Shown.WORDS,
            mirror=Shown.WORDS,
            answered=True,
            quoted=Shown.WORDS,
            export=Shown.WORDS,
            undo=None,
        ),
        _S.HIDDEN: StateRules(
            moves=MappingProxyType(
                {
                    _M.WITHDRAW: _S.WITHDRAWN,
                    _M.RESTORE: _S.PUBLISHED,
                    _M.FADE: _S.FADED,
                    _M.PURGE: _S.PURGED,
                }
            ),
            search=Shown.NOTHING,
            mirror=Shown.MARKER,
            answered=True,
            quoted=Shown.MARKER,
            export=Shown.WORDS,
            undo=_M.RESTORE,
        ),
        _S.WITHDRAWN: _end(_S.WITHDRAWN, _M.WITHDRAW, _M.PURGE),
        _S.FADED: _end(_S.FADED, _M.PURGE),
        _S.PURGED: _end(_S.PURGED, _M.PURGE),
        _S.MOVED: _end(_S.MOVED, _M.PURGE),
    }
)
"""All states of a text. Another cause may hide a hidden text once more: a purge that waits."""

_REFUSED = {
    (_S.HELD, _M.HIDE): "this post is held still; nobody but its author and the desk sees it",
    (_S.HIDDEN, _M.HIDE): "these words are hidden already",
    (_S.HIDDEN, _M.EDIT): (
        "these words are hidden{why}; their author can read and withdraw them, and edit them if they"
        " are shown again"
    ),
    (_S.HELD, _M.RESTORE): "these words are not hidden",
    (_S.PUBLISHED, _M.RESTORE): "these words are not hidden",
}


def refusal(state: ContentState, move: Move, why: str = "") -> FolkmootError | None:
    """Return why a move is refused for words in a state; None if it is allowed.

    Args:
        why: Why they are hidden, as the end of a sentence; empty where that is not known.
    """
    if move in STATES[state].moves:
        return None
    if state in GONE:
        return Gone(state=state.value)
    said = _REFUSED.get((state, move), f"these words are {state}; nothing is done")
    return Conflict(what=said.format(why=why and f" {why}"))


def check_move(state: ContentState, move: Move, why: str = "") -> ContentState:
    """Refuse a move that the table does not have; return where it leads.

    Args:
        why: As `refusal` takes it.

    Raises:
        Gone: If the words are gone for good.
        Conflict: If their state stands against it.
    """
    if (error := refusal(state, move, why)) is not None:
        raise error
    return STATES[state].moves[move]

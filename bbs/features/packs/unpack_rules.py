"""The rules of unpacking: the states of a pack, pieces, and what a board becomes. Pure."""

from bbs.features.boards.settings import Visibility
from bbs.features.packs import pack_limits
from bbs.features.packs.unpack_messages import PIECE_BYTES, UnpackState
from bbs.features.packs.views import PackAuthor, PackHeading, PackKind, PackState
from bbs.features.threads.ended_there import EndedThere
from bbs.pack_refusals import NoDiskForPack
from bbs.refusals import Conflict

_S = UnpackState
_MIB = 1_048_576

PACK_TRANSITIONS: dict[UnpackState, frozenset[UnpackState]] = {
    _S.RECEIVING: frozenset({_S.CHECKING, _S.STOPPED}),
    _S.CHECKING: frozenset({_S.WRITING, _S.REFUSED, _S.STOPPED}),
    _S.WRITING: frozenset({_S.WHOLE, _S.OPEN, _S.CLEARING}),
    _S.CLEARING: frozenset({_S.REFUSED, _S.STOPPED}),
    _S.WHOLE: frozenset({_S.OPEN, _S.CLEARING}),
    _S.OPEN: frozenset(),
    _S.REFUSED: frozenset({_S.RECEIVING}),
    _S.STOPPED: frozenset({_S.RECEIVING}),
}
"""The allowed moves. A pack that was refused or stopped may be sent anew."""

ON_ITS_WAY = frozenset({_S.RECEIVING, _S.CHECKING, _S.WRITING, _S.CLEARING})
"""The states of which one pack at a time may be in."""

ENDED = frozenset({_S.REFUSED, _S.STOPPED})
"""The states from which a pack may be sent anew."""


def check_move(before: UnpackState, after: UnpackState) -> None:
    """Refuse a move that `PACK_TRANSITIONS` does not have.

    Raises:
        Conflict: If it does not.
    """
    if after not in PACK_TRANSITIONS[before]:
        raise Conflict(what=f"the pack is {before.value} already")


def check_piece(offset: int, length: int, arrived: int, size: int) -> bool:
    """Return whether a piece is new; False if it is there already.

    Raises:
        Conflict: If it is not the next one, or does not have the size of a piece.
    """
    if offset % PIECE_BYTES or length != min(PIECE_BYTES, size - offset) or offset > arrived:
        raise Conflict(what=f"the next piece of this pack begins at {arrived}")
    return offset == arrived


def check_disk(size: int, room_bytes: int, *, is_stored: bool) -> None:
    """Refuse to unpack a file for which the server's disk is too full.

    Args:
        size: Of the file, in bytes.
        room_bytes: How much may be written.
        is_stored: Whether the file is on that disk already.

    Raises:
        NoDiskForPack: If it is.
    """
    times = pack_limits.PACK_DISK_TIMES - is_stored
    need = times * size + pack_limits.PACK_DISK_LOG_MIB * _MIB
    if need > room_bytes:
        raise NoDiskForPack(need_mib=-(-need // _MIB), free_mib=room_bytes // _MIB)


def visibility_here(kind: PackKind, packed: Visibility) -> Visibility:
    """Return who may read a board once it is unpacked: nobody whom its pack does not let read it.

    A lifeboat's board stays private, whatever it says: nothing proves that it was not before.
    """
    return Visibility.PRIVATE if kind is PackKind.LIFEBOAT else packed


def name_of_author(heading: PackHeading, author: PackAuthor) -> str | None:
    """Return the name that stands at an author's words, such as "ana of moot.example".

    Returns:
        None for a nameless author, and for every one of a lifeboat, whose words nothing proves:
        there a name shows after a claim (33.2). Of an import, the name that came with it.
    """
    if heading.kind is PackKind.LIFEBOAT:
        return None
    if author.handle is not None:
        home = heading.homes[min(author.home, len(heading.homes) - 1)]
        return f"{author.handle} of {home.host}"
    return author.name or None


STORED_STATES: dict[PackState, str] = {
    PackState.PUBLISHED: "published",
    PackState.WITHDRAWN: "withdrawn",
    PackState.FADED: "faded",
    PackState.PURGED: "purged",
    PackState.MOVED: "withdrawn",
    PackState.HIDDEN: "withdrawn",
    PackState.LEFT_OUT: "withdrawn",
}
"""The state of a thread or post here. What hid it there is nobody's business here: its words are
not in the pack, so it is a marker; `ENDED_THERE` says what became of them."""

ENDED_THERE: dict[PackState, EndedThere] = {
    PackState.MOVED: EndedThere.MOVED,
    PackState.HIDDEN: EndedThere.HIDDEN,
    PackState.LEFT_OUT: EndedThere.LEFT_OUT,
}
"""How the words of a marker ended where it came from, if not as its state here says."""

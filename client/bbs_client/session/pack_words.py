"""How words may go with a board that is taken along, and where a board moves: for both surfaces (29, 30)."""

from enum import StrEnum

from bbs.features.boards.kinds import BoardKind
from bbs.features.community.keys import key_text
from bbs.features.members.author_text import author_name
from bbs.features.packs.consent_messages import PackConsent
from bbs.features.packs.consent_text import CONSENT_EFFECTS, CONSENT_WORDS
from bbs.features.packs.move_messages import NEW_COMMUNITY, MoveBoard
from bbs.features.packs.move_rules import SEALED
from bbs.features.packs.move_views import Move, MoveState
from bbs.ids import COMMONS, BoardId
from bbs.plural import counted
from bbs.terminal.move_text import describe_move
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, Sheet, SheetRow, SheetWord

NAMES_SHOWN_MAX = 8  # in a sentence; more are counted
_HEADS = {
    PackConsent.NAMED: "With their names go the words of",
    PackConsent.LEFT_OUT: "Not at all go the words of",
}


class PackWord(StrEnum):
    """What the reader can do about a board that moves, beside choosing how their words go."""

    OBJECT = "object"


def may_be_taken(row: BoardRow) -> bool:
    """Return whether a board can be taken along: neither the commons nor a letter can."""
    return row.board.id != COMMONS and row.board.kind is not BoardKind.LETTER


def own_consent(session: Session, board: BoardId) -> PackConsent:
    """Return what the reader chose for a board."""
    return session.cache.consents(board).get(session.cache.reader or "", PackConsent.NAMELESS)


def describe_own_consent(session: Session, row: BoardRow, key: str) -> str:
    """Return how the reader's words may go with a board, and the key that changes it.

    Args:
        session: The reader's session.
        row: The board.
        key: The key or verb that changes it.

    Returns:
        Empty for a board that nobody takes along.
    """
    if not may_be_taken(row):
        return ""
    effect = CONSENT_EFFECTS[own_consent(session, row.board.id)]
    return (
        f"If this board is ever taken along, in a pack or a lifeboat, {effect}. {key} changes that."
    )


def describe_consents(session: Session, board: BoardId) -> list[str]:
    """Return what others chose for a board, a sentence for each choice; empty if nobody chose anything."""
    chosen: dict[PackConsent, list[str]] = {}
    for member, consent in session.cache.consents(board).items():
        known = session.members.get(member)
        if member != session.cache.reader and known is not None:
            chosen.setdefault(consent, []).append(safe_line(known.label))
    told = []
    for consent, head in _HEADS.items():
        if names := sorted(chosen.get(consent, ())):
            told.append(f"{head} {_several(names)}.")
    return [*told, "Those of all others go without a name."] if told else []


def move_banner(session: Session, board: BoardId, key: str) -> str:
    """Return where a board moves, or has moved, until when, and the key that shows it; empty if not.

    Args:
        session: The reader's session.
        board: The board.
        key: The key or verb of the notice.
    """
    move, row = session.cache.move_of(board), session.cache.board(board)
    if move is None or row is None:
        return ""
    told = describe_move(move, board_title(row.board), session.times.near)
    return " ".join(told if move.state in SEALED else (*told, f"{key} shows it."))


def pack_sheet(session: Session, row: BoardRow) -> Sheet:
    """Return the page about a board that is taken along: its move, if it moves, and the consents."""
    move, now = session.cache.move_of(row.board.id), own_consent(session, row.board.id)
    name = board_title(row.board)
    rows = [] if move is None else _move_rows(session, move, name)
    is_sealed = move is not None and move.state in SEALED
    if not is_sealed:
        rows.append(SheetRow(f"How may your words go, if {name} is taken along?", "strong"))
        rows.append(BLANK)
        for number, (consent, word) in enumerate(CONSENT_WORDS.items(), 1):
            lead = f"{number}  {word}{' (as it is now)' if consent is now else ''}: "
            rows.append(SheetRow(f"{CONSENT_EFFECTS[consent]}.", lead=lead))
        rows += [BLANK, SheetRow(_TAKEN_ALONG, "dim")]
        if others := describe_consents(session, row.board.id):
            rows += [BLANK, *map(SheetRow, others)]
    words = [
        SheetWord(
            str(number), consent, word, f"Let them go {word}." if number < 3 else "Leave me out."
        )
        for number, (consent, word) in enumerate(CONSENT_WORDS.items(), 1)
    ]
    if move is not None and move.state is MoveState.ANNOUNCED:
        says = "See what waits for others: there o objects to the move."
        words.append(SheetWord("p", PackWord.OBJECT, "what waits", says))
    return Sheet(
        name="Moves" if move is not None else "Taken along",
        board=row.board.id,
        rows=tuple(rows),
        words=() if is_sealed else tuple(words),
    )


_TAKEN_ALONG = (
    "A moderator packs a board that moves; a member with a seat makes a lifeboat from their own"
    " device, in case this server ends. Held, hidden and withdrawn words never go, nor does the lounge."
)


def _move_rows(session: Session, move: Move, name: str) -> list[SheetRow]:
    rows = [SheetRow(says, "warn") for says in describe_move(move, name, session.times.near)]
    if move.state not in SEALED:
        rows += [SheetRow(says) for says in _announcement(session, move.board)]
        rows.append(SheetRow(key_text(move.key), "dim", "Key of the new server: "))
        rows.append(SheetRow(_GO_ALONG.format(host=move.host, slug=move.slug), "dim"))
    return [*rows, BLANK]


_GO_ALONG = (
    "To go along, get an invitation to {host} from its sysop, who also reads that key to you. Once the"
    " board is there, this device claims your words: bbs claim 'bbs://{host}/{slug}#claim'. Until then"
    " you can also leave the board here, and take your words with you."
)
"""What a reader can do, with the address of the other community."""


def _announcement(session: Session, board: BoardId) -> list[str]:
    """Return who announced a move, why, and how many objections end it; nothing once it is carried out."""
    waiting = (each.proposal for each in session.cache.proposals(board))
    found = next((each for each in waiting if each.method == MoveBoard.method), None)
    if found is None:
        return []
    who = safe_line(author_name(found.mover, dict(session.members)))
    why = f": {safe_line(found.reason)}" if found.reason else "."
    told = [f"{who} announced it{why}"]
    titles = (each.said_after for each in found.changes if each.field == NEW_COMMUNITY)
    if (title := next(titles, None)) is not None:
        told.append(f"The community there is {safe_line(title)}.")
    if found.objections_max:
        objected = f"{found.objections} of {counted(found.objections_max, 'objection')}"
        told.append(f"It does not move if so many members object: {objected} so far.")
    return told


def _several(names: list[str]) -> str:
    if (more := len(names) - NAMES_SHOWN_MAX) > 0:
        names = [*names[:NAMES_SHOWN_MAX], f"{more} more"]
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last

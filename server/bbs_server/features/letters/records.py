"""The SQL of letters, of whom they were asked, and of blocks."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.letters import rules
from bbs.features.letters.rules import AskedState
from bbs.features.letters.views import Letter, LetterState
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.rows import columns, marks
from bbs_server.standing import ObjectLocation
from bbs_server.store.api import Tx


class LetterRow(NamedTuple):
    """A letter: asked for, open, or ended and not erased yet.

    Attributes:
        moved_at: When something last happened in it, in ms.
    """

    id: BoardId
    asked_by: MemberId
    asked_at: Ms
    asked: int
    state: str
    thread: ThreadId | None
    moved_at: Ms
    revision: int

    @property
    def until(self) -> Ms:
        """When its request ends, in ms."""
        return rules.request_ends(self.asked_at)


class RequestRow(NamedTuple):
    """What was asked of one person.

    Attributes:
        member: None if nobody has the handle.
        until: When it ends, in ms.
    """

    letter: BoardId
    place: int
    member: MemberId | None
    state: str
    until: Ms
    revision: int


def locate(tx: Tx, key: BoardId) -> ObjectLocation | None:
    """Return where a letter is: on itself, and nobody's own; None if no letter has this id."""
    return None if find_letter(tx, key) is None else ObjectLocation(key)


def find_letter(tx: Tx, letter: BoardId) -> LetterRow | None:
    """Return the row of a letter."""
    return tx.select_one(LetterRow, "FROM letters WHERE id = ?", letter)


def insert_letter(tx: Tx, letter: LetterRow, people: Sequence[MemberId | None], until: Ms) -> None:
    """Insert a letter that is asked for, with a row for each who is asked, whoever that is."""
    tx.execute(
        f"INSERT INTO letters ({columns(LetterRow)}) VALUES ({marks(LetterRow)})",  # noqa: S608 - names of ours
        *letter,
    )
    sent = rules.check_asked(None, AskedState.SENT).value
    tx.execute_many(
        f"INSERT INTO letter_requests ({columns(RequestRow)}) VALUES ({marks(RequestRow)})",  # noqa: S608 - names of ours
        [
            RequestRow(letter.id, place, member, sent, until, 1)
            for place, member in enumerate(people)
        ],
    )


def update_letter(
    tx: Tx, before: LetterRow, state: LetterState, now: Ms, thread: ThreadId | None
) -> LetterRow:
    """Write how a letter stands now; return its row. Every change of its people is a revision."""
    was = LetterState(before.state)
    after = was if state is was else rules.check_letter(was, state)
    row = before._replace(
        state=after.value, thread=thread, moved_at=now, revision=before.revision + 1
    )
    tx.execute(
        "UPDATE letters SET state = ?, thread = ?, moved_at = ?, revision = ? WHERE id = ?",
        *(row.state, row.thread, row.moved_at, row.revision, row.id),
    )
    return row


def letters_of(tx: Tx, member: MemberId) -> list[LetterRow]:
    """Return the letters that a member is in."""
    return tx.select(
        LetterRow,
        "FROM letters WHERE id IN (SELECT board FROM seats WHERE member = ?)"
        ' ORDER BY id COLLATE "binary"',
        member,
    )


def end_asked(tx: Tx, member: MemberId, now: Ms) -> None:
    """End the letters that a member asked for, and to which nobody said yes; nobody is told."""
    tx.execute(
        "UPDATE letters SET state = ?, moved_at = ?, revision = revision + 1"
        " WHERE asked_by = ? AND state = ?",
        *(LetterState.ENDED.value, now, member, LetterState.ASKED.value),
    )


def note_moved(tx: Tx, letter: BoardId, now: Ms) -> None:
    """Write that something happened in a letter at `now`, in ms."""
    tx.execute("UPDATE letters SET moved_at = ? WHERE id = ?", now, letter)


def update_request(tx: Tx, before: RequestRow, state: AskedState) -> RequestRow:
    """Write how a request to a person stands now; return its row."""
    after = rules.check_asked(AskedState(before.state), state)
    row = before._replace(state=after.value, revision=before.revision + 1)
    tx.execute(
        "UPDATE letter_requests SET state = ?, revision = ? WHERE letter = ? AND place = ?",
        *(row.state, row.revision, row.letter, row.place),
    )
    return row


def find_request(tx: Tx, letter: BoardId, member: MemberId) -> RequestRow | None:
    """Return what was asked of a member for a letter, if they were told and have not answered."""
    return tx.select_one(
        RequestRow,
        "FROM letter_requests WHERE letter = ? AND member = ? AND state = 'asked'",
        *(letter, member),
    )


def list_requests(tx: Tx, member: MemberId, now: Ms) -> list[RequestRow]:
    """Return what members asked of a member that waits for an answer."""
    return tx.select(
        RequestRow,
        f"SELECT {columns(RequestRow, 'r')} FROM letter_requests r JOIN letters l"  # noqa: S608 - names of ours
        " ON l.id = r.letter WHERE r.member = ? AND r.state = 'asked' AND r.until > ?"
        " AND l.state <> 'ended' ORDER BY r.until DESC LIMIT ?",
        *(member, now, limits.PAGE_ITEMS_MAX),
    )


def list_asked(tx: Tx, member: MemberId, now: Ms) -> list[LetterRow]:
    """Return the letters that a member asked for and nobody has said yes to yet, newest first."""
    return tx.select(
        LetterRow,
        "FROM letters WHERE asked_by = ? AND state = 'asked' AND asked_at > ?"
        " ORDER BY asked_at DESC LIMIT ?",
        *(member, now - limits.LETTER_REQUEST_DAYS * DAY_MS, limits.PAGE_ITEMS_MAX),
    )


def others_asked(
    tx: Tx, letters: Sequence[BoardId], member: MemberId
) -> dict[BoardId, tuple[MemberId, ...]]:
    """Return which other members were asked for some letters, whatever became of it."""
    found: dict[BoardId, tuple[MemberId, ...]] = {letter: () for letter in letters}
    asked = ",".join("?" * len(letters))
    rows = tx.fetch_all(
        f"SELECT letter, member FROM letter_requests WHERE letter IN ({asked})"  # noqa: S608 - only question marks
        ' AND member IS NOT NULL AND member <> ? ORDER BY letter COLLATE "binary", place',
        *(*letters, member),
    )
    for letter, other in rows:
        found[letter] += (other,)
    return found


def still_asked(tx: Tx, letters: Sequence[LetterRow], now: Ms) -> dict[BoardId, list[RequestRow]]:
    """Return what was asked for those of some letters whose requests have not ended at `now`, in ms."""
    lasting = [letter.id for letter in letters if not rules.is_over(letter.until, now)]
    found: dict[BoardId, list[RequestRow]] = {letter.id: [] for letter in letters}
    if not lasting:
        return found
    asked = ",".join("?" * len(lasting))
    rows = tx.select(
        RequestRow,
        f'FROM letter_requests WHERE letter IN ({asked}) ORDER BY letter COLLATE "binary", place',
        *lasting,
    )
    for row in rows:
        found[row.letter].append(row)
    return found


def was_asked_before(tx: Tx, asker: MemberId, member: MemberId, now: Ms) -> bool:
    """Return whether a member was told of a request by another one that has not ended at `now`.

    A yes does not count while both are in that letter: they may ask each other for further ones.
    """
    return (
        tx.fetch_one(
            "SELECT 1 FROM letter_requests r JOIN letters l ON l.id = r.letter"
            " WHERE r.member = ? AND l.asked_by = ? AND r.until > ?"
            " AND (r.state IN ('asked', 'declined') OR (r.state = 'in' AND"
            " (SELECT count(*) FROM seats s WHERE s.board = l.id AND s.member IN (?, ?)) < 2))"
            " LIMIT 1",
            *(member, asker, now, member, asker),
        )
        is not None
    )


def writers_to(tx: Tx, member: MemberId) -> frozenset[MemberId | None]:
    """Return who wrote to a member: who asked them for a letter, or is in one with them."""
    rows = tx.fetch_all(
        "SELECT l.asked_by FROM letter_requests r JOIN letters l ON l.id = r.letter"
        " WHERE r.member = ? AND r.state IN ('asked', 'in', 'declined') UNION"
        " SELECT o.member FROM seats s JOIN letters l ON l.id = s.board"
        " JOIN seats o ON o.board = l.id WHERE s.member = ?",
        *(member, member),
    )
    return frozenset(writer for (writer,) in rows)


def asked_view(letter: LetterRow, request: RequestRow, others: tuple[MemberId, ...]) -> Letter:
    """Return a letter as somebody sees it who was asked for it."""
    over = request.state != AskedState.ASKED.value
    return Letter(
        id=letter.id,
        state=LetterState.ENDED if over else LetterState.ASKED,
        asked_by=letter.asked_by,
        asked_at=instant(letter.asked_at),
        asked=letter.asked,
        until=instant(letter.until),
        others=others,
        revision=request.revision,
    )


def open_view(
    letter: LetterRow,
    members: tuple[MemberId, ...],
    asked: Sequence[RequestRow],
    reader: MemberId,
) -> Letter:
    """Return a letter as somebody in it sees it, with who may still come in.

    That is whoever was asked and has not come in, whatever they answered. Names are for those alone who
    found them in their request: whoever asked never learns who has the handles that they typed.

    Args:
        asked: What `still_asked` found.
    """
    out = [row.member for row in asked if row.state != AskedState.IN.value]
    others = tuple(each for each in out if each) if reader in {row.member for row in asked} else ()
    return replace(letter_view(letter, members), others=others, awaited=len(out))


def letter_view(letter: LetterRow, members: tuple[MemberId, ...]) -> Letter:
    """Return a letter, without who was asked for it."""
    return Letter(
        id=letter.id,
        state=LetterState(letter.state),
        asked_by=letter.asked_by,
        asked_at=instant(letter.asked_at),
        asked=letter.asked,
        until=instant(letter.until),
        members=members,
        thread=letter.thread,
        revision=letter.revision,
    )


def ended_view(letter: LetterRow) -> Letter:
    """Return a letter as a member sees it who left it, whoever else is in it."""
    ended = letter._replace(state=LetterState.ENDED.value, thread=None)
    return letter_view(ended, ())


def blocks(tx: Tx, member: MemberId, other: MemberId) -> bool:
    """Return whether a member blocks another one."""
    sql = "SELECT 1 FROM letter_blocks WHERE member = ? AND blocked = ?"
    return tx.fetch_one(sql, member, other) is not None


def list_blocks(tx: Tx, member: MemberId) -> tuple[MemberId, ...]:
    """Return whom a member blocks, by id."""
    sql = 'SELECT blocked FROM letter_blocks WHERE member = ? ORDER BY blocked COLLATE "binary"'
    return tuple(blocked for (blocked,) in tx.fetch_all(sql, member))


def insert_block(tx: Tx, member: MemberId, blocked: MemberId) -> None:
    """Write that a member blocks another one."""
    tx.execute("INSERT INTO letter_blocks (member, blocked) VALUES (?, ?)", member, blocked)


def delete_block(tx: Tx, member: MemberId, blocked: MemberId) -> bool:
    """Delete a block; return whether there was one."""
    sql = "DELETE FROM letter_blocks WHERE member = ? AND blocked = ?"
    return tx.execute(sql, member, blocked) > 0

"""Communities with many letters, written straight into the tables of a running server."""

from bbs import limits
from bbs.clock import Ms
from bbs.ids import BoardId, MemberId, new_id
from bbs.streams import board_stream
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot

LETTERS = 2_000


async def stock(moot: Moot, members: list[MemberId], count: int) -> list[BoardId]:
    """Open so many letters between members, each with the next ones; return their ids."""
    pairs = [
        (members[n % len(members)], members[(n + 1 + n // len(members)) % len(members)])
        for n in range(count)
    ]
    letters = [(new_id(), pair) for pair in pairs if pair[0] != pair[1]]
    at = moot.clock()
    await moot.change(lambda tx: _write(tx, letters, at))
    return [letter for letter, _ in letters]


async def between(moot: Moot, member: MemberId, others: list[MemberId], count: int) -> None:
    """Open so many letters of one member with the others."""
    letters = [(new_id(), (member, others[n % len(others)])) for n in range(count)]
    at = moot.clock()
    await moot.change(lambda tx: _write(tx, letters, at))


def _write(tx: Tx, letters: list[tuple[BoardId, tuple[MemberId, ...]]], at: Ms) -> None:
    for letter, members in letters:
        thread = new_id()
        tx.execute(
            "INSERT INTO boards (id, kind, visibility, seats, retention_days, lounge_hours,"
            " opened_at, positions) VALUES (?, 'letter', 'private', ?, ?, 1, ?, 2)",
            *(letter, limits.LETTER_SEATS_MAX, limits.LETTER_DAYS, at),
        )
        tx.execute(
            "INSERT INTO letters (id, asked_by, asked_at, asked, state, thread, moved_at)"
            " VALUES (?, ?, ?, 1, 'open', ?, ?)",
            *(letter, members[0], at, thread, at),
        )
        tx.execute(
            "INSERT INTO threads (id, board, number, author_kind, author, at, state, via)"
            " VALUES (?, ?, 1, 'system', 'system', ?, 'published', 'system')",
            *(thread, letter, at),
        )
        tx.execute(
            "INSERT INTO streams (stream, seq, digest, base_seq, base_digest)"
            " VALUES (?, 2, x'00112233445566778899aabbccddeeff', 2, x'')",
            board_stream(letter),
        )
        for place, member in enumerate(members, start=1):
            tx.execute(
                "INSERT INTO seats (board, member, state, position, norms_version, since)"
                " VALUES (?, ?, 'seated', ?, 1, ?)",
                *(letter, member, place, at),
            )
            tx.execute("INSERT INTO floors (member, board, seq) VALUES (?, ?, 2)", member, letter)


async def people(moot: Moot, count: int) -> list[Line]:
    """Return so many members who joined."""
    return [await moot.join(f"guest-{number}") for number in range(count)]

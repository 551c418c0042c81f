"""Offices of a database of the version before: the update keeps each, from its best known day on."""

import sqlite3
from pathlib import Path

from bbs.chain import NO_DIGEST, digest_of
from bbs.ids import COMMONS
from bbs.streams import member_stream
from bbs_server.store.sqlite.open import DATABASE, open_store
from tests.support.older import tables_before

GARDEN = "garden-id"
ANA, BO, CID, DEE = "ana-id", "bo-id", "cid-id", "dee-id"
OPENED, JOINED, APPOINTED, AGAIN = 1_000, 2_000, 3_000, 4_000


def _fill(connection: sqlite3.Connection) -> None:
    """Leave two boards: ana runs the server and opened both, bo was appointed, dee waits."""
    for number, board, slug in ((1, COMMONS, "commons"), (2, GARDEN, "garden")):
        connection.execute(
            "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
            " seats, lounge_hours, opened_at) VALUES (?, ?, '', ?, '', '', 'members', 9, 72, ?)",
            (board, slug, number, OPENED),
        )
    for member, joined, sysop in (
        (ANA, OPENED, 1),
        (BO, JOINED, 0),
        (CID, JOINED, 0),
        (DEE, JOINED, 0),
    ):
        connection.execute(
            "INSERT INTO members (id, handle, handle_text, name_text, state, sysop, joined_at,"
            " password) VALUES (?, ?, '', '', 'seated', ?, ?, 'hash')",
            (member, member, sysop, joined),
        )
    seats = [
        *((COMMONS, member, "seated", int(member == ANA)) for member in (ANA, BO, CID, DEE)),
        (GARDEN, ANA, "seated", 1),
        (GARDEN, BO, "seated", 1),
        (GARDEN, CID, "seated", 0),
        (GARDEN, DEE, "waiting", 0),
    ]
    connection.executemany(
        "INSERT INTO seats (board, member, state, moderator, position) VALUES (?, ?, ?, ?, 1)",
        seats,
    )
    acts = [(1, BO, JOINED), (2, BO, APPOINTED), (3, CID, APPOINTED)]
    connection.executemany(
        "INSERT INTO acts (board, number, id, at, power, about) VALUES (?, ?, ?, ?, 'appoint', ?)",
        [(GARDEN, number, f"act-{number}", at, about) for number, about, at in acts],
    )
    connection.executemany(
        "INSERT INTO sessions (id, member, token_hash, label, token, powers, idle_until, ends_at)"
        " VALUES (?, ?, ?, '', 1, ?, 1, 1)",
        [(name, ANA, name.encode(), powers) for name, powers in TOKENS],
    )
    _tell(
        connection,
        ("seated", JOINED),
        ("left", APPOINTED),
        ("waiting", APPOINTED),
        ("seated", AGAIN),
    )


def _tell(connection: sqlite3.Connection, *seatings: tuple[str, int]) -> None:
    """Leave the stream that tells cid of their seat, row by row as the version before wrote it."""
    stream, kind, author = member_stream(CID), "boards.seat_changed", '{"kind":"system"}'
    digest = NO_DIGEST
    for seq, (state, at) in enumerate(seatings, start=1):
        data = f'{{"seat":{{"board":"{GARDEN}","member":"{CID}","state":"{state}"}}}}'
        facts = (at, kind, author, CID, data, "{}")
        digest = digest_of(digest, stream, seq, facts)
        connection.execute(
            "INSERT INTO events (stream, seq, at, kind, author, subject, data, texts, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, CAST(? AS BLOB), ?, ?)",
            (stream, seq, *facts, digest),
        )
    connection.execute(
        "INSERT INTO streams (stream, seq, digest, base_seq, base_digest) VALUES (?, ?, ?, 0, x'')",
        (stream, len(seatings), digest),
    )


TOKENS = (("settings", "read configure"), ("reader", "read"))


async def test_every_office_and_seat_of_before_is_brought_along(tmp_path: Path) -> None:
    """Who moderated or ran the server does; it began with the newest act that tells it, or with the
    seat. A seat began when its holder last sat down, as far as that is known (P8)."""
    connection = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    tables_before(connection, "_offices.sql")
    _fill(connection)
    connection.close()
    await (await open_store(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / DATABASE)
    found = connection.execute("SELECT * FROM offices ORDER BY board, member, office").fetchall()
    assert found == [
        (COMMONS, ANA, "moderator", OPENED, None, None),
        (COMMONS, ANA, "sysop", OPENED, None, None),
        (GARDEN, ANA, "moderator", OPENED, None, None),
        (GARDEN, BO, "moderator", APPOINTED, None, "act-2"),
    ]
    seats = connection.execute("SELECT member, state, since FROM seats WHERE board = ?", (GARDEN,))
    assert sorted(seats.fetchall()) == [
        (ANA, "seated", OPENED),
        (BO, "seated", JOINED),
        (CID, "seated", AGAIN),
        (DEE, "waiting", None),
    ]
    powers = connection.execute("SELECT id, powers FROM sessions").fetchall()
    connection.close()
    assert sorted(powers) == [("reader", "read"), ("settings", "read configure hear")]

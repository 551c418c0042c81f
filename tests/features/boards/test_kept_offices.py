"""No office is left empty: over whatever members ask for, and by the pure rules behind it."""

import os
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bbs.clock import is_in_force
from bbs.errors import FolkmootError
from bbs.features.boards import rules
from bbs.features.boards.messages import ConfigureBoard, OpenBoard
from bbs.features.boards.seat_messages import Appoint, HandOver, LeaveSeat, TakeSeat
from bbs.ids import COMMONS, new_id
from bbs.messages import Command
from bbs_server.composition import make_table
from bbs_server.creation import create_community
from bbs_server.features.boards import offices
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.settings import ServerSettings
from bbs_server.standing import Actor
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.moments import in_order
from tests.support.moot import NORMS
from tests.support.ready import make_file

NOW = 1_800_000_000_000
PEOPLE = [new_id() for _ in range(4)]
SYSOP = PEOPLE[0]
GARDEN = new_id()
TABLE = make_table()
AT = Context(in_order(NOW), os.urandom, TABLE.readers)


class Taken(NamedTuple):
    """Who sits on a board, and who moderates it."""

    seated: frozenset[str]
    moderators: frozenset[str]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A community of a few, with one board that its sysop opened."""
    path = tmp_path_factory.mktemp("offices") / "folkmoot.db"
    make_file(path)
    connection = sqlite3.connect(path, isolation_level=None)
    tx = SqliteTx(connection)
    create_community(tx, AT, ServerSettings(data=str(path.parent)))
    for number, member in enumerate(PEOPLE):
        tx.execute(
            "INSERT INTO members (id, handle, handle_text, name_text, state, joined_at, password)"
            " VALUES (?, ?, '', '', 'seated', ?, '')",
            *(member, f"member{number}", NOW),
        )
        tx.execute(
            "INSERT INTO seats (board, member, state, position, norms_version, since)"
            " VALUES (?, ?, 'seated', ?, 1, ?)",
            *(COMMONS, member, number, NOW),
        )
    offices.make_sysop(tx, AT, SYSOP, new_id())
    opening = {"title": "Garden", "charter": "About it.", "norms": NORMS, "seats": 3}
    _send(connection, SYSOP, OpenBoard(op=new_id(), board=GARDEN, slug="garden", **opening))
    yield connection
    connection.close()


def _send(database: sqlite3.Connection, member: str, command: Command[Any]) -> None:
    actor = Actor(member, new_id(), seated=True)
    table = structs.replace(TABLE, actor_of=lambda tx, session, now: actor)
    execute.execute_command(SqliteTx(database), table, AT, AT.moment, actor.session, command)


def _taken(database: sqlite3.Connection, board: str) -> Taken:
    sql = "SELECT member FROM seats WHERE board = ? AND state = 'seated'"
    seated = frozenset(member for (member,) in database.execute(sql, (board,)))
    return Taken(seated, offices.find_moderators(SqliteTx(database), NOW, board))


def _command(kind: str, board: str, member: str, number: int) -> Command[Any]:
    op = new_id()
    commands: dict[str, Command[Any]] = {
        "take": TakeSeat(op=op, board=board, norms_version=1),
        "leave": LeaveSeat(op=op, board=board),
        "appoint": Appoint(op=op, board=board, member=member),
        "end": Appoint(op=op, board=board, member=member, moderator=False),
        "hand over": HandOver(op=op, board=board, member=member),
        "seats": ConfigureBoard(op=op, board=board, seats=number),
    }
    return commands[kind]


_steps = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(["take", "take", "leave", "appoint", "end", "hand over", "seats"]),
    st.sampled_from([GARDEN, GARDEN, COMMONS]),
    st.sampled_from(PEOPLE),
    st.integers(1, 4),
)


@given(st.lists(_steps, max_size=12))
def test_no_office_is_left_empty_while_others_sit_there(
    database: sqlite3.Connection, steps: list[tuple[str, str, str, str, int]]
) -> None:
    """Whatever is asked in whatever order: a board loses its last moderator only with its last seat
    holder, and only who sits there moderates (P8)."""
    database.execute("BEGIN")
    try:
        for who, kind, board, member, number in steps:
            before = _taken(database, board)
            database.execute("SAVEPOINT command")
            try:
                _send(database, who, _command(kind, board, member, number))
            except FolkmootError:
                database.execute("ROLLBACK TO command")
            after = _taken(database, board)
            assert after.moderators <= after.seated
            if before.moderators and not after.moderators:
                assert before.seated == {who}, "somebody else was left without a moderator"
            if not before.moderators:
                assert not after.moderators or who == SYSOP
    finally:
        database.execute("ROLLBACK")


@given(st.sets(st.sampled_from("abc")), st.sampled_from("abc"), st.booleans())
def test_an_office_is_emptied_by_its_last_holder_alone(
    moderators: set[str], member: str, others: bool
) -> None:
    """Only where nobody else moderates and somebody else sits does a board lose its moderator."""
    would = rules.would_empty_office(moderators=moderators, member=member, others=others)
    assert would == (others and moderators <= {member})


@given(st.sampled_from("abc"), st.sets(st.sampled_from("abc")))
def test_somebody_may_always_take_up_an_empty_office(member: str, first: set[str]) -> None:
    """Those who sat there for long come first; where there are none, anybody seated may."""
    assert rules.may_take_up(member, first) == (member in first or not first)
    assert any(rules.may_take_up(each, first) for each in "abc")


@given(st.integers(0, 9), st.integers(0, 9), st.none() | st.integers(0, 9))
def test_an_end_is_the_first_moment_without(now: int, since: int, until: int | None) -> None:
    """What lasts from one moment to another holds at the first and not at the second (P7)."""
    lasts = range(since, until) if until is not None else range(since, 10)
    assert is_in_force(now, since, until) == (now in lasts)

"""What the tables keep of members is declared, column by column (P9, P11)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.features.reading.messages import MarkPosts, SavePost, SetMemberChoice
from bbs.features.reading.views import Stance
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import EditPost, Say, Thank, WritePost
from bbs.ids import new_id
from bbs_server.manifest import Feature, find_features, find_sections, list_personal_data
from bbs_server.personal import Leaving, OwnedRows, PersonalData
from bbs_server.store.api import Tx
from tests.server.cast import Cast, gather
from tests.support.moot import open_moot

_INDEX = "search"
"""The engine's own index of words: it holds what the posts hold, and goes with them."""


class Schema(NamedTuple):
    """What a migrated file tells.

    Attributes:
        columns: All columns, as `table.column`.
        keys: Those that refer to members by a key.
        told: Those in which a member's id stands after everybody did what members do.
    """

    columns: frozenset[str]
    keys: frozenset[str]
    told: frozenset[str]


async def _live(cast: Cast) -> None:
    """Let members do what leaves something of them: thank, mute, mention, mark, purge."""
    seated, founder, sysop = (cast.lines[name] for name in ("seated", "founder", "sysop"))
    theirs, own = cast.things["founder", "public"], cast.things["seated", "public"]
    await seated.ask(SetMemberChoice(member=founder.id, stance=Stance.MUTE))
    await seated.ask(SavePost(post=theirs.post, saved=True))
    await seated.ask(MarkPosts(thread=theirs.thread, first=1, last=1))
    await seated.ask(Thank(post=theirs.post))
    answer = new_id()
    hello = f"hello @{founder.person.handle}"
    await seated.ask(WritePost(thread=theirs.thread, post=answer, parent=theirs.post, body=hello))
    await seated.ask(EditPost(post=answer, body=f"{hello}!"))
    await seated.ask(Say(board=cast.boards["public"], line=new_id(), body=hello))
    await sysop.carry(Purge(thread=own.thread, law="StGB 130", reason="By order of the court"))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema of a community in which everything has happened once."""
    return asyncio.run(_happen(tmp_path_factory.mktemp("schema")))


async def _happen(folder: Path) -> Schema:
    async with open_moot(folder) as moot:
        cast = await gather(moot)
        await _live(cast)
        return await moot.read(_look)


def _look(tx: Tx) -> Schema:
    members = [member for (member,) in tx.fetch_all("SELECT id FROM members")]
    columns, keys, told = set(), set(), set()
    for (table,) in tx.fetch_all(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE ?", f"{_INDEX}%"
    ):
        names = [name for _, name, *_ in tx.fetch_all(f"PRAGMA table_info({table})")]
        columns |= {f"{table}.{name}" for name in names}
        for _, _, parent, column, *_ in tx.fetch_all(f"PRAGMA foreign_key_list({table})"):
            if parent == "members":
                keys.add(f"{table}.{column}")
        for row in tx.fetch_all(f"SELECT * FROM {table}"):
            for name, value in zip(names, row, strict=True):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if any(member in text for member in members):
                    told.add(f"{table}.{name}")
    return Schema(frozenset(columns), frozenset(keys), frozenset(told))


def test_every_column_that_refers_to_members_is_declared(schema: Schema) -> None:
    """A foreign key to members, or a column in which a member's id was found, is declared (P11)."""
    declared = {data.column for data in list_personal_data()}
    assert not (schema.keys | schema.told) - declared


def test_a_column_called_as_those_of_members_is_declared(schema: Schema) -> None:
    """A column without a key and without a row yet is found by its name, as `author` is."""
    names = {column.partition(".")[2] for column in schema.keys}
    names |= {"author", "member", "by", "mover", "about"}
    suspect = {column for column in schema.columns if column.partition(".")[2] in names}
    servers = {"board_moves.host"}  # another community, not a member who invited somebody
    missing = suspect - servers - {data.column for data in list_personal_data()}
    assert not missing


def test_every_declared_column_is_there(schema: Schema) -> None:
    """What is declared of a column, its words and its secrets names columns of the schema."""
    assert not set(_named()) - schema.columns


def test_every_declared_column_tells_of_members(schema: Schema) -> None:
    """A column that is declared really holds a member's id after everybody did what members do."""
    declared = {data.column for data in list_personal_data()}
    assert not declared - schema.keys - schema.told


def _named() -> Iterator[str]:
    for data in list_personal_data():
        yield data.column
        yield from (f"{data.table}.{name}" for name in (*data.words, *data.secrets))


def test_rows_are_given_whole(schema: Schema) -> None:
    """Of a table whose rows are given as they are stored, each column is given or a secret (P9)."""
    secrets = {f"{data.table}.{name}" for data in list_personal_data() for name in data.secrets}
    for section in find_sections().values():
        if not isinstance(section.rows, OwnedRows):
            continue
        rows = section.rows
        given = {f"{rows.table}.{name}" for name in (*rows.columns, rows.owner)}
        stored = {column for column in schema.columns if column.startswith(f"{rows.table}.")}
        assert given <= stored
        assert stored - given <= secrets


def test_what_no_section_gives_says_why() -> None:
    """Each declaration names a section that exists, or says why there is none; never both."""
    for data in list_personal_data():
        assert bool(data.sections) != bool(data.why_not), data.column
        assert set(data.sections) <= set(find_sections())
        assert data.what
        assert data.why


def test_every_section_gives_what_is_declared() -> None:
    """No section gives something that no column declares; each says what its rows look like."""
    declared = {name for data in list_personal_data() for name in data.sections}
    for name, section in find_sections().items():
        assert name in declared
        assert section.fields


def test_a_column_is_declared_once() -> None:
    """Two features do not declare the same column."""
    columns = [data.column for data in list_personal_data()]
    assert len(columns) == len(set(columns))


def test_the_check_would_notice(schema: Schema) -> None:
    """A feature that forgets one of its columns leaves one over."""
    without = [
        data
        for feature in find_features().values()
        for data in Feature(personal=feature.personal[1:]).personal
    ]
    forgotten = PersonalData(column="seats.member", what="", leaving=Leaving.GOES, why="")
    assert forgotten.column in schema.keys - {data.column for data in without}

"""Forgetting across an update: withdrawn before it, after it and while the index is built anew (P10)."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import WithdrawPost
from bbs_server.store.sqlite.open import open_store
from bbs_server.store.sqlite.upgrade_copy import list_upgrade_copies
from tests.faults.people import Person, line
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess
from tests.support import version_28
from tests.support.erased import files_with

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 900))]

POSTS = rounds(4_000, 20_000)
KILLS = rounds(3, 12)
GOES_ON_S = 0.4  # how long at most the index is built anew before the next kill

# No two begin alike: an index keeps of a word only where it differs from the one before it.
WITHDRAWN = tuple(f"{begins}withdrawn{begins}zq" for begins in "abcdefghijklmn"[: KILLS + 1])
PURGED = "pylpurgedzq"
FADED = "fubfadedzq"
KEPT = "kevkeptzq"


async def test_no_byte_remembers_what_was_taken_back_around_an_update(tmp_path: Path) -> None:
    """A community of the version before is updated and killed again and again while its index is
    built anew; each time a post is withdrawn. After the housekeeping no word of these, of one that
    was purged, of one that faded or of those withdrawn before is in a file: not in the database, its log, an index, a
    queue or the record. The copy made before the update holds none that was withdrawn before it, and
    goes with the purge (P10)."""
    rng = chance("words around an update")
    planted = (*WITHDRAWN, PURGED, FADED, KEPT)
    database = tmp_path / "data" / "folkmoot.db"
    community = version_28.make(database, POSTS, planted=planted, over=[FADED])
    posts = dict(zip(planted, next(iter(community.threads.values())), strict=False))
    person = Person("ana", community.member, community.token)
    with ServerProcess(tmp_path) as server:
        for word in WITHDRAWN[:-1]:
            await server.start()
            async with line(server.url, person) as connected:
                await connected.call(WithdrawPost(post=posts[word].id))
            await asyncio.sleep(rng.random() * GOES_ON_S)
            server.kill()
        [(copy, _)] = list_upgrade_copies(database)
        assert version_28.WITHDRAWN_WORD[3:].encode() not in copy.read_bytes()
        await server.start()
        await _housekeeping(server, tmp_path / "data")
        await server.start()
        async with line(server.url, person) as connected:
            await connected.call(WithdrawPost(post=posts[WITHDRAWN[-1]].id))
            await connected.call(Purge(post=posts[PURGED].id, law="Art. 17 GDPR", reason="Asked."))
            for word in planted:
                found = (await connected.call(Search(query=word))).found
                assert len(found) == (word == KEPT), word
        await _housekeeping(server, tmp_path / "data")
    assert list_upgrade_copies(database) == []
    gone = (*WITHDRAWN, PURGED, FADED, version_28.WITHDRAWN_WORD)
    assert files_with(tmp_path / "data", (*gone, KEPT)) == {"folkmoot.db": [KEPT]}
    with closing(sqlite3.connect(database)) as connection:
        assert KEPT in dict(version_28.words_of(connection)).values()


async def _housekeeping(server: ServerProcess, data: Path) -> None:
    """End a server, and do what it would have done within the hour."""
    assert await server.end() == 0
    store = await open_store(data)
    try:
        assert await store.run_maintenance()
    finally:
        await store.close()

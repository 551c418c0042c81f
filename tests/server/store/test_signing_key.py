"""The server's signing key: made once, kept, and changed only by its own word (protocol 32.1, 32.2)."""

import secrets
from functools import partial

from bbs.features.community.keys import follows
from bbs.features.community.views import KEY_CHANGES_MAX
from bbs.features.packs.signing import pack_text
from bbs.signatures import verify
from bbs_server.store import signing_key, tags
from bbs_server.store.sqlite.writer import SqliteStore

TEXT = pack_text("moot.example", "epoch", "ab" * 32, 1)


async def test_the_key_is_drawn_once_and_signs(store: SqliteStore) -> None:
    """The second drawing changes nothing, and everybody can check what the key signs (32.1)."""
    await store.write(lambda tx: signing_key.draw(tx, secrets.token_bytes))
    key, signature = await store.read(
        lambda tx: (signing_key.public_key(tx), signing_key.sign(tx, TEXT))
    )
    assert key is not None
    assert verify(key, signature, TEXT)
    assert not verify(key, signature, pack_text("moot.example", "other", "ab" * 32, 1))
    await store.write(lambda tx: signing_key.draw(tx, secrets.token_bytes))
    assert await store.read(signing_key.public_key) == key


async def test_the_signing_key_is_not_the_key_of_the_cursors(store: SqliteStore) -> None:
    """A new history key, as a restore draws it, leaves the signing key (32.1, 6.7)."""
    await store.write(lambda tx: signing_key.draw(tx, secrets.token_bytes))
    before = await store.read(signing_key.public_key)
    await store.write(lambda tx: tags.draw_key(tx, secrets.token_bytes, anew=True))
    assert await store.read(signing_key.public_key) == before


async def test_a_pinned_key_leads_to_its_successors_alone(store: SqliteStore) -> None:
    """Whoever pinned a key follows all later ones; a key nobody signed is followed by no one (32.2)."""
    await store.write(lambda tx: signing_key.draw(tx, secrets.token_bytes))
    keys = [await store.read(signing_key.public_key) or ""]
    for at in range(3):
        made = await store.write(partial(signing_key.change, chance=secrets.token_bytes, at=at))
        keys.append(made.new)
    changes = await store.read(signing_key.changes)
    assert [follows(key, keys[-1], changes) for key in keys] == [True] * 4
    assert not follows(keys[-1], keys[0], changes)
    forged = changes[1].__class__(old=keys[1], new=keys[3], at=changes[1].at, signature="A" * 86)
    assert not follows(keys[0], keys[3], (changes[0], forged))
    assert not follows(keys[0], keys[3], changes[1:])


async def test_of_many_changes_the_last_are_told(store: SqliteStore) -> None:
    """What `hello` tells of changes is bounded (32.2)."""
    await store.write(lambda tx: signing_key.draw(tx, secrets.token_bytes))
    for at in range(KEY_CHANGES_MAX + 2):
        await store.write(partial(signing_key.change, chance=secrets.token_bytes, at=at))
    changes = await store.read(signing_key.changes)
    assert len(changes) == KEY_CHANGES_MAX
    assert changes[-1].new == await store.read(signing_key.public_key)

"""The claim hashes of members: of their newest keys, filled up with noise (protocol 29.2)."""

from collections.abc import Iterable

from bbs.features.packs.consent_messages import AuthorHashes
from bbs.features.packs.pack_limits import CLAIM_TAGS
from bbs.features.packs.tags import author_hashes
from bbs.ids import MemberId
from bbs_server.store import claim_noise
from bbs_server.store.api import Tx


def claim_hashes(tx: Tx, members: Iterable[MemberId]) -> dict[MemberId, AuthorHashes]:
    """Return the four claim hashes of each member, sorted; the noise among them stays the same."""
    secret = claim_noise.find_secret(tx)
    assert secret is not None  # a community that was started has one
    sql = (
        "SELECT key FROM keys WHERE member = ? AND revoked IS NULL"
        ' ORDER BY added DESC, key COLLATE "binary" LIMIT ?'
    )
    return {
        member: author_hashes(
            secret, member, [key for (key,) in tx.fetch_all(sql, member, CLAIM_TAGS)]
        )
        for member in members
    }

"""What a server signs under a page of a claim list, and how a mirror checks it (29.3). Pure."""

from hashlib import sha256

import msgspec

from bbs.clock import to_ms
from bbs.features.members.views import PublicKey
from bbs.features.packs.consent_messages import ClaimList
from bbs.features.packs.signing import claim_list_text
from bbs.signatures import verify


def signed_text(page: ClaimList) -> bytes:
    """Return the bytes that the server signs under a page; its signature is no part of them.

    The content is digested field by field: a field that a newer server adds changes nothing.
    """
    entries = [
        (each.member, each.consent.value, each.handle, each.name, each.hashes)
        for each in page.members
    ]
    content = msgspec.json.encode((page.after, page.next_after, entries))
    digest = sha256(content).hexdigest()
    return claim_list_text(page.host, page.epoch, page.board, to_ms(page.at), digest)


def is_signed(page: ClaimList, key: PublicKey) -> bool:
    """Return whether a page is signed by the key that this device trusts for its community.

    Args:
        key: The pinned one: the page's own could be anybody's.
    """
    return page.key == key and verify(key, page.signature, signed_text(page))

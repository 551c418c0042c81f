"""Rules of the last list: what its signature covers, and whether a page is the old server's. Pure."""

import hashlib
from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from bbs.features.boards.settings import Visibility
from bbs.features.community.keys import follows
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_rules import WIDTHS, text_of
from bbs.features.packs.places import PackPlace
from bbs.features.packs.signing import last_list_text
from bbs.move_refusals import PaperRefused
from bbs.signatures import verify


def page_text(page: LastPage) -> bytes:
    """Return the bytes that the old server signs under a page of the last list."""
    unsigned = msgspec.json.encode(replace(page, signature=""), order="sorted")
    digest = hashlib.sha256(unsigned).hexdigest()
    receipt = page.receipt.signature
    return last_list_text(page.host, page.epoch, page.board, receipt, digest)


def check_page(page: LastPage, *, digest: str, own_keys: Collection[str], key: str | None) -> None:
    """Refuse a page that is not the old server's, for this server's receipt.

    Args:
        digest: Of the pack that this server unpacked.
        own_keys: This server's key, and those before it.
        key: Of the board's last home, as its pack has it; None where nobody signed it. A key that it
            signed into its place is the old server's, too: it was handed over (32.2). The epoch may
            differ: a restore of the old server begins a new epoch, and the board has moved all the same.

    Raises:
        PaperRefused: If it is not, with the reason.
    """
    receipt = page.receipt
    is_own = receipt.key in own_keys and verify(receipt.key, receipt.signature, text_of(receipt))
    if not is_own or receipt.board != page.board or receipt.digest != digest:
        raise PaperRefused("last_list", "it answers another receipt than this server's")
    if key is None or not follows(key, page.key, page.key_changes):
        raise PaperRefused(
            "last_list",
            "it is signed with another key than the pack, and no change of keys leads there",
        )
    if not verify(page.key, page.signature, page_text(page)):
        raise PaperRefused("last_list", "its signature is false, or it was changed")


def check_order(page: LastPage, upto: PackPlace | None) -> None:
    """Refuse a page that leaves out what stands before it, as long as the board is not open.

    Args:
        upto: Where the pages before ended; None before the first.

    Raises:
        PaperRefused: If it does.
    """
    if page.after not in (None, upto):
        why = "pages are missing before this one; bring the file from its beginning"
        raise PaperRefused("last_list", why)


def narrower(one: Visibility, other: Visibility) -> Visibility:
    """Return under which of two visibilities fewer people read a board."""
    return min(one, other, key=WIDTHS.__getitem__)

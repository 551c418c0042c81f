"""The last list of a move: what ended at the old server since the board was packed (protocol 30.8)."""

from typing import Annotated

from msgspec import Meta

from bbs.clock import Instant
from bbs.features.boards.settings import Visibility
from bbs.features.members.views import PublicKey
from bbs.features.packs.move_limits import LAST_PAGE_POSTS_MAX
from bbs.features.packs.move_views import MoveHost, Receipt
from bbs.features.packs.places import PackPlace
from bbs.features.packs.views import PackSignatureText
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import View

LAST_LIST_VERSION = 1

_Posts = Annotated[tuple[PostId, ...], Meta(max_length=LAST_PAGE_POSTS_MAX)]


class LastWords(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack made now would not have of a thread any more, or has not had before either.

    Attributes:
        gone: The posts without words.
        former: The posts that have words, and no author.
        has_title: False once the thread has no title.
    """

    thread: ThreadId
    gone: _Posts = ()
    former: _Posts = ()
    has_title: bool = True


class LastPage(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the last list: signed by the old server, carried to the new one by hand.

    Attributes:
        host, epoch, key: Of the old community.
        receipt: The receipt that it answers.
        visibility: Of the board at the new server, as it was announced.
        at: When it was made.
        after: The place in the pack behind which it begins; None for the first page.
        upto: The place with which it ends, where the next page begins; None on the last page.
        threads: What ended; of a thread that lost nothing there is nothing.
        signature: Ed25519; it covers every other field.
    """

    version: Annotated[int, Meta(ge=1, le=LAST_LIST_VERSION)] = LAST_LIST_VERSION
    host: MoveHost
    epoch: Annotated[str, Meta(min_length=1, max_length=64)]
    key: PublicKey
    board: BoardId
    receipt: Receipt
    visibility: Visibility
    at: Instant
    after: PackPlace | None = None
    upto: PackPlace | None = None
    threads: Annotated[tuple[LastWords, ...], Meta(max_length=LAST_PAGE_POSTS_MAX)] = ()
    signature: PackSignatureText

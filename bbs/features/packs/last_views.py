"""The last list of a move: what ended at the old server since the board was packed (protocol 30.8)."""

from typing import Annotated

from msgspec import Meta

from bbs.clock import Instant
from bbs.features.boards.settings import Visibility
from bbs.features.community.views import KEY_CHANGES_MAX, KeyChange
from bbs.features.members.views import PublicKey
from bbs.features.packs.move_limits import LAST_PAGE_POSTS_MAX
from bbs.features.packs.move_views import MoveHost, Receipt
from bbs.features.packs.places import PackPlace
from bbs.features.packs.views import PackSignatureText
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import View

LAST_LIST_VERSION = 1

_Posts = Annotated[tuple[PostId, ...], Meta(max_length=LAST_PAGE_POSTS_MAX)]
_Things = Annotated[tuple[PostId | ThreadId, ...], Meta(max_length=2 * LAST_PAGE_POSTS_MAX)]


class LastWords(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack made now would not have of a thread any more, or has not had before either.

    Attributes:
        gone: The posts without words, but for those in `hidden` and `left_out`.
        hidden: The posts without words that a moderator hid.
        left_out: The posts without words whose author chose to be left out.
        former: The posts that have words, and no author.
        nameless: Posts, or the thread where its author began it, whose authors took back that their
            name may go along: of each author one with words, and all that have none.
        has_title: False once the thread has no title.
    """

    thread: ThreadId
    gone: _Posts = ()
    hidden: _Posts = ()
    left_out: _Posts = ()
    former: _Posts = ()
    nameless: _Things = ()
    has_title: bool = True

    @property
    def without_words(self) -> int:
        """How many posts have no words."""
        return len(self.gone) + len(self.hidden) + len(self.left_out)


class LastPage(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the last list: signed by the old server, carried to the new one by hand.

    Attributes:
        host, epoch, key: Of the old community, now.
        key_changes: The last changes of its key, so that a new key is known by the pack's (32.2).
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
    key_changes: Annotated[tuple[KeyChange, ...], Meta(max_length=KEY_CHANGES_MAX)] = ()
    board: BoardId
    receipt: Receipt
    visibility: Visibility
    at: Instant
    after: PackPlace | None = None
    upto: PackPlace | None = None
    threads: Annotated[tuple[LastWords, ...], Meta(max_length=LAST_PAGE_POSTS_MAX)] = ()
    signature: PackSignatureText

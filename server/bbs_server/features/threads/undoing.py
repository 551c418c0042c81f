"""What undoes commands about words and threads, where they were done as items of a batch (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.tending_messages import PinThread, UnpinThread
from bbs.ids import COMMONS
from bbs.messages import Command
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing


def _show_post(tx: Tx, ctx: Context, done: HidePost, undoing: Undoing) -> Command[Any]:
    return RestorePost(post=done.post, reason=undoing.reason)


def _show_line(tx: Tx, ctx: Context, done: HideLine, undoing: Undoing) -> Command[Any]:
    return RestoreLine(line=done.line, reason=undoing.reason)


def _hide_again(
    tx: Tx, ctx: Context, done: RestorePost | RestoreLine, undoing: Undoing
) -> Command[Any] | CannotComeBack:
    """Hide words again by the clause by which they were hidden: the act that showed them cites it."""
    norm, of_commons = undoing.act.norm, undoing.act.norms_board == COMMONS
    if norm is None:
        return CannotComeBack(
            "The log does not say any more by which clause these words were hidden."
        )
    if isinstance(done, RestorePost):
        return HidePost(post=done.post, norm=norm, of_commons=of_commons, reason=undoing.reason)
    return HideLine(line=done.line, norm=norm, of_commons=of_commons, reason=undoing.reason)


def _unpin(tx: Tx, ctx: Context, done: PinThread, undoing: Undoing) -> Command[Any]:
    return UnpinThread(thread=done.thread, reason=undoing.reason)


def _pin(tx: Tx, ctx: Context, done: UnpinThread, undoing: Undoing) -> Command[Any]:
    return PinThread(thread=done.thread, reason=undoing.reason)


UNDO: Mapping[type[Command[Any]], Undo] = {
    HidePost: _show_post,
    HideLine: _show_line,
    RestorePost: _hide_again,
    RestoreLine: _hide_again,
    PinThread: _unpin,
    UnpinThread: _pin,
}
"""What undoes each of them."""

"""Commands that hide words by a clause and restore them, as the moderator of a board may send them."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.messages import Say
from bbs.ids import BoardId, new_id
from bbs.messages import Command
from tests.support.moot import Line, Moot
from tests.support.talk import start


async def hide(moot: Moot, ana: Line, board: BoardId) -> HidePost:
    _, post = await start(ana, board, "Words", "against a norm")
    return HidePost(post=post, norm=1, reason="It is against it")


async def hide_line(moot: Moot, ana: Line, board: BoardId) -> HideLine:
    line = new_id()
    await ana.ask(Say(board=board, line=line, body="Words"))
    return HideLine(line=line, norm=1, reason="It is against it")


async def restore(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    before = await hide(moot, ana, board)
    await moot.sysop.ask(before)
    return RestorePost(post=before.post, reason="It was not")


async def restore_line(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    before = await hide_line(moot, ana, board)
    await moot.sysop.ask(before)
    return RestoreLine(line=before.line, reason="It was not")


HIDES: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    HidePost: hide,
    HideLine: hide_line,
    RestorePost: restore,
    RestoreLine: restore_line,
}

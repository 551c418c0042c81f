"""The end by a signal: what was typed before it is saved, then the client ends in good order."""

import asyncio
from contextlib import AbstractContextManager

from bbs_client.tui.app import FolkmootApp
from bbs_client.tui.driver import restore_on_signals


def leave_on_signals(app: FolkmootApp) -> AbstractContextManager[None]:
    """Make signals end a client properly while this lasts, with what was typed before them.

    Args:
        app: The client; its exit code is 128 plus the signal's number.
    """

    def leave(number: int) -> None:
        if app._loop is not None:
            app._loop.call_soon_threadsafe(save, number)

    def save(number: int) -> None:
        app.main.surface.keep_draft()
        # Keys of the input's thread need a turn of the loop more to reach the app.
        asyncio.get_running_loop().call_soon(app.call_later, end, number)

    def end(number: int) -> None:
        # And from there they may still be on their way into the text.
        focused = app.focused if app.screen_stack else None
        (focused or app).call_later(app.leave, 128 + number)

    return restore_on_signals(leave)

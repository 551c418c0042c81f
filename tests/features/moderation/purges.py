"""Uses of power that erase words by a law, each as the sysop would send it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs.features.members.about_messages import PurgeAbout, SetProfile
from bbs.features.threads.erasing_messages import Purge
from bbs.ids import BoardId
from bbs.messages import Command
from tests.support.moot import Line, Moot
from tests.support.talk import start


async def _purge(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    _, post = await start(ana, board, "Words", "that a law forbids")
    return Purge(post=post, law="StGB 130", reason="By order of the court")


async def _purge_about(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    await ana.ask(SetProfile(text="Words that a law forbids"))
    return PurgeAbout(member=ana.id, law="StGB 130", reason="By order of the court")


PURGES: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    Purge: _purge,
    PurgeAbout: _purge_about,
}

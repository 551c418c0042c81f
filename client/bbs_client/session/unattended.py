"""A short connection without a surface: what happened meanwhile is folded while pages are fetched."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bbs.sdk import updates as sdk
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.pending_marks import PendingMarks
from bbs_client.session.errands import run_errand
from bbs_client.session.fetch_queue import FetchQueue, until_first
from bbs_client.session.keeper import Keeper
from bbs_client.session.keeping import BoardKeeper
from bbs_client.session.sync import MirrorSync

if TYPE_CHECKING:
    from bbs.sdk.community import Community

R = TypeVar("R")


async def visit(
    community: "Community",
    mirror: Mirror,
    outbox: Outbox,
    boards: BoardKeeper,
    work: Callable[[MirrorSync], Awaitable[R]],
) -> R:
    """Do something with an up-to-date mirror, while its events are folded as in any session.

    Without that, posts that were withdrawn since the last visit would stay in the mirror (P10).
    Nothing of the outbox is sent. Cancelling is safe.

    Args:
        community: The community, connected.
        mirror: Its mirror.
        outbox: With marks that the server does not have yet, which are laid over its own.
        boards: The boards that are kept whole.
        work: Given the sync, once everything is up to date.

    Returns:
        What `work` returned.

    Raises:
        FolkmootError: The server's error.
        MirrorUnwritable: If this device's disk cannot be written.
    """
    online = asyncio.Event()
    online.set()
    keeper = Keeper(mirror, PendingMarks(outbox), lambda news: None)
    sync = MirrorSync(community, mirror, write=keeper.write, clock=mirror.time)

    again = asyncio.Event()

    async def do(kind: str, subject: str) -> None:
        if kind == "bring_up":
            again.set()
        elif kind == "wanting":
            await sync.fetch_missing_threads()
        else:
            await run_errand(sync, boards, kind, subject)

    keeper.sync = sync
    keeper.errands = FetchQueue(do, online=online, waiting=lambda reason: None, sleep=asyncio.sleep)
    done: list[R] = []

    async def up_to_date() -> None:
        await sync.sync_all()
        done.append(await work(sync))

    async def bring_up_and_work() -> None:
        # Heard meanwhile that the member came back, or is suspended no more: what was asked before
        # that is void, so all of it begins anew. Each such event is heard once.
        while not done:
            again.clear()
            await until_first(again.wait(), up_to_date())

    await until_first(_hear(community, keeper), keeper.errands.run(), bring_up_and_work())
    return done[0]


async def _hear(community: "Community", keeper: Keeper) -> None:
    async for happened in community.events():
        match happened:
            case sdk.EventHappened() | sdk.StreamReset() | sdk.StreamGone():
                keeper.take(happened)

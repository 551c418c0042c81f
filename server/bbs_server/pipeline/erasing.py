"""Erasing what removed text left in the engine's files, as soon as no reader is in the way."""

import asyncio
import logging

from bbs import limits
from bbs_server.store.api import Store

log = logging.getLogger("bbs.pipeline")


async def erase_traces(store: Store) -> None:
    """Let the store erase traces now; while a reader of an older moment is active, try again."""
    try:
        while not await store.run_maintenance():  # noqa: ASYNC110 - readers end unannounced
            await asyncio.sleep(limits.ERASE_AGAIN_SECONDS)
    except Exception:
        log.exception("housekeeping failed; it is tried again within the hour")

"""What this device was told of batches since its start: how far each batch is (protocol 26)."""

import asyncio
from typing import TYPE_CHECKING

from bbs_client.session.events import BatchHappened

if TYPE_CHECKING:
    from bbs.features.batches.views import Batch


class KnownBatches:
    """Batches as they were told last; nothing of them is kept on the device.

    Attributes:
        latest: By id.
    """

    def __init__(self) -> None:
        """Know of none."""
        self.latest: dict[str, Batch] = {}
        self._changed = asyncio.Event()

    def note(self, news: BatchHappened) -> None:
        """Take note of a batch, unless a later revision is known."""
        self.keep(news.batch)
        self._changed.set()

    def keep(self, batch: "Batch") -> "Batch":
        """Take note of a batch, and return what is known of it now."""
        known = self.latest.get(batch.id)
        if known is None or known.revision <= batch.revision:
            self.latest[batch.id] = known = batch
        return known

    async def change(self) -> None:
        """Wait until a batch has come further. Cancelling is safe."""
        self._changed.clear()
        await self._changed.wait()

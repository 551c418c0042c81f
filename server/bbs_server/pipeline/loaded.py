"""The moment at which a server that greets already has loaded what every other call needs."""

import asyncio
from typing import Literal

GREETING_S = 0.1
"""How long a server that listens greets before it loads the rest, unless a call needs that sooner."""


class Loaded(asyncio.Event):
    """Set once everything is loaded; knows whether somebody waits for it."""

    def __init__(self) -> None:
        """Begin with nothing loaded and nobody waiting."""
        super().__init__()
        self._wanted = asyncio.Event()

    async def wait(self) -> Literal[True]:
        """Wait until everything is loaded, and let that begin now. Cancel-safe."""
        self._wanted.set()
        return await super().wait()

    async def greet_first(self) -> None:
        """Wait until somebody waits, or for the time in which those who reconnect say hello.

        Loading takes the processor from nobody's greeting meanwhile. Cancel-safe.
        """
        try:
            async with asyncio.timeout(GREETING_S):
                await self._wanted.wait()
        except TimeoutError:
            pass

"""What happens to servers and lines when everything goes wrong at once, drawn by chance."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from tests.faults.chaosproxy import ChaosProxy, Harm
from tests.faults.server_process import ServerProcess

PAUSE_S_MAX = 0.8  # from one happening to the next
SILENCE_S_MAX = 2.0


@dataclass
class Chaos:
    """Cuts, delays and half-opens lines; kills, stops and freezes the server.

    Attributes:
        done: How often each happened.
    """

    server: ServerProcess
    proxies: list[ChaosProxy]
    rng: Random
    done: Counter[str] = field(default_factory=Counter)

    async def reign(self, lasting_s: float, *, only_kill: bool = False) -> None:
        """Do harm for some seconds, then leave every line open and the server up.

        Args:
            only_kill: Kill the server, again and again, and harm no line.
        """
        ways: list[Callable[[], Awaitable[None]]] = [self._kill]
        if not only_kill:
            ways += [self._cut, self._reset, self._cut_soon, self._slow, self._slices]
            ways += [self._half_open, self._half_open_and_cut, self._freeze, self._restart]
        until_s = asyncio.get_running_loop().time() + lasting_s
        while asyncio.get_running_loop().time() < until_s:
            await asyncio.sleep(self.rng.uniform(0.05, PAUSE_S_MAX))
            way = self.rng.choice(ways)
            await way()
            self.done[way.__name__.strip("_")] += 1
        for proxy in self.proxies:
            for harm in (proxy.up, proxy.down):
                harm.delay_s, harm.slice_bytes, harm.cut_after = 0.0, None, None

    @property
    def cuts(self) -> int:
        """How many lines were cut, not counting those that broke with the server."""
        return sum(proxy.cuts for proxy in self.proxies)

    def _proxy(self) -> ChaosProxy:
        return self.rng.choice(self.proxies)

    def _harm(self) -> Harm:
        return self.rng.choice((self._proxy().up, self._proxy().down))

    async def _cut(self) -> None:
        self._proxy().cut_all()

    async def _reset(self) -> None:
        self._proxy().cut_all(reset=True)

    async def _cut_soon(self) -> None:
        harm = self._harm()
        harm.cut_after, harm.reset = self.rng.randrange(5_000), self.rng.random() < 0.5

    async def _slow(self) -> None:
        self._harm().delay_s = self.rng.choice((0.0, 0.005, 0.05))

    async def _slices(self) -> None:
        self._harm().slice_bytes = self.rng.choice((None, 100, 1_000))

    async def _half_open(self) -> None:
        harm = self._harm()
        harm.silent = True
        await asyncio.sleep(self.rng.uniform(0.1, SILENCE_S_MAX))
        harm.silent = False

    async def _half_open_and_cut(self) -> None:
        proxy = self._proxy()
        proxy.up.silent = proxy.down.silent = True
        await asyncio.sleep(self.rng.uniform(0.1, SILENCE_S_MAX))
        proxy.cut_all(reset=self.rng.random() < 0.5)
        proxy.up.silent = proxy.down.silent = False

    async def _freeze(self) -> None:
        os.kill(self.server.pid, signal.SIGSTOP)
        await asyncio.sleep(self.rng.uniform(0.1, SILENCE_S_MAX))
        os.kill(self.server.pid, signal.SIGCONT)

    async def _kill(self) -> None:
        self.server.kill()
        await asyncio.sleep(self.rng.uniform(0.0, 0.5))
        await self.server.start()

    async def _restart(self) -> None:
        assert await self.server.end() == 0
        await self.server.start()

"""Passwords: argon2id in a small pool of threads, so that hashing does not stop the server."""

import asyncio
import base64
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from bbs import limits
from bbs.errors import ServerStopping, Throttled

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

JOB_SECONDS = 0.25  # one hash with the default profile on a small machine


def make_hasher(*, cheap: bool = False) -> "PasswordHasher":
    """Return the server's hasher: argon2id, RFC 9106's second choice (64 MiB, 3 passes).

    Args:
        cheap: Whether to use the weakest parameters, for tests and the demo only.
    """
    # Late: no greeting needs it.
    from argon2 import PasswordHasher
    from argon2.profiles import CHEAPEST

    return PasswordHasher.from_parameters(CHEAPEST) if cheap else PasswordHasher()


def dummy_hash(hasher: "PasswordHasher") -> str:
    """Return a hash that no password matches and that takes as long to check as a member's.

    So a refusal takes as long for a handle that no member has as for a wrong password.
    """
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, body = _b64(bytes(hasher.salt_len)), _b64(bytes(hasher.hash_len))
    return f"$argon2id$v=19${cost}${salt}${body}"


def _b64(value: bytes) -> str:
    return base64.b64encode(value).rstrip(b"=").decode()


def verify(hasher: "PasswordHasher", stored: str, password: str) -> bool:
    """Return whether `password` has this hash. Slow: call it in the pool."""
    from argon2.exceptions import VerifyMismatchError

    try:
        return hasher.verify(stored, password)
    except (VerifyMismatchError, UnicodeEncodeError):
        return False


class PasswordPool:
    """A few threads and a short queue before them.

    Each hash takes 64 MiB, so neither may grow with the number of requests.
    """

    def __init__(
        self,
        *,
        workers: int = min(2, os.cpu_count() or 1),
        waiting_max: int = limits.PASSWORD_JOBS_WAITING_MAX,
    ) -> None:
        """Make a pool; its threads start with the first job.

        Args:
            workers: Jobs that run at the same time.
            waiting_max: Jobs that may wait for a thread; the pool refuses more.
        """
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="passwords")
        self._workers = workers
        self._jobs_max = workers + waiting_max
        self._jobs = 0
        self._lock = threading.Lock()

    @property
    def jobs(self) -> int:
        """The number of jobs that run or wait."""
        return self._jobs

    async def run(self, fn: Callable[[*Ts], T], *args: *Ts) -> T:
        """Run `fn` on a thread of the pool.

        Cancelling is safe: a job that has not begun never begins; a running job keeps its place
        until it is done.

        Raises:
            Throttled: If too many jobs wait; the error names the time that the queue takes.
            ServerStopping: If the pool was closed.
        """
        with self._lock:
            if self._jobs >= self._jobs_max:
                raise Throttled(retry_after_s=self._jobs / self._workers * JOB_SECONDS)
            self._jobs += 1
        try:
            job = self._threads.submit(fn, *args)
        except RuntimeError:
            self._leave()
            raise ServerStopping from None
        job.add_done_callback(self._leave)
        return await asyncio.wrap_future(job)

    def _leave(self, _: Future[T] | None = None) -> None:
        with self._lock:
            self._jobs -= 1

    def close(self) -> None:
        """Accept no more jobs and drop the waiting ones. Safe to call twice; returns at once."""
        self._threads.shutdown(wait=False, cancel_futures=True)

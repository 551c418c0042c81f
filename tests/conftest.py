"""What all tests share: how long Hypothesis looks, by BBS_HYPOTHESIS, where files are, and what garbage is looked for."""

import gc
import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, settings

from tests.shape.budget import (
    pytest_runtest_logreport,
    pytest_runtest_logstart,
    pytest_runtest_makereport,
    pytest_terminal_summary,
)

__all__ = [
    "pytest_runtest_logreport",
    "pytest_runtest_logstart",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
]

# The command lines of tests are people's, though tests have no terminal (protocol 27.2).
os.environ["BBS_SCRIPT"] = "0"

# Without deadlines: a busy machine is no failed promise.
settings.register_profile(
    "quick", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5_000)
settings.load_profile(os.environ.get("BBS_HYPOTHESIS", "quick"))

IN_MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4 * 1024**3


def files_in_memory() -> None:
    """Let tests keep their files in memory, where there is room and nobody has named another place.

    Whatever kills a program, the files there stay: only a test that cuts the power would notice, and
    those lose by themselves what was not synced (tests/faults/powerloss.py).
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(IN_MEMORY).free >= NEEDED_BYTES:
        os.environ["TMPDIR"] = str(IN_MEMORY)  # for the programs that tests start, too
        tempfile.tempdir = None


files_in_memory()


def interrupt(number: int, frame: FrameType | None) -> None:
    """End the run at Ctrl+C, as Python does by itself."""
    signal.default_int_handler(number, frame)


def pytest_configure() -> None:
    """Take Ctrl+C ourselves: asyncio has a handler of its own for each task that finds Python's.

    To put it away Python writes out what the task gave, which of a fixture is a whole community with
    all its words: a fifth of what tests of features cost.
    """
    signal.signal(signal.SIGINT, interrupt)


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: next to nothing of that is ever let go."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage only among what tests make, not among the tests themselves."""
    gc.freeze()
    gc.enable()

"""What all tests share: how long Hypothesis looks, by BBS_HYPOTHESIS (quick or deep), and what garbage is looked for."""

import gc
import os

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


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: next to nothing of that is ever let go."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage only among what tests make, not among the tests themselves."""
    gc.freeze()
    gc.enable()

"""How tests run programs of this house beside themselves: as they are, or with a mistake in them."""

import os
import signal

WEAKENED = "BBS_FAULTS_WEAKENED"
"""Names the mistake of `tests/faults/weakened.py` that all programs of a run are made with."""


def python(*words: str) -> tuple[str, ...]:
    """Return the words for an interpreter that runs `-m module` or `-c code`, as this run wants it."""
    mistake = os.environ.get(WEAKENED)
    return ("-m", "tests.faults.weakened", mistake, *words) if mistake else words


def take_interrupts() -> None:
    """Give a program Ctrl-C back, before it begins: for `preexec_fn`.

    Whoever runs the tests in the background ignores interrupts, and that is inherited.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)

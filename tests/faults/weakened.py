"""Programs with one of their promises broken: what the fault tests have to notice.

    python -m tests.faults.weakened answers-early serve ...
    python -m tests.faults.weakened takes-no-lock -m pytest tests/...

Each name is a mistake somebody could make; a test that passes against it proves nothing. Programs
that are started by a weakened one with `tests.support.programs.python` have the same mistake.
"""

import os
import runpy
import sys

import pytest

from tests.faults.mistakes_client import CLIENT_MISTAKES
from tests.faults.mistakes_files import FILE_MISTAKES
from tests.faults.mistakes_lines import LINE_MISTAKES
from tests.faults.mistakes_store import STORE_MISTAKES
from tests.faults.mistakes_terminal import TERMINAL_MISTAKES
from tests.faults.mistakes_words import WORD_MISTAKES
from tests.support.programs import WEAKENED

MISTAKES = {
    **STORE_MISTAKES,
    **FILE_MISTAKES,
    **LINE_MISTAKES,
    **CLIENT_MISTAKES,
    **TERMINAL_MISTAKES,
    **WORD_MISTAKES,
}


def weakened(name: str) -> tuple[str, ...]:
    """Return the words that run `bbs` with that mistake, for `ServerProcess`."""
    return (sys.executable, "-m", "tests.faults.weakened", name)


def main() -> None:
    """Make the mistake named first, then be the program of the words that follow.

    They are an interpreter's (`-m module`, `-c code`) or those of `bbs`.
    """
    os.environ[WEAKENED] = sys.argv.pop(1)
    MISTAKES[os.environ[WEAKENED]]()
    if sys.argv[1:3] == ["-m", "pytest"]:
        # A test that failed may leave a database open, whose thread would wait for ever.
        ended = pytest.main(sys.argv[3:])
        sys.stdout.flush()
        os._exit(ended)
    elif sys.argv[1] == "-m":
        del sys.argv[0:2]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    elif sys.argv[1] == "-c":
        del sys.argv[0]
        exec(sys.argv[1], {"__name__": "__main__"})
    else:
        from bbs.cli.main import main as run

        run()


if __name__ == "__main__":
    main()

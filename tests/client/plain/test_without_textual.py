"""Plain mode is for small machines and slow lines: it loads no screen."""

import os
import subprocess
import sys

from tests.cli.house import House
from tests.support.programs import python

_VISIT = """
import io, sys
from bbs.profiles import load_profile
from bbs_client.plain.app import run
out = io.StringIO()
typed = "boards\\nhome\\nnext\\nlevel garden\\n\\nreply\\nwords\\n.\\nhelp\\nquit\\n"
assert run(load_profile("bo"), io.StringIO(typed), out) == 0
assert "Goodbye." in out.getvalue(), out.getvalue()
print(*(name for name in sys.modules if name.split(".")[0] in ("textual", "rich")))
"""


def test_a_visit_never_loads_textual(house: House) -> None:
    """A visit that reads, asks and writes leaves no module of Textual in memory."""
    done = subprocess.run(
        [sys.executable, *python("-c", _VISIT)],
        env={**os.environ, "BBS_HOME": str(house.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr

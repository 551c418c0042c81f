"""What one waits for at a start: the command line's import."""

import subprocess
import sys

import pytest

from tests.bench.measure import Table, interleaved
from tests.faults.server_process import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

TIMES = 15


async def _import_ms(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module, in ms."""
    program = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to run meanwhile
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout) * 1_000


async def test_import_of_the_command_line(table: Table) -> None:
    """`bbs` beside the library it is made with; the first import writes the bytecode."""
    samples = await interleaved(
        lambda: _import_ms("bbs.cli.main"), lambda: _import_ms("click"), TIMES
    )
    table.add("import bbs.cli.main", "ms", *samples, "import click")

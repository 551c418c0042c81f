"""The proofs of the table, run against builds that break their promise: each of them has to fail."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.faults.invariants import INVARIANTS
from tests.faults.rounds import DEEP
from tests.faults.server_process import ROOT
from tests.faults.weakened import weakened

BROKEN_BY = [
    pytest.param(mistake, proof, id=f"{name} {mistake} {proof.partition('::')[2]}")
    for name, invariant in INVARIANTS.items()
    for proof, mistakes in invariant.noticed.items()
    if proof in invariant.proofs
    for mistake in mistakes.split()
]
PATIENCE_S = 120.0
_ROTTEN = re.compile(r"\b(TypeError|AttributeError|NameError|ImportError|ModuleNotFoundError)\b")
"""What a mistake raises that does not fit the code any more: such a failure shows nothing."""

pytestmark = [pytest.mark.faults, pytest.mark.timeout(2 * PATIENCE_S)]


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
@pytest.mark.parametrize(("mistake", "proof"), BROKEN_BY)
def test_a_proof_fails_where_its_promise_is_broken(
    mistake: str, proof: str, tmp_path: Path
) -> None:
    """The same test that a sound build passes fails for a build with the mistake."""
    ended = subprocess.run(
        [
            *(*weakened(mistake), "-m", "pytest", f"tests/{proof}", "--exitfirst", "--tb=short"),
            *("--timeout", str(PATIENCE_S / 2), f"--basetemp={tmp_path / 'tests'}"),
            *("-p", "no:cacheprovider"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "BBS_FAULTS": "quick",
            "BBS_FAULTS_S": "5",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path / "hypothesis"),
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    said = ended.stdout + ended.stderr
    print(next((line for line in said.splitlines() if line.startswith("FAILED ")), "no failure"))
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, said
    assert re.search(r"^FAILED ", said, re.MULTILINE), said
    assert not re.search(r"^ERROR ", said, re.MULTILINE), said
    assert not _ROTTEN.search(said), said

"""Judging a new password beside hashing it: the pool's threads do both."""

import time

import pytest

from bbs.features.members.guessing import estimate_guesses
from bbs_server.features.members.passwords import make_hasher
from tests.bench.measure import Table, interleaved

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

TIMES = 15
NAMES = ("ana", "Ana Lopez", "Garden People of the Long River", "folkmoot", "bbs")
PASSWORDS = {
    "a passphrase": "seven quiet herons on a wire",
    "72 signs that stand for letters": "@48({[<3691!|0$57+%2" * 4,
    "72 digits": "".join(str(n * n % 97 % 10) for n in range(72)),
    "72 characters, repeats within repeats": "".join("1" * n + "2" for n in range(1, 12)),
    "1,024 characters": "1!|7" * 256,
}


@pytest.mark.parametrize("name", PASSWORDS)
async def test_judging_a_password(table: Table, name: str) -> None:
    """Judging costs less than the hash that follows it, whatever the password (P14)."""
    hasher = make_hasher()

    async def judged_ms() -> float:
        began = time.process_time()
        estimate_guesses(PASSWORDS[name], NAMES)
        return (time.process_time() - began) * 1_000

    async def hashed_ms() -> float:
        began = time.process_time()
        hasher.hash(PASSWORDS[name])
        return (time.process_time() - began) * 1_000

    await judged_ms()
    samples = await interleaved(judged_ms, hashed_ms, TIMES)
    row = table.add(f"judge {name}", "ms", *samples, "hash it", 0.5)
    assert row.ratio < 1

"""Whether a handle exists is nobody's business: a stranger is answered alike (P11)."""

from pathlib import Path

from bbs import limits
from bbs.errors import FolkmootError, Throttled
from bbs.ids import new_id
from bbs_server.features.members.proving import UNKNOWN_HANDLES_MAX, UnknownHandles
from tests.support.moot import Moot, open_moot
from tests.support.people import Person, secret


async def _answers(moot: Moot, handle: str) -> list[tuple[str, float]]:
    """Guess at a handle's password and codes, waiting now and then, and return all answers."""
    found: list[tuple[str, float]] = []
    person, line = Person(handle), moot.line()
    for n in range(limits.SIGN_IN_FAILURES_FREE + 6):
        wrong = person.with_password(password=f"a wrong password, number {n}")
        guess = wrong if n % 3 else person.recovering(secret(new_id()))
        error: FolkmootError = await line.refused(guess)
        wait_s = error.retry_after_s if isinstance(error, Throttled) else 0
        found.append((error.code, wait_s))
        if n % 2:
            moot.clock.jump(seconds=wait_s)
    return found


async def test_wrong_guesses_wait_alike_for_every_handle(tmp_path: Path) -> None:
    """Known or unknown, a handle answers wrong guesses alike and makes them wait alike (3.3)."""
    async with open_moot(tmp_path) as moot:
        await moot.join("ana")
        known, unknown = await _answers(moot, "ana"), await _answers(moot, "nobody")
    assert known == unknown
    assert {code for code, _ in known} == {"members.sign_in_failed", "throttled"}


def test_the_memory_of_guesses_is_bounded() -> None:
    """A flood of made-up handles pushes out the oldest, and holds no handle in clear (P11, I-15)."""
    unknown = UnknownHandles()
    for _ in range(limits.SIGN_IN_FAILURES_MAX):
        unknown.count("first", 0)
    for n in range(UNKNOWN_HANDLES_MAX):
        unknown.count(f"flood {n}", 0)
    unknown.refuse_while_waiting("first", 0)
    assert len(unknown._guesses) == UNKNOWN_HANDLES_MAX
    assert not any(b"flood" in key for key in unknown._guesses)

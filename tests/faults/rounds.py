"""How long the fault tests try: BBS_FAULTS=quick (the default) or deep, and the seed of chance.

BBS_FAULTS_S=900 lets each test that is measured in time, not in rounds, last so many seconds. The
deep run has an hour of churn and ends within half an hour beside it: its rounds are chosen so, and
each run draws other chances, so that runs add up.
"""

import os
import random

DEEP = os.environ.get("BBS_FAULTS", "quick") == "deep"
SEED = int(os.environ.get("BBS_FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)


def rounds(quick: int, deep: int) -> int:
    """Return how often to try, by the profile chosen."""
    return deep if DEEP else quick


def lasting_s(quick: float, deep: float) -> float:
    """Return how many seconds to try: by the profile chosen, or as the environment says."""
    return float(os.environ.get("BBS_FAULTS_S") or (deep if DEEP else quick))


def chance(name: str) -> random.Random:
    """Return the chance of one test and print what repeats it: BBS_FAULTS_SEED=n."""
    print(f"{name}: BBS_FAULTS_SEED={SEED}")
    return random.Random(f"{SEED} {name}")

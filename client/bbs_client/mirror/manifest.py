"""What a feature brings to the mirror, as its `feature.py` says, and where all features are found.

A feature's tables stand beside it in `mirror.sql`, so that a mirror is opened without its code.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from msgspec import Struct

from bbs.discovery import feature_modules
from bbs.features.members.views import Author
from bbs.messages import Ephemeral, Event, Result
from bbs_client.mirror.changes import Change
from bbs_client.mirror.transaction import MirrorTransaction

Fold = Callable[[Event, str, int, datetime, Author], tuple[Change, ...]]
FoldResult = Callable[[Result], tuple[Change, ...]]
FoldEphemeral = Callable[[Ephemeral], tuple[Change, ...]]
Writer = Callable[[MirrorTransaction, Any], None]


class Feature(Struct, frozen=True, kw_only=True):
    """What one feature brings to the mirror.

    Attributes:
        fold: What an event changes, given its stream, seq, time and author; None: nothing.
        fold_result: What a result tells of the mirror; None: nothing.
        fold_ephemeral: What an ephemeral changes; None: nothing.
        writers: What writes each of its changes.
        board_tables: Its tables with a column `board`, whose rows go when that board is forgotten.
    """

    fold: Fold | None = None
    fold_result: FoldResult | None = None
    fold_ephemeral: FoldEphemeral | None = None
    writers: Mapping[type[Change], Writer] = {}
    board_tables: tuple[str, ...] = ()


@cache
def find_features() -> tuple[Feature, ...]:
    """Return every feature's manifest, sorted by the feature's name.

    Raises:
        ModuleNotFoundError: If a feature's folder has no `feature.py`.
    """
    return tuple(module.FEATURE for module in feature_modules("bbs_client.features", "feature"))

"""What a feature brings to the mirror, as its `feature.py` says, and where all features are found.

A feature's tables stand beside it in `mirror.sql`, so that a mirror is opened without its code.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from bbs.discovery import feature_modules
from bbs_client.mirror.changes import Change
from bbs_client.mirror.places import EventPlace
from bbs_client.mirror.transaction import MirrorTransaction

Fold = Callable[[Struct, EventPlace | None], tuple[Change, ...]]
Writer = Callable[[MirrorTransaction, Any], None]
Dropper = Callable[[MirrorTransaction, str], None]


class Feature(Struct, frozen=True, kw_only=True):
    """What one feature brings to the mirror.

    Attributes:
        told: For each event, result or ephemeral, the fields that say how things stand: each holds
            a view that has a writer, a tuple of such views, or None.
        folds: What a message changes beyond that, given where its event happened; pure.
        writers: What writes each view, each message that is written as it is, and each `Change`.
        fed_by: For each kind of stream, what deletes what came from it, given the id of its owner.
        board_tables: Its tables with a column `board`, whose rows go when that board is forgotten.
    """

    told: Mapping[type[Struct], tuple[str, ...]] = {}
    folds: tuple[Fold, ...] = ()
    writers: Mapping[type[Change], Writer] = {}
    fed_by: Mapping[str, Dropper] = {}
    board_tables: tuple[str, ...] = ()


@cache
def find_features() -> tuple[Feature, ...]:
    """Return every feature's manifest, sorted by the feature's name.

    Raises:
        ModuleNotFoundError: If a feature's folder has no `feature.py`.
    """
    return tuple(module.FEATURE for module in feature_modules("bbs_client.features", "feature"))

"""Puts the features together: one table of their handlers, and all timed work.

Importing this module loads every feature. A server imports it once it listens (`bbs_server.warmup`).
"""

from bbs.discovery import merge
from bbs_server.act_lookups import ActLookups
from bbs_server.arrival_lookups import ArrivalLookups
from bbs_server.batch_lookups import BatchLookups
from bbs_server.case_lookups import CaseLookups
from bbs_server.claim_lookups import ClaimLookups
from bbs_server.features.members import records as member_records
from bbs_server.hand_over_lookups import HandOverLookups
from bbs_server.handler_api import FeatureLookups
from bbs_server.jobs import Job
from bbs_server.leaving_lookups import LeavingLookups
from bbs_server.letter_lookups import LetterLookups
from bbs_server.manifest import find_features, join_reactions, make_lookups
from bbs_server.move_lookups import MoveLookups
from bbs_server.pack_lookups import PackLookups
from bbs_server.pipeline import jobs as pipeline_jobs
from bbs_server.pipeline.execute import HandlerTable
from bbs_server.standing import ObjectLocator
from bbs_server.unpack_lookups import UnpackLookups

LOOKUPS: tuple[type, ...] = (
    ActLookups,
    ArrivalLookups,
    BatchLookups,
    CaseLookups,
    ClaimLookups,
    FeatureLookups,
    HandOverLookups,
    LeavingLookups,
    LetterLookups,
    MoveLookups,
    ObjectLocator,
    PackLookups,
    UnpackLookups,
)
"""The protocols of what features ask each other; together they have every lookup once."""

JOBS: tuple[Job, ...] = (
    *(job for feature in find_features().values() for job in feature.jobs),
    *pipeline_jobs.JOBS,
)


def make_table() -> HandlerTable:
    """Collect the manifests of all features in a table.

    Raises:
        ManifestError: If it does not fit together.
    """
    found = find_features()
    features = found.values()
    return HandlerTable(
        commands=merge(feature.commands for feature in features),
        queries=merge(feature.queries for feature in features),
        prepares=merge(feature.prepares for feature in features),
        foresees=merge(feature.prefetches for feature in features),
        reactions=join_reactions(found),
        readers=make_lookups(features, *LOOKUPS),
        actor_of=member_records.load_actor,
    )

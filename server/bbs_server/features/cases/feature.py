"""Registers the feature of cases with the server."""

from bbs.features.threads.erasing_messages import TextPurged
from bbs.powers import NeedTarget
from bbs.streams import StreamKind
from bbs_server.features.cases import evidence, personal, records, reporting
from bbs_server.manifest import Feature, ReactsTo
from bbs_server.standing import Actor, ObjectLocator, StreamSpec, kept_always
from bbs_server.store.api import Tx


def _hears(tx: Tx, places: ObjectLocator, actor: Actor, case: str, now: int) -> bool:
    """Let nobody hear a case until rows say who handles it."""
    return False


FEATURE = Feature(
    modules=(reporting,),
    reactions=(ReactsTo(TextPurged, evidence.erase_purged),),
    targets={NeedTarget.CASE: records.locate, NeedTarget.APPEAL: records.locate_appeal},
    streams=(
        StreamSpec(
            names=True,
            kind=StreamKind.CASE,
            of_board=False,
            hears_by_rows=_hears,
            kept_ms=kept_always,
        ),
    ),
    jobs=evidence.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)

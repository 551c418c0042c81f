"""Registers the feature of commands that wait with the server."""

from bbs.features.community.hand_over_messages import CommunityHandedOver
from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs_server.features.proposals import (
    ending,
    handlers,
    jobs,
    lapsing,
    moving,
    personal,
    records,
    telling,
)
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    modules=(handlers,),
    reactions=(ReactsTo(CommunityHandedOver, ending.follow_epoch),),
    lookups={
        "end_waiting": ending.end_waiting,
        "lapse_motions": lapsing.lapse_motions,
        "graves_of": moving.graves_of,
        "may_give_key": handlers.may_give_key,
        "move_if_grave": moving.move_if_grave,
        "waits_until": records.waits_until,
    },
    tells={NoticeKind.CITED: {ProposalMoved: telling.tell_person}},
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)

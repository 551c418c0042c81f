"""Registers the feature of commands that wait with the server."""

from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs_server.features.proposals import handlers, jobs, lapsing, moving, personal, telling
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers,),
    lookups={
        "lapse_motions": lapsing.lapse_motions,
        "graves_of": moving.graves_of,
        "may_give_key": handlers.may_give_key,
        "move_if_grave": moving.move_if_grave,
    },
    tells={NoticeKind.CITED: {ProposalMoved: telling.tell_person}},
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)

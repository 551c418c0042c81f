"""Registers the feature of the community as a whole with the server."""

from bbs.features.community.hand_over_messages import HandCommunityOver
from bbs.features.moderation.messages import Acted
from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs_server.features.community import (
    hand_over_telling,
    handing_over,
    handlers,
    personal,
    undoing,
    urgent,
)
from bbs_server.handler_api import WhileWaiting
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers, handing_over, urgent),
    tells={
        NoticeKind.URGENT: {Acted: urgent.tell_first},
        NoticeKind.HEIR: {ProposalMoved: hand_over_telling.tell_heir},
        NoticeKind.HAND_OVER: {ProposalMoved: hand_over_telling.tell_first},
    },
    waiting={
        HandCommunityOver: WhileWaiting(
            begin=handing_over.begin_waiting, end=handing_over.end_waiting
        )
    },
    undo=undoing.UNDO,
    jobs=(*urgent.JOBS, *hand_over_telling.JOBS),
    personal=personal.PERSONAL,
)

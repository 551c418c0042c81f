"""Registers the feature of the community as a whole with the server."""

from bbs.features.moderation.messages import Acted
from bbs.features.reading.views import NoticeKind
from bbs_server.features.community import handlers, undoing, urgent
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers, urgent),
    tells={NoticeKind.URGENT: {Acted: urgent.tell_first}},
    undo=undoing.UNDO,
    jobs=urgent.JOBS,
)

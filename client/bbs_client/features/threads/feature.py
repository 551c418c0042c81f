"""Registers the feature of threads, posts and lounges with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.threads import author_left, fading, lounge, mirror, thanks
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(author_left, fading, lounge, mirror, thanks),
    fed_by={
        StreamKind.BOARD: mirror.drop_published,
        StreamKind.LOUNGE: lounge.drop_lines,
        StreamKind.MEMBER: mirror.drop_own,
    },
    board_tables=("threads", "posts", "lines", "looked", "shortenings"),
)

"""What the feature of members brings to the mirror."""

from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import Member, MemberPage, MemberResult, SignInResult
from bbs.streams import StreamKind
from bbs_client.features.members import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        MemberJoined: ("member",),
        MemberUpdated: ("member",),
        MemberPage: ("members",),
        MemberResult: ("member",),
        SignInResult: ("member",),
    },
    writers={Member: mirror.put_member},
    fed_by={StreamKind.BOARD: mirror.drop_others},
)

"""What the feature of members brings to the mirror."""

from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import Member, MemberPage, MemberResult, SignInResult
from bbs_client.mirror import people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        MemberJoined: ("member",),
        MemberUpdated: ("member",),
        MemberPage: ("members",),
        MemberResult: ("member",),
        SignInResult: ("member",),
    },
    writers={Member: people.put_member},
)

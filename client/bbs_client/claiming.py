"""What `bbs claim` reads of a profile's mirror, offline: the member's own words on a board."""

from collections.abc import Mapping
from contextlib import closing

from bbs.features.packs.claim_rules import OwnPost
from bbs.features.packs.consent_messages import PackConsent
from bbs.ids import BoardId, PostId
from bbs.profiles import Profile
from bbs_client.features.packs.own_words import own_posts
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.file import Mirror
from bbs_client.session.storage import mirror_path


def kept_posts(profile: Profile, board: BoardId) -> Mapping[PostId, OwnPost]:
    """Return the posts of a board that this device kept; none if it has no mirror.

    It changes nothing: it reads a copy, so that a client may be open beside it.

    Raises:
        MirrorTooNew: If a later version of this program made the mirror.
    """
    path = mirror_path(profile)
    if not path.exists():
        return {}
    mirror = MirrorDatabase.copy(path, profile.member)
    try:
        return own_posts(mirror, board, profile.member)
    finally:
        mirror.close()


def left_out_of(profile: Profile) -> list[str]:
    """Return the slugs of boards which, as this device heard, the member's words do not go with.

    Raises:
        MirrorTooNew: If a later version of this program made the mirror.
    """
    path = mirror_path(profile)
    if not path.exists():
        return []
    with closing(Mirror.copy(path, profile.member)) as mirror:
        return [
            row.board.label
            for row in mirror.boards()
            if mirror.consents(row.board.id).get(profile.member) is PackConsent.LEFT_OUT
        ]

"""Words that came from a community which is no more, and the profiles that somebody's device kept of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.packs.tags import author_hashes, author_tags
from bbs.features.packs.views import Line, PackAuthor, PackHeading, PackSettings, PackThread
from bbs.ids import BoardId, new_id
from bbs.profiles import Profile, save_profile
from bbs.signatures import public_key_of, to_base64url
from tests.support.packs import NOON, as_lifeboat, packed, post, small_board


def a_lifeboat(board: BoardId, authors: Mapping[str, bytes]) -> bytes:
    """Return a board that a member kept: for each title a thread with one post, `TITLE at dusk`.

    Args:
        board: Its id.
        authors: By title, the private key of who wrote it.
    """
    heading, settings, norms, *_ = small_board()
    assert isinstance(heading, PackHeading)
    assert isinstance(settings, PackSettings)
    lines: list[Line] = [
        replace(heading, board=board),
        replace(settings, norms_version=1, threads=len(authors), moderators=()),
        norms,
    ]
    for number, (title, key) in enumerate(authors.items(), 1):
        thread = new_id()
        tags = author_tags(author_hashes(b"x", new_id(), [public_key_of(key)]), thread)
        lines += [
            PackThread(id=thread, number=number, author=0, title=title, at=NOON),
            PackAuthor(number=0, tags=tags),
            post(number, 1, f"{title} at dusk", id=new_id()),
        ]
    return packed(as_lifeboat(lines), signers=())


def keep_profile(home: Path, name: str, key: bytes) -> Profile:
    """Keep a profile of a server that does not answer any more, with a device key, and return it.

    Args:
        home: The folder that `BBS_HOME` names.
    """
    kept = Profile(
        name=name,
        url="bbs://127.0.0.1:1/",
        handle="uma",
        member=new_id(),
        session=new_id(),
        token="t" * 40,
        key_private=to_base64url(key),
        host="moot.example",
    )
    with pytest.MonkeyPatch.context() as env:
        env.setenv("BBS_HOME", str(home))
        save_profile(kept)
    return kept

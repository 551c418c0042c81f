"""What a device kept of a board is compared with what stands on another server (31.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.packs.claim_rules import Difference, compare_claim
from bbs.features.packs.claim_views import ClaimedPost, ClaimedThread
from bbs.features.threads.views import ContentState, Post
from bbs_client.features.packs.own_words import own_posts
from bbs_client.mirror.file import Mirror
from tests.client.app.sample import BEN, GARDEN, TOMATOES, a_session


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """Return a mirror of the garden, in which ben wrote."""
    opened = a_session(tmp_path)
    yield opened.cache
    opened.cache.close()
    opened.outbox.close()


def claimed(posts: list[Post], **altered: str) -> ClaimedThread:
    """Return posts as the new server returns them, some with other words, by id."""
    return ClaimedThread(
        thread=TOMATOES,
        number=1,
        posts=tuple(
            ClaimedPost(
                id=post.id,
                number=post.number or 1,
                at=post.at,
                state=ContentState.PUBLISHED,
                subject=post.subject,
                body=altered.get(post.id, post.body or ""),
            )
            for post in posts
        ),
    )


def test_own_words_are_compared_and_those_of_others_told_apart(mirror: Mirror) -> None:
    """An altered word, a missing post and a post of another member's are named to their claimant."""
    kept = own_posts(mirror, GARDEN, BEN)
    found = mirror.posts(TOMATOES, range(1, 99))
    own = [post for post in found if getattr(post.author, "id", "") == BEN and post.body]
    others = [post for post in found if getattr(post.author, "id", "") not in ("", BEN)]
    assert own
    assert others
    assert all(kept[post.id].body == post.body and kept[post.id].mine for post in own)
    assert all(kept[post.id].body is None and not kept[post.id].mine for post in others)
    elsewhere = {key for key, each in kept.items() if each.mine} - {post.id for post in own}
    whole = compare_claim("garden", [claimed(own)], kept)
    assert {each.post for each in whole} <= elsewhere
    first, *rest = own
    differs = compare_claim("garden", [claimed([first, others[0]], **{first.id: "altered"})], kept)
    kinds = {each.post: each.kind for each in differs if each.post not in elsewhere}
    assert kinds == {
        first.id: Difference.ALTERED,
        others[0].id: Difference.NOT_MINE,
        **{post.id: Difference.MISSING for post in rest},
    }

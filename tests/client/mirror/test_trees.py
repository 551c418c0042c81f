"""The order of a thread's posts, kept beside them."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.reading.messages import Floor, MarkPosts
from bbs.features.threads.tree import Tree
from bbs.features.threads.views import Post
from bbs.ids import COMMONS, new_id
from bbs.testing import a_board, a_member, a_post, a_seat, a_thread
from bbs_client.features.threads.reads import KEPT_FROM_POSTS
from bbs_client.mirror.file import Mirror

ME = a_member(handle="ana")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Mirror]:
    """A mirror with one board, everything on it new."""
    cache = Mirror.open(tmp_path / "mirror.db", ME.id)
    seat = a_seat(member=ME.id)
    board = a_board(id=COMMONS)
    cache.apply([ME, board, seat, Floor(board=COMMONS, seq=0)])
    yield cache
    cache.close()


def columns(tree: Tree) -> list[list[int]]:
    """Return all that a tree knows."""
    return [list(one) for one in (tree.numbers, tree.depths, tree.parents, tree.levels)]


def test_a_kept_tree_is_the_tree_of_the_posts(cache: Mirror) -> None:
    """Whatever comes, in whatever order, the order read back is the one the posts have."""
    dice = random.Random(7)
    thread = a_thread(posts=KEPT_FROM_POSTS)
    posts: list[Post] = []
    for number in range(1, 2 * KEPT_FROM_POSTS):
        parent = dice.choice(posts).id if posts and dice.random() < 0.9 else None
        posts.append(a_post(thread=thread.id, number=number, parent=parent))
    number_of = {post.id: post.number for post in posts}
    late = posts.pop(40)
    cache.apply([thread, *(post for post in posts[:300])])
    known = list(posts[:300])

    def expected() -> list[list[int]]:
        here = {post.id for post in known}
        numbers = sorted(post.number or 0 for post in known)
        parents = {
            post.number: number_of[post.parent] if post.parent in here else None for post in known
        }
        return columns(Tree.build(numbers, [parents[number] for number in numbers]))

    assert columns(cache.tree(thread.id)) == expected()
    for step in (1, 5, 40):  # put into what is kept, a few and many
        more = posts[len(known) : len(known) + step]
        cache.apply(post for post in more)
        known += more
        assert columns(cache.tree(thread.id)) == expected()
    # One in the middle, which others answer already, is not put at the end.
    cache.apply([late])
    known.append(late)
    assert columns(cache.tree(thread.id)) == expected()


def test_what_is_unread_is_found_in_pieces(cache: Mirror) -> None:
    """The unread posts of a thread are those that are new and not marked read, one run or many."""
    thread = a_thread(posts=9)
    posts = [a_post(thread=thread.id, number=number) for number in range(1, 10)]
    cache.apply([thread, *posts])
    assert cache.unread(thread.id) == list(range(1, 10))
    cache.apply(
        [MarkPosts(thread=thread.id, first=3, last=4), MarkPosts(thread=thread.id, first=7, last=7)]
    )
    assert cache.unread(thread.id) == [1, 2, 5, 6, 8, 9]


def test_how_one_left_a_thread_is_kept(cache: Mirror) -> None:
    """Flat or tree and what is folded are as one left them, on this device alone."""
    thread = new_id()
    assert cache.look(thread) == (None, frozenset())
    cache.keep_look(thread, True, {9, 4})
    assert cache.look(thread) == (True, frozenset({4, 9}))
    cache.keep_look(thread, False, (), usual=True)
    assert cache.look(thread) == (False, frozenset())
    cache.keep_look(thread, False, ())
    assert cache.look(thread) == (None, frozenset())

"""What a mirror keeps of an author who left a board: the words without a name, or neither (P9, 28.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.members.views import FormerAuthor, MemberAuthor
from bbs.features.ownership.views import LeaveWords
from bbs.features.reading.rules import parse_search
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.features.threads.views import ContentState, Post
from bbs.streams import board_stream, lounge_stream
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from tests.client.app.sample import ANA, BEN, GARDEN, HEARD, NOW, TOMATOES, a_session


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """Return the mirror of ana, who reads what ben wrote in the garden."""
    opened = a_session(tmp_path)
    yield opened.cache
    opened.cache.close()
    opened.outbox.close()


def leaves(mirror: Mirror, words: LeaveWords, *, who: str = BEN, back: bool = False) -> None:
    """Tell the mirror on both streams of the garden that somebody left it, or came back."""
    told = AuthorLeft(board=GARDEN, member=who, words=words, is_back=back)
    for stream in (board_stream(GARDEN), lounge_stream(GARDEN)):
        mirror.apply(fold(told), EventPlace(stream, HEARD + 1, NOW, ""))


def posts(mirror: Mirror) -> dict[int, Post]:
    """Return the posts of the thread by number."""
    found = mirror.posts(TOMATOES, range(1, 99))
    return {post.number: post for post in found if post.number is not None}


def of_ben(mirror: Mirror) -> list[Post]:
    """Return what ben wrote there."""
    return [post for post in posts(mirror).values() if getattr(post.author, "id", "") == BEN]


def test_a_former_member_leaves_the_words_alone(mirror: Mirror) -> None:
    """Every word stays where it was, and nothing names its author: post, line or title."""
    before = of_ben(mirror)
    assert before
    leaves(mirror, LeaveWords.FORMER)
    assert of_ben(mirror) == []
    now = posts(mirror)
    for post in before:
        assert post.number is not None
        kept = now[post.number]
        assert replace(kept, answers=post.answers) == replace(
            post, author=FormerAuthor(), revision=post.revision + 1
        )
    assert all(line.author != BEN for line in mirror.lines(GARDEN))
    assert not any(getattr(line.author, "id", "") == BEN for line in mirror.lines(GARDEN))
    assert BEN not in str(mirror.fetch_all("SELECT author FROM posts WHERE board = ?", GARDEN))


def test_words_that_are_taken_back_are_gone_from_the_device(mirror: Mirror) -> None:
    """Bodies, subjects and titles go, a marker stays, and nothing of it is new (P10)."""
    before = of_ben(mirror)
    leaves(mirror, LeaveWords.TAKEN)
    now = posts(mirror)
    for post in before:
        assert post.number is not None
        gone = now[post.number]
        assert (gone.state, gone.body, gone.author) == (
            ContentState.WITHDRAWN,
            None,
            FormerAuthor(),
        )
        assert gone.revision == post.revision + 1
        assert mirror.fetch_value("SELECT fresh FROM posts WHERE id = ?", post.id) == 0
    bodies = [post.body for post in before if post.body]
    assert not any(body in bytes(doc).decode() for body in bodies for doc in _documents(mirror))
    assert not any(line.body for line in mirror.lines(GARDEN) if line.author == FormerAuthor())


def test_nobody_answers_a_former_member(mirror: Mirror) -> None:
    """What answered them stays, as an answer to nobody who is named, in the same revision."""
    mine = next(post for post in posts(mirror).values() if post.body)
    answered = replace(
        mine, id=mine.id[:-3] + "777", number=90, answers=BEN, author=MemberAuthor(id=ANA)
    )
    mirror.apply((answered,))
    leaves(mirror, LeaveWords.FORMER)
    assert posts(mirror)[90] == replace(answered, answers=None)


def test_told_twice_it_is_the_same(mirror: Mirror) -> None:
    """An event that comes again, or an older page that comes late, changes nothing (protocol 6.4)."""
    before = of_ben(mirror)
    leaves(mirror, LeaveWords.TAKEN)
    once = posts(mirror)
    leaves(mirror, LeaveWords.TAKEN)
    mirror.apply(before)
    assert posts(mirror) == once


def test_who_left_keeps_the_own_words_as_they_are(mirror: Mirror) -> None:
    """Their own words are theirs to read until they are erased (P9)."""
    before = posts(mirror)
    leaves(mirror, LeaveWords.TAKEN, who=ANA)
    now = posts(mirror)
    assert {number: replace(post, answers=None) for number, post in now.items()} == {
        number: replace(post, answers=None) for number, post in before.items()
    }


def test_who_came_back_is_fetched_again(mirror: Mirror) -> None:
    """The cursors are dropped, so that the board and its lounge are read from the server anew."""
    streams = (board_stream(GARDEN), lounge_stream(GARDEN))
    for stream in streams:
        mirror.set_cursor(stream, HEARD)
    leaves(mirror, LeaveWords.TAKEN)
    leaves(mirror, LeaveWords.TAKEN, back=True)
    assert [mirror.cursor(stream) for stream in streams] == [None, None]


def test_words_without_a_name_are_found_by_what_they_say(mirror: Mirror) -> None:
    """Searching finds the words of a former member, and not by who wrote them (P11)."""
    word = next(post.body for post in of_ben(mirror) if post.body).split()[0].strip(".,")
    found = [each.post.id for each in mirror.find(parse_search(word), 5)]
    leaves(mirror, LeaveWords.FORMER)
    assert [each.post.id for each in mirror.find(parse_search(word), 5)] == found
    assert mirror.fetch_all("SELECT 1 FROM post_words WHERE author = ?", BEN) == []


def _documents(mirror: Mirror) -> list[bytes]:
    rows = mirror.fetch_all("SELECT doc FROM posts WHERE doc IS NOT NULL")
    return [doc for (doc,) in rows] + [
        words.encode() for (words,) in mirror.fetch_all("SELECT words FROM post_words")
    ]

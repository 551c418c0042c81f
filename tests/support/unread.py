"""Stories of what a member finds on a board, and what of it is unread by the rule alone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st

from bbs.clock import instant
from bbs.features.members.views import FormerAuthor, ImportedAuthor, MemberAuthor
from bbs.features.reading.messages import Ranges
from bbs.features.reading.rounds import RoundPreferences, round_preferences
from bbs.features.reading.rules import ranges_of
from bbs.features.reading.unread import Reader, is_post_unread
from bbs.features.reading.views import BoardChoice, Choice, MemberChoice, Stance, ThreadChoice
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.testing import a_post

NOW = 1_000
ME, OTHER, THIRD = new_id(), new_id(), new_id()
THREADS = (new_id(), new_id())


class Story(NamedTuple):
    """What there is on the commons, and what one member did there.

    Attributes:
        posts: By seq; what is held has neither number nor seq.
        floor: None for a member without a seat.
        choices: Of each thread, board and member at most one; some of them undone.
    """

    posts: list[Post]
    floor: int | None
    read: Mapping[ThreadId, Ranges]
    choices: list[Choice]

    @property
    def preferences(self) -> RoundPreferences:
        """What the choices say."""
        return round_preferences(self.choices, {COMMONS: 1})

    def unread(self, thread: ThreadId) -> set[int]:
        """Return the numbers of a thread's posts that are unread, each decided by the rule."""
        reader = Reader(ME, self.floor, self.read[thread])
        return {
            post.number
            for post in self.posts
            if post.thread == thread and post.number is not None and self._is_unread(reader, post)
        }

    def _is_unread(self, reader: Reader, post: Post) -> bool:
        is_over = post.fades_at is not None and post.fades_at <= instant(NOW)
        place = post.board, post.thread
        return is_post_unread(reader, self.preferences, *place, post, is_over=is_over)


# Each fact is rare, so that it often decides alone.
_authors = st.sampled_from(
    [*[MemberAuthor(id=OTHER)] * 5, MemberAuthor(id=ME), MemberAuthor(id=THIRD), FormerAuthor()]
)
_states = st.sampled_from([*[ContentState.PUBLISHED] * 8, *ContentState])
_ends = st.sampled_from([*[None] * 6, NOW - 1, NOW, NOW + 1])
_stances = st.sampled_from([None, None, *Stance])
_numbers = st.sets(st.integers(1, 12), max_size=4)


_CHOICES: dict[str, Any] = {
    "thread": ThreadChoice,
    "board": BoardChoice,
    "member": MemberChoice,
}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a story: numbers of a thread and seqs of the board grow together, with gaps."""
    posts: list[Post] = []
    numbers = dict.fromkeys(THREADS, 0)
    seq = 0
    for thread in draw(st.lists(st.sampled_from(THREADS), min_size=5, max_size=20)):
        state, author = draw(_states), draw(_authors)
        end = draw(_ends) if state is ContentState.PUBLISHED else None
        imported = draw(st.integers(0, 9)) == 0
        held = state is ContentState.HELD
        seq += draw(st.integers(1, 2))
        numbers[thread] += not held
        posts.append(
            a_post(
                thread=thread,
                number=None if held else numbers[thread],
                seq=None if held else seq,
                author=ImportedAuthor(id="mail")
                if imported
                else MemberAuthor(id=ME)
                if held
                else author,
                at=instant(1),
                fades_at=None if end is None else instant(end),
                body="Words." if state in (ContentState.PUBLISHED, ContentState.HELD) else None,
                state=state,
                imported=imported and not held,
            )
        )
    subjects = [*(("thread", thread) for thread in THREADS), ("board", COMMONS), ("member", OTHER)]
    choices = [
        _CHOICES[kind](stance=stance, **{kind: key})
        for kind, key in subjects
        if (stance := draw(_stances)) is not None
    ]
    return Story(
        posts=posts,
        floor=draw(st.sampled_from([None, *range(10)])),
        read={thread: ranges_of(draw(_numbers)) for thread in THREADS},
        choices=choices,
    )

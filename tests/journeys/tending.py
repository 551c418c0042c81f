"""What moderators do to threads and boards, as steps of a random history (protocol 18)."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bbs.clock import DAY_MS, instant
from bbs.features.moderation.calm_messages import EndSlow, SlowDown
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.ids import new_id
from bbs.messages import Command
from tests.journeys.community import House

WHY = "It helps the board"
TENDERS = st.sampled_from(("ana", "bo", "cy"))
PICKS = st.integers(0, 50)


class TendingRules(RuleBasedStateMachine):
    """Members tend what they may; most refusals are of those who do not moderate.

    Attributes:
        threads: The ids of the threads that were begun.
        posts: The ids of the posts, each with the thread it was written in.
        boards: The ids of the boards.
        house: The community, whose time stands still.
    """

    threads: list[str]

    posts: list[tuple[str, str]]
    boards: list[str]
    house: House

    def do(self, who: str, command: Command[Any]) -> bool:
        """Send a command; return whether it was done."""
        raise NotImplementedError

    @precondition(lambda self: self.threads)
    @rule(who=TENDERS, pick=PICKS, pinned=st.booleans())
    def pin(self, who: str, pick: int, pinned: bool) -> None:
        thread = self.threads[pick % len(self.threads)]
        self.do(who, (PinThread if pinned else UnpinThread)(thread=thread, reason=WHY))

    @precondition(lambda self: self.threads)
    @rule(who=TENDERS, pick=PICKS, days=st.integers(0, 3))
    def lock(self, who: str, pick: int, days: int) -> None:
        thread = self.threads[pick % len(self.threads)]
        until = instant(self.house.clock() + days * DAY_MS)
        lock = LockThread(thread=thread, until=until, reason=WHY)
        self.do(who, lock if days else UnlockThread(thread=thread, reason=WHY))

    @rule(who=TENDERS, pick=PICKS, what=st.sampled_from((MakeReadOnly, ArchiveBoard, ReopenBoard)))
    def close_board(self, who: str, pick: int, what: Any) -> None:
        board = self.boards[pick % len(self.boards)]
        self.do(who, what(board=board, reason=WHY))
        if pick % 3:  # most boards are to be written on
            self.do(who, ReopenBoard(board=board, reason=WHY))

    @precondition(lambda self: self.threads)
    @rule(who=TENDERS, pick=PICKS, cools=st.booleans())
    def slow_down(self, who: str, pick: int, cools: bool) -> None:
        board = self.boards[pick % len(self.boards)]
        thread = self.threads[pick % len(self.threads)] if cools else None
        until = instant(self.house.clock() + DAY_MS)
        slow = SlowDown(board=board, thread=thread, seconds=60, until=until, reason=WHY)
        if self.do(who, slow) and pick % 3:  # most places are to be written in
            self.do(who, EndSlow(board=board, thread=thread, reason=WHY))

    @precondition(lambda self: self.threads)
    @rule(who=TENDERS, pick=PICKS, title=st.sampled_from(("Clear", "Clearer")))
    def change_title(self, who: str, pick: int, title: str) -> None:
        thread = self.threads[pick % len(self.threads)]
        self.do(who, ChangeTitle(thread=thread, title=title, reason=WHY))

    @precondition(lambda self: len(self.threads) > 1 and self.posts)
    @rule(who=TENDERS, pick=PICKS, other=PICKS, how=st.sampled_from(("move", "split", "merge")))
    def move(self, who: str, pick: int, other: int, how: str) -> None:
        post, thread = self.posts[pick % len(self.posts)]
        into = self.threads[other % len(self.threads)]
        if how == "split":
            new = new_id()
            if self.do(who, SplitThread(post=post, thread=new, title="Apart", reason=WHY)):
                self.threads.append(new)
        elif how == "merge":
            self.do(who, MergeThread(thread=thread, into=into, reason=WHY))
        else:
            self.do(who, MovePosts(post=post, to=into, reason=WHY))

    @precondition(lambda self: self.threads and len(self.boards) > 1)
    @rule(who=TENDERS, pick=PICKS, other=PICKS)
    def move_to_board(self, who: str, pick: int, other: int) -> None:
        thread = self.threads[pick % len(self.threads)]
        board, new = self.boards[other % len(self.boards)], new_id()
        move = MoveThread(thread=thread, to_board=board, becomes=new, reason=WHY)
        if self.do(who, move):
            self.threads.append(new)

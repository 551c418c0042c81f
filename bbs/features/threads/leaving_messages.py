"""What readers are told when an author leaves a board, a letter or the community (protocol 28)."""

from typing import ClassVar

from bbs.ids import BoardId, MemberId
from bbs.leave_words import LeaveWords
from bbs.messages import Event


class AuthorLeft(Event, frozen=True, kw_only=True):
    """An author left, and took the name off their words, or the words back: one event for all of them.

    To the readers of a board and of its lounge, each about what stands there. Every post, line and
    thread of the member there is one revision on, its author is `former`, and nobody's words answer
    them any more. Words that are taken are withdrawn: drop every wording, and the titles of threads
    that the member began. Nothing more is told once they are erased.

    Attributes:
        board: The board or letter.
        words: `taken` or `former`; of words that stay under the name nothing is told.
        is_back: Whether the member came back instead: forget what the mirror has of the board, and
            fetch it again.
    """

    kind: ClassVar[str] = "threads.author_left"
    board: BoardId
    member: MemberId
    words: LeaveWords
    is_back: bool = False

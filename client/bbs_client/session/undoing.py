"""Undoing the reader's own choices: the last ones of this visit, the newest first."""

from collections import deque

from msgspec import Struct

from bbs.features.reading.messages import (
    ArrangeBoards,
    Choosing,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.rules import choice_of, subject_of
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Layout,
    MemberChoice,
    SavedChoice,
    ThreadChoice,
)
from bbs_client.mirror.file import Mirror

STEPS_MAX = 50
"""Choices that can be undone; nobody remembers more of them."""


class UndoStep(Struct, frozen=True):
    """A choice that can be undone.

    Attributes:
        made: The choice as it was made.
        before: The choice as it was before.
        label: The name of its subject; cleaned.
    """

    made: Choice
    before: Choice
    label: str


class UndoSteps:
    """The choices of this visit that can be undone."""

    def __init__(self, cache: Mirror) -> None:
        """Begin without any.

        Args:
            cache: The mirror with the reader's choices.
        """
        self._cache = cache
        self._steps: deque[UndoStep] = deque(maxlen=STEPS_MAX)

    def note(self, command: Choosing, label: str) -> None:
        """Note a choice, before it is made.

        Args:
            command: The choice.
            label: The name of its subject; cleaned.
        """
        before = self._now(choice_of(command))
        made = choice_of(command, before)
        if made != before:
            self._steps.append(UndoStep(made, before, label))

    def take(self) -> UndoStep | None:
        """Return the newest step and forget it; None if there is none."""
        return self._steps.pop() if self._steps else None

    def is_current(self, step: UndoStep) -> bool:
        """Return whether the choice is still as the step made it."""
        return self._now(step.made) == step.made

    def _now(self, choice: Choice) -> Choice:
        """Return the current choice about the subject of a choice."""
        return self._cache.choices().get(subject_of(choice)) or _default(choice)


def command_for(choice: Choice) -> Choosing:
    """Return the command that makes a choice. Pure."""
    match choice:
        case Layout(folders=folders):
            return ArrangeBoards(folders=folders)
        case SavedChoice(post=post, saved=saved):
            return SavePost(post=post, saved=saved)
        case BoardChoice(board=board, stance=stance, level=level):
            return SetBoardChoice(board=board, stance=stance, level=level)
        case ThreadChoice(thread=thread, stance=stance):
            return SetThreadChoice(thread=thread, stance=stance)
        case MemberChoice(member=member, stance=stance):
            return SetMemberChoice(member=member, stance=stance)


def _default(choice: Choice) -> Choice:
    """Return the choice about the same subject where the reader chose nothing. Pure."""
    match choice:
        case Layout():
            return Layout()
        case SavedChoice(post=post):
            return SavedChoice(post=post, saved=False)
        case BoardChoice(board=board):
            return BoardChoice(board=board)
        case ThreadChoice(thread=thread):
            return ThreadChoice(thread=thread)
        case MemberChoice(member=member):
            return MemberChoice(member=member)

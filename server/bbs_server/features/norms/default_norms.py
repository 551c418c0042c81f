"""The norms a new community begins with: the floor under every board, until members change it."""

from bbs.features.norms.messages import Clause

FIRST_NORMS: tuple[Clause, ...] = (
    Clause(
        text="Speak to people as if they sat in the room with you.",
        why="A screen hides the face, not the person; what hurts across a table hurts here.",
    ),
    Clause(
        text="Argue with what was said, never with who said it.",
        why="A claim can be answered; a person under attack can only fight or leave.",
    ),
    Clause(
        text="Keep to the theme of the board; open or find another for something else.",
        why="Small themed spaces stay kind because everybody there came for the same thing.",
    ),
    Clause(
        text="What is said on a private board stays there, and nobody's private life is told by others.",
        why="People speak freely only where they decide themselves how far their words go.",
    ),
    Clause(
        text="Leave room: say a thing once, and let others finish.",
        why="Where the one who repeats most is heard most, the thoughtful fall silent.",
    ),
    Clause(
        text="Whoever is asked to stop stops, and may ask why afterwards.",
        why="A quarrel ends where one side can end it; being right can wait, and mistakes are forgiven.",
    ),
)
"""Version 1 of the commons' norms. Each is cited by its number when somebody moderates (P5)."""

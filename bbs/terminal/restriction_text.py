"""Restrictions in sentences: their effect, clause and end, and what the member can still do (P7)."""

from collections.abc import Callable
from datetime import datetime

from bbs.features.moderation.rules import refusal_of
from bbs.features.moderation.views import Restriction
from bbs.text import sanitize


def describe_restriction(restriction: Restriction, moment_text: Callable[[datetime], str]) -> str:
    """Return a sentence on a restriction for a member who wants to write, with the next step.

    Args:
        restriction: One about the reader, or about everybody.
        moment_text: Writes a moment in the reader's zone.
    """
    refusal = refusal_of(restriction)
    return with_next_step(sanitize(refusal.sentence_with(moment_text)), refusal.hint)


def with_next_step(sentence: str, hint: str) -> str:
    """Return a refusal and its next step as one sentence."""
    return f"{sentence[0].upper()}{sentence[1:]}: {hint}."

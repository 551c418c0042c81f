"""Consent in words, for every surface that shows it or asks for it. Pure."""

from bbs.features.packs.consent_messages import PackConsent

CONSENT_WORDS = {
    PackConsent.NAMED: "with my name",
    PackConsent.NAMELESS: "without name",
    PackConsent.LEFT_OUT: "leave me out",
}
"""The choices, as a form offers them."""

CONSENT_EFFECTS = {
    PackConsent.NAMED: "your words go with your name",
    PackConsent.NAMELESS: "your words go without your name, until you claim them",
    PackConsent.LEFT_OUT: "your words do not go; a marker stays in their place",
}
"""What each choice does, as the rest of a sentence."""


def describe_consent(consent: PackConsent, board: str) -> str:
    """Return what a member's choice for a board does, as a sentence.

    Args:
        board: The board's slug.
    """
    return f"If {board} is taken along, {CONSENT_EFFECTS[consent]}."

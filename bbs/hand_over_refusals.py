"""Why a hand-over that was announced is not carried out (protocol 32.4)."""

from bbs.refusals import Refused


class HeirSilent(
    Refused,
    code="community.heir_silent",
    sentence="the member who was to take the community over has not accepted what binds them",
    hint="talk with them, then announce it anew",
):
    """The heir said nothing in time, or what binds them changed after they had accepted it."""


class HeirRefused(
    Refused,
    code="community.heir_refused",
    sentence="the member who was to take the community over refused",
    hint="talk with them, or ask somebody else",
):
    """The heir refused, which ended the wait."""

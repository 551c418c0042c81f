"""Close codes: why a connection ended, and the next step of the other side (protocol 8)."""

from typing import NamedTuple

NORMAL = 1000
GOING_AWAY = 1001
NOT_TEXT = 1003
ABNORMAL = 1006
NOT_UTF8 = 1007
TOO_BIG = 1009
RESTARTING = 1012
TOO_SLOW = 4008
PROTOCOL_ABUSE = 4400
SESSION_ENDED = 4401
NOT_WANTED = 4403
TIMED_OUT = 4408
TOO_MANY = 4429

MEANINGS: dict[int, str] = {
    NORMAL: "done; nothing is wrong",
    GOING_AWAY: "one end is leaving",
    NOT_TEXT: "a binary frame was sent; only text frames are spoken",
    ABNORMAL: "the line was cut without a close; never sent, only seen",
    NOT_UTF8: "a text frame was not UTF-8; the program must change",
    TOO_BIG: "a message was larger, or in more fragments, than allowed at this point",
    RESTARTING: "the server stops or restarts; come back after a random share of retry_after_s",
    TOO_SLOW: "the reader did not keep up, or answered no ping; reconnect and resume from the cursors (P14)",
    PROTOCOL_ABUSE: "too many frames in a row that cannot be read; the program must change",
    SESSION_ENDED: "the session was ended or revoked; sign in again, do not retry",
    NOT_WANTED: "this host or origin is not served; do not retry",
    TIMED_OUT: "nobody signed in, or a message did not arrive whole, within the time given",
    TOO_MANY: "too many connections, frames before signing in, or pings; come back later",
}
"""The meaning of each code, for docs/protocol.md and for programmers."""

_MISUNDERSTOOD = "the server did not understand this program; one of the two needs an update"

REASONS: dict[int, str] = {
    NORMAL: "the server ended the connection",
    GOING_AWAY: "the server is stopping",
    NOT_TEXT: _MISUNDERSTOOD,
    ABNORMAL: "the connection was lost",
    NOT_UTF8: _MISUNDERSTOOD,
    TOO_BIG: "the server did not take so large a message",
    RESTARTING: "the server is stopping or starting again",
    TOO_SLOW: "this device received too slowly, or did not answer",
    PROTOCOL_ABUSE: _MISUNDERSTOOD,
    SESSION_ENDED: "this session was ended",
    NOT_WANTED: "the server does not serve this address",
    TIMED_OUT: "the server waited too long for this device",
    TOO_MANY: "the server takes no more connections from here now",
}
"""Why a connection ended, in words for people: a part of a sentence, without numbers."""


def reason_for_people(code: int) -> str:
    """Return why a connection ended with a code, in words for people. Pure."""
    return REASONS.get(code, REASONS[NORMAL])


FINAL: frozenset[int] = frozenset({SESSION_ENDED, NOT_WANTED})
"""Codes after which a client must not reconnect by itself."""


class Close(NamedTuple):
    """The decision to end a connection.

    Attributes:
        code: A code of this module.
        reason: A short sentence, at most 123 bytes of UTF-8.
    """

    code: int
    reason: str

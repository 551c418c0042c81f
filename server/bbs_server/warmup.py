"""Loads everything that Python would load at its first use, before the server serves.

An upgrade replaces the program's files while the server runs. A file that is read later could be
another version's or missing, and the first request that needs it would fail (P12).
"""

from bbs.features.members import rules


def warm_up() -> None:
    """Judge a name and a password, which reads tables of characters and of common passwords."""
    rules.check_display_name("Ana")
    rules.name_keys("Ana")
    rules.check_password("a stone in every left shoe", names=("Ana",))
    "moot.example".encode("idna")  # which the first TLS connection needs

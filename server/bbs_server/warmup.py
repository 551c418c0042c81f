"""What is loaded when it is first used, used before the server serves.

An upgrade replaces the program's files while it runs: a server that still had something to read
would find another version's, or nothing, and fail whoever asked first (P12).
"""

from bbs.features.members import rules


def warm_up() -> None:
    """Judge a name and a password, which reads tables of characters and of common passwords."""
    rules.check_display_name("Ana")
    rules.name_keys("Ana")
    rules.check_password("a stone in every left shoe", names=("Ana",))
    "moot.example".encode("idna")  # which the first TLS connection needs

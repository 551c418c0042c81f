"""Read secrets for scripts, from a file that only its owner can read or from a line of stdin.

Only a final newline is removed from a secret, because white space may belong to it.
"""

import os
import stat
import sys
from pathlib import Path

from bbs import limits
from bbs.refusals import Refused
from bbs.text import compose

_BYTES_MAX = 16 * limits.PASSWORD_CHARS_MAX  # a composed character may be 9 bytes before that


class SecretFileUnsafe(
    Refused,
    code="token.unsafe",
    sentence="{path}: {rule}",
    hint="make it a file of your own (chmod 600); if somebody may have seen the secret, change it",
):
    """Others on this machine can read the file of a token, password or code."""

    path: str
    rule: str


class SecretUnreadable(
    Refused,
    code="secret.unreadable",
    sentence="{source}: {rule}",
    hint="give it the secret alone, in UTF-8, with a newline at the end or none",
):
    """The file or line of a token, password or code does not hold one secret."""

    source: str
    rule: str


def read_secret(source: str) -> str:
    """Return the secret in a file, or in the next line of stdin.

    Stdin is read by lines, not to its end: a command can take two secrets from it, and a program
    that writes one need not close its pipe.

    Args:
        source: The path of a file that only its owner can read, or `-` for stdin.

    Raises:
        SecretFileUnsafe: If others can read the file.
        SecretUnreadable: If it is empty, not UTF-8, longer than `limits.PASSWORD_CHARS_MAX`
            characters, or more than one line.
        OSError: If the file cannot be read.
    """
    if source == "-":
        data = sys.stdin.buffer.readline(_BYTES_MAX + 1)
        if not data:
            raise SecretUnreadable("stdin", "it ended before the line with this secret")
        return _secret("stdin", data)
    with Path(source).open("rb") as file:
        # Check the open file and not the path, so that the checked file is the file that is read.
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise SecretFileUnsafe(source, "others on this machine may read it")
        return _secret(source, file.read(_BYTES_MAX + 1))


def _secret(source: str, data: bytes) -> str:
    too_long = SecretUnreadable(source, f"longer than {limits.PASSWORD_CHARS_MAX} characters")
    if len(data) > _BYTES_MAX:
        raise too_long
    data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    try:
        secret = data.decode("utf-8")
    except UnicodeDecodeError:
        raise SecretUnreadable(source, "it is not UTF-8") from None
    if not secret:
        raise SecretUnreadable(source, "it is empty")
    if "\n" in secret or "\r" in secret:
        raise SecretUnreadable(source, "it has more than one line")
    # Counted as the server counts; a longer one fits no frame.
    if len(compose(secret)) > limits.PASSWORD_CHARS_MAX:
        raise too_long
    return secret

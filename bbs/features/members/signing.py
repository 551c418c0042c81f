"""The texts that a key signs to sign in or to confirm a command (protocol 3.4)."""

from bbs.signatures import lines


def signed_text(host: str, epoch: str, handle: str, nonce: str) -> bytes:
    """Return the exact bytes to sign: purpose, host, epoch, handle and nonce, a line each.

    Host and epoch make the signature useless on another server, the nonce makes it useless a second
    time, and the first line makes it useless for anything but signing in.

    Args:
        host: The host that the client means to reach, as the challenge names it.
        epoch: The server's epoch, from `hello`.
        handle: The member's handle.
        nonce: From the challenge.

    Raises:
        ValueError: If a part contains a line break, and so could pass for two parts.
    """
    return lines("folkmoot sign-in", host, epoch, handle, nonce)


def confirming_text(
    host: str, epoch: str, handle: str, nonce: str, method: str, about: str
) -> bytes:
    """Return the exact bytes to sign to confirm one command, as `signed_text` does to sign in.

    Args:
        method: The command's method, so that a signature for one vote is not valid for another.
        about: The id of the thing that the command is about.

    Raises:
        ValueError: If a part contains a line break.
    """
    return lines("folkmoot confirm", host, epoch, handle, nonce, method, about)

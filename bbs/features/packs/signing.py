"""The texts that a server's key or an old device's key signs for packs, moves and claims (protocol 29 to 31)."""

from bbs.clock import Ms
from bbs.signatures import lines


def pack_text(host: str, epoch: str, digest: str, at: Ms) -> bytes:
    """Return the bytes that the server signs under a pack which it made.

    Args:
        host: The host as members reach the server.
        epoch: The server's epoch.
        digest: The digest of the pack's last check, in hexadecimal.
        at: When the server signs, ms.

    Raises:
        ValueError: If a part contains a line break, as in all functions of this module.
    """
    return lines("folkmoot pack", host, epoch, digest, str(at))


def receipt_text(host: str, epoch: str, board: str, slug: str, digest: str, at: Ms) -> bytes:
    """Return the bytes that a board's new server signs once it holds the whole board.

    Args:
        host: The host of the new server.
        epoch: The epoch of the new server.
        board: The board's id.
        slug: The board's name there, so that nobody who carries the receipt leads its readers elsewhere.
        digest: The digest of the pack that the new server unpacked, in hexadecimal.
        at: When it was whole there, ms.
    """
    return lines("folkmoot receipt", host, epoch, board, slug, digest, str(at))


def last_list_text(host: str, epoch: str, board: str, receipt: str, digest: str) -> bytes:
    """Return the bytes that a board's old server signs under the last list of a move.

    Args:
        host: The host of the old server.
        epoch: The epoch of the old server.
        board: The board's id.
        receipt: The signature of the receipt that the list answers, so that it serves no other.
        digest: The digest of the list's own lines, in hexadecimal.
    """
    return lines("folkmoot last list", host, epoch, board, receipt, digest)


def claim_list_text(host: str, epoch: str, board: str, at: Ms, digest: str) -> bytes:
    """Return the bytes that the server signs under a board's claim list.

    Args:
        host: The host as members reach the server.
        epoch: The server's epoch.
        board: The board's id.
        at: When the list was made, ms.
        digest: The digest of its entries, in hexadecimal.
    """
    return lines("folkmoot claim list", host, epoch, board, str(at), digest)


def claim_text(host: str, epoch: str, nonce: str, digest: str) -> bytes:
    """Return the bytes that an author's old key signs to claim their words.

    Args:
        host: The host of the server at which the board is now, as the client means to reach it.
        epoch: The epoch of that server.
        nonce: From its challenge, so that the signature serves once.
        digest: The digest of the pack that the board came from, in hexadecimal.
    """
    return lines("folkmoot claim", host, epoch, nonce, digest)

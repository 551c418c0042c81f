"""The link of a claim: the server and the board on which an author's old words stand now. Pure.

`bbs://host:port/garden#claim`, with the pin of the server's own certificate after a dot. It holds no
secret: the key of the old profile proves whose the words are.
"""

from msgspec import Struct

from bbs.address import (
    HOST_RULE,
    LINK_CHARS_MAX,
    InvitationLink,
    format_invitation_link,
    is_name,
    parse_invitation_link,
)
from bbs.errors import BadParams

_FORM = "it looks like bbs://host:port/garden#claim"
_WORD = "claim"
_CODE = "claim" + "_" * 27
"""Stands for the code while the parser of invitations reads the rest of the link."""


class ClaimLink(Struct, frozen=True):
    """The address of a board that came with a pack.

    Attributes:
        slug: The board's slug there.
        url: The server's address, as `bbs.connect` takes it.
        host: The host in it; empty for a unix socket.
        pin: SHA-256 of the server's certificate in lower-case hex; None if it needs none.
    """

    slug: str
    url: str
    host: str
    pin: str | None = None

    def __str__(self) -> str:
        return format_claim_link(self)


def parse_claim_link(link: str) -> ClaimLink:
    """Parse `bbs://host:port/garden#claim`, `#claim.pin`, or `bbs+unix:///path?board=garden#claim`.

    Raises:
        BadParams: If `link` is no such link, or asks for plain text to another machine.
    """
    if len(link) > LINK_CHARS_MAX:
        raise _no_claim(f"too long; {_FORM}")
    before, mark, secret = link.partition("#")
    word, _, pin = secret.partition(".")
    if not mark or word != _WORD:
        raise _no_claim(f"{_FORM}; a link with a code after # is an invitation: bbs join LINK")
    place, slug = _split(before)
    if not is_name(slug):
        raise _no_claim(f"a board's name stands before #claim; {_FORM}")
    try:
        server = parse_invitation_link(f"{place}#{_CODE}{'.' if pin else ''}{pin}")
    except BadParams:
        raise _no_claim(f"{_FORM}; {HOST_RULE}") from None
    return ClaimLink(slug, _url(server), server.host, server.pin)


def format_claim_link(link: ClaimLink) -> str:
    """Return the link of a claim; `parse_claim_link` is the inverse."""
    pin = f".{link.pin}" if link.pin else ""
    if link.url.startswith("bbs+unix:"):
        return f"{link.url}?board={link.slug}#{_WORD}{pin}"
    place, query, plain = link.url.partition("?")
    return f"{place.rstrip('/')}/{link.slug}{query}{plain}#{_WORD}{pin}"


def _split(before: str) -> tuple[str, str]:
    """Return the link of the server alone, and the board's slug."""
    if before.startswith("bbs+unix:"):
        place, _, slug = before.partition("?board=")
        return place, slug
    place, query, plain = before.partition("?")
    head, _, slug = place.rpartition("/")
    return f"{head}/{query}{plain}", slug


def _url(server: InvitationLink) -> str:
    return format_invitation_link(server).partition("#")[0]


def _no_claim(rule: str) -> BadParams:
    return BadParams("claim", rule)

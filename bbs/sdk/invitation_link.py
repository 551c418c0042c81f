"""The link of an invitation: the address of the server and the code."""

from urllib.parse import urlsplit

from bbs.address import InvitationLink, format_invitation_link

HTTP_PORT = 80
HTTPS_PORT = 443


def link_to(url: str, code: str, *, pin: str | None) -> str:
    """Return the link that leads to `url` with `code`.

    Args:
        url: As `bbs.connect` takes it.
        code: The invitation's secret.
        pin: SHA-256 of the server's certificate, in hexadecimal; None if newcomers need none.

    Raises:
        AddressRefused: If `url` is no URL of a server.
        BadParams: If no link can express it.
    """
    from bbs.sdk.websocket import parse_url

    target = parse_url(url, pin=pin)
    if target.path is not None:
        return format_invitation_link(InvitationLink("", 0, False, code, None, target.path))
    parts = urlsplit(target.uri)
    tls = parts.scheme == "wss"
    port = parts.port or (HTTPS_PORT if tls else HTTP_PORT)
    return format_invitation_link(InvitationLink(target.host, port, tls, code, pin))

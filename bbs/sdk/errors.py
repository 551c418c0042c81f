"""Errors that only the client's side can find. All are final: reconnecting would not help."""

from bbs.features.community.keys import shorten_key
from bbs.refusals import Refused


class HostNotServed(Refused, code="sdk.not_welcome", hint="check the address of the community"):
    """The server does not serve this host name or origin, or speaks something else (4403)."""

    reason: str = ""

    def __str__(self) -> str:
        return f"the server refuses this connection{': ' + self.reason if self.reason else ''}"


class CertificateRefused(
    Refused,
    code="sdk.certificate_refused",
    sentence="the server's certificate is refused: {reason}",
    hint="somebody may be listening in; ask for a new invitation",
):
    """The server's certificate is not valid, or differs from the pin."""

    reason: str


class ServerKeyChanged(
    Refused,
    code="sdk.server_key_changed",
    hint="ask somebody of the community by another way; if it is right, --accept-key goes on",
):
    """The server does not tell the key that this device knows, nor one signed into its place.

    Attributes:
        known: The key that this device knows.
        told: The key that the server tells; None if it tells none.
    """

    known: str
    told: str | None

    def __str__(self) -> str:
        tells = f"tells the key {shorten_key(self.told)}" if self.told else "tells no key"
        return (
            f"this server {tells}, and this device knows it by {shorten_key(self.known)}: the community"
            " was restored from an old backup, or this is another server"
        )


class AddressRefused(
    Refused,
    code="sdk.address_refused",
    sentence="this address cannot be used: {reason}",
    hint="it looks like bbs://host:port or bbs+unix:///path.sock",
):
    """The client cannot connect to the address, or not safely."""

    reason: str


class WrongHost(
    Refused,
    code="sdk.wrong_host",
    sentence="the server calls itself {told!r}, not {meant!r}",
    hint="connect by the name the community goes by",
):
    """The server calls itself by another name than the client meant, so nothing was signed for it.

    Attributes:
        meant: The host that the client connects to.
        told: The host that the server named.
    """

    meant: str
    told: str

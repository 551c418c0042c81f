"""What only the client's side can find wrong. All of them are final: reconnecting would not help."""

from typing import ClassVar

from bbs.refusals import Refused


class HostNotServed(Refused):
    """The server does not serve this host name or origin, or speaks something else (4403)."""

    code: ClassVar[str] = "sdk.not_welcome"
    hint: ClassVar[str] = "check the address of the community"
    reason: str = ""

    def __str__(self) -> str:
        return f"the server refuses this connection{': ' + self.reason if self.reason else ''}"


class CertificateRefused(Refused):
    """The server's certificate is not valid, or not the one that was pinned."""

    code: ClassVar[str] = "sdk.certificate_refused"
    hint: ClassVar[str] = "somebody may be listening in; ask for a new invitation"
    reason: str

    def __str__(self) -> str:
        return f"the server's certificate is refused: {self.reason}"


class AddressRefused(Refused):
    """The address is none that can be connected to, or not safely."""

    code: ClassVar[str] = "sdk.address_refused"
    hint: ClassVar[str] = "it looks like bbs://host:port or bbs+unix:///path.sock"
    reason: str

    def __str__(self) -> str:
        return f"this address cannot be used: {self.reason}"


class WrongHost(Refused):
    """The server calls itself by another name than the one meant: nothing was signed for it."""

    code: ClassVar[str] = "sdk.wrong_host"
    hint: ClassVar[str] = "connect by the name the community goes by"
    meant: str
    told: str

    def __str__(self) -> str:
        return f"the server calls itself {self.told!r}, not {self.meant!r}"

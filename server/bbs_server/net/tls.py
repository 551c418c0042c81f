"""The certificate: loaded at the start, and reloaded without closing connections."""

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bbs.settings import SettingsError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SETTING = "tls_certificate"


def make_context(certificate: str, key: str) -> ssl.SSLContext:
    """Return a context that serves with a certificate.

    Args:
        certificate: Path of a PEM file, the server's own certificate first.
        key: Path of its private key as PEM, without a passphrase.

    Raises:
        SettingsError: If they cannot be read, or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, certificate, key)
    return context


def reload(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Use the certificate now in the files for new connections; open connections stay open.

    Raises:
        SettingsError: If they cannot be used; then the old certificate stays in use.
    """
    # Loading only one half of a pair would leave the live context without a usable pair.
    make_context(certificate, key)
    _load(context, certificate, key)


def own_pin(certificate: str) -> str | None:
    """Return the pin of a self-signed certificate, for invitations to carry.

    Args:
        certificate: Path of a PEM file; its first certificate counts.

    Returns:
        SHA-256 of the certificate in lower-case hex; None if an authority signed it, or the file
        cannot be read as a certificate.
    """
    found = _first(certificate)
    if found is None or found.issuer != found.subject:
        return None
    from cryptography.hazmat.primitives.hashes import SHA256

    return found.fingerprint(SHA256()).hex()


def days_left(certificate: str, now: datetime | None = None) -> int | None:
    """Return for how many whole days a certificate is still valid; negative once it has expired.

    Args:
        certificate: Path of a PEM file; its first certificate counts.
        now: An aware moment; None for the moment of the call.

    Returns:
        Days; None if the file cannot be read as a certificate.
    """
    found = _first(certificate)
    if found is None:
        return None
    return (found.not_valid_after_utc - (now or datetime.now(UTC))).days


def is_open_to_others(key: str) -> bool:
    """Return whether the mode of a private key's file lets other users of this machine read it.

    Args:
        key: Path of its file.

    Raises:
        OSError: If there is no such file.
    """
    return bool(Path(key).stat().st_mode & stat.S_IRWXO)


def _first(certificate: str) -> "Certificate | None":
    # Late: a server without a certificate of its own need not wait for this library at its start.
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(Path(certificate).read_bytes())[0]
    except (OSError, ValueError):
        return None


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    def passphrase() -> str:
        raise SettingsError(_SETTING, f"{key} has a passphrase, and nobody is there to type it")

    try:
        context.load_cert_chain(certificate, key, password=passphrase)
    except (OSError, ssl.SSLError) as error:
        rule = f"the certificate {certificate} with {key} cannot be used: {error}"
        raise SettingsError(_SETTING, rule) from error

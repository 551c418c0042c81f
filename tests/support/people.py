"""People and their devices, as clients see them: with secrets of their own."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bbs.features.members.messages import Recover, SignInKey, SignInPassword, SignUp
from bbs.features.members.signing import signed_text
from bbs.ids import new_id
from bbs.signatures import to_base64url
from tests.support.tx import EPOCH, HOST

NONCE = "a-nonce-of-this-connection"


def secret(name: str) -> str:
    """Return a secret that is the same for the same name."""
    return "bbs_" + hashlib.sha256(name.encode()).hexdigest()


@dataclass
class Person:
    """Somebody with what only they know."""

    handle: str
    id: str = field(default_factory=new_id)
    session: str = field(default_factory=new_id)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def password(self) -> str:
        # No longer than it has to be: how long a judgement takes grows with the square.
        return f"kelp heron of {self.handle}"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(secret(f"{self.handle} code {n}") for n in range(3))

    @property
    def public(self) -> str:
        return to_base64url(self.key.public_key().public_bytes_raw())

    def sign_up(self, invitation: str, **fields: Any) -> SignUp:
        """Return the request by which they become a member."""
        given: dict[str, Any] = {
            "member": self.id,
            "code": invitation,
            "handle": self.handle,
            "name": self.handle.capitalize(),
            "password": self.password,
            "norms_version": 1,
            "session": self.session,
            "token": secret(self.session),
            "device": "laptop",
            "key": self.public,
            "recovery_codes": self.codes,
        }
        return SignUp(**{**given, **fields})

    def with_password(self, **fields: Any) -> SignInPassword:
        """Return a request to sign in on a new device."""
        session = new_id()
        given: dict[str, Any] = {
            "handle": self.handle,
            "password": self.password,
            "session": session,
            "token": secret(session),
            "device": "phone",
        }
        return SignInPassword(**{**given, **fields})

    def with_key(
        self, *, host: str = HOST, epoch: str = EPOCH, nonce: str = NONCE, **fields: Any
    ) -> SignInKey:
        """Return a request to sign in with the key of the first device."""
        session = new_id()
        signature = self.key.sign(signed_text(host, epoch, self.handle, nonce))
        given: dict[str, Any] = {
            "handle": self.handle,
            "key": self.public,
            "signature": to_base64url(signature),
            "session": session,
            "token": secret(session),
            "device": "laptop again",
        }
        return SignInKey(**{**given, **fields})

    def recovering(self, code: str, **fields: Any) -> Recover:
        """Return a request to come back with a recovery code."""
        session = new_id()
        given: dict[str, Any] = {
            "handle": self.handle,
            "code": code,
            "password": "four other unrelated words",
            "session": session,
            "token": secret(session),
            "device": "new phone",
        }
        return Recover(**{**given, **fields})

"""Errors as they travel: from a code and facts back to the class."""

from typing import Any, get_type_hints

import msgspec

from bbs.errors import FolkmootError
from bbs.refusals import Refused
from bbs.wire.moments import find_inexpressible


def all_errors() -> dict[str, type[FolkmootError]]:
    """Return every error class by its code."""
    found: dict[str, type[FolkmootError]] = {}
    heap = [FolkmootError]
    while heap:
        cls = heap.pop()
        # A front end's own kind of an error may share its code; the wire's is the one that names it.
        if "code" in vars(cls):
            found.setdefault(cls.code, cls)
        heap.extend(cls.__subclasses__())
    return found


def from_facts(code: str, facts: dict[str, Any], message: str) -> FolkmootError:
    """Rebuild the error a peer sent.

    Args:
        code: The stable code. An unknown one, from a newer peer, becomes a plain `Refused`
            that reads `message`.
        facts: What `facts()` gave on the other side; unknown facts are ignored.
        message: The peer's sentence, used only for unknown codes. Foreign text: clean it.
    """
    cls = all_errors().get(code)
    if cls is not None:
        kinds = get_type_hints(cls, include_extras=True)
        try:
            known = {
                name: msgspec.convert(facts[name], kinds[name], strict=False)
                for name in cls.fact_names
                if name in facts
            }
            if find_inexpressible(known) is None:
                return cls(**known)
        except (msgspec.ValidationError, TypeError):
            pass  # of another kind, or one is missing: an error of a newer peer
    return UnknownError(seen_code=code[:64], message=message[:500])


class UnknownError(Refused, code="unknown"):
    """A peer named a code this version does not know."""

    seen_code: str = ""
    message: str = ""

    def __str__(self) -> str:
        return self.message or self.seen_code

"""Decode errors: from a code and facts back to the class."""

from typing import Any, get_type_hints

import msgspec

import bbs.arriving_refusals
import bbs.batch_refusals
import bbs.case_refusals
import bbs.invitation_refusals
import bbs.journal_refusals
import bbs.leaving_refusals
import bbs.letter_refusals
import bbs.move_refusals
import bbs.pack_refusals
import bbs.restricted
import bbs.seat_refusals  # noqa: F401 - their errors are found among the subclasses
from bbs.errors import FolkmootError
from bbs.refusals import Refused
from bbs.wire.frame_check import find_inexpressible


def all_errors() -> dict[str, type[FolkmootError]]:
    """Return every error class by its code."""
    found: dict[str, type[FolkmootError]] = {}
    heap = [FolkmootError]
    while heap:
        cls = heap.pop()
        # A subclass without a code of its own shares the code of an error of the protocol.
        if "code" in vars(cls):
            found.setdefault(cls.code, cls)
        heap.extend(cls.__subclasses__())
    return found


def from_facts(code: str, facts: dict[str, Any], message: str) -> FolkmootError:
    """Return the error that a peer sent.

    Args:
        code: The stable code. An unknown code, from a newer peer, gives an `UnknownError`.
        facts: The facts by name; unknown facts are ignored.
        message: The peer's sentence, used only for an unknown code. Foreign text: sanitize it.
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
            pass  # a fact is missing or has another type: the peer is newer
    return UnknownError(seen_code=code[:64], message=message[:500])


class UnknownError(Refused, code="unknown"):
    """The peer's error has a code that this version does not know."""

    seen_code: str = ""
    message: str = ""

    def __str__(self) -> str:
        return self.message or self.seen_code

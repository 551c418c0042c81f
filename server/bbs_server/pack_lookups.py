"""The questions of features to each other about packs: consents, claim tags, former homes. No I/O here."""

from typing import Protocol


class PackLookups(Protocol):
    """The questions about packs; `ctx` is a handler's `Context`."""

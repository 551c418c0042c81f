"""Loads, once the server listens, everything that it did not need to say hello.

A start loads what `hello` needs, so that those who reconnect are answered soon. All the rest is
loaded right after, on a thread of its own, before the server counts as loaded: an upgrade replaces
the program's files while the server runs. A file that is read later could be another version's or
missing, and the first request that needs it would fail (P12).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbs_server.jobs import Job
    from bbs_server.pipeline.execute import HandlerTable


def load_features() -> "tuple[HandlerTable, Sequence[Job]]":
    """Load every feature; return the table of their handlers and their timed work.

    Raises:
        ManifestError: If they do not fit together.
    """
    from bbs_server.composition import JOBS, make_table

    return make_table(), JOBS


def warm_up() -> None:
    """Load the rest: the libraries of some requests, and the tables by which names and passwords
    are judged."""

    import bbs.wire.openrpc
    import bbs.words  # noqa: F401 - for searches
    from bbs.features.members import rules
    from bbs_server.ops import metrics

    metrics.find_library()
    rules.check_display_name("Ana")
    rules.name_keys("Ana")
    rules.check_password("a stone in every left shoe", names=("Ana",))
    "moot.example".encode("idna")  # which the first TLS connection needs

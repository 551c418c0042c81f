"""Folkmoot: a community in a terminal. A script begins with `bbs.connect`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbs.sdk.community import connect

__all__ = ["__version__", "connect"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # The command line imports this package too, and starts faster without the client's sockets.
    if name == "connect":
        from bbs.sdk.community import connect

        return connect
    raise AttributeError(f"module 'bbs' has no attribute {name!r}")

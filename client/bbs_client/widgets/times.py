"""Spans of time as readers see them; moments and days are written by `session.times`."""

from bbs_client.session.times import local

__all__ = ["local", "span"]


def span(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded up so that it never says 0.

    Args:
        seconds: Negative counts as the shortest.
    """
    for unit_s, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{-(-seconds // unit_s):.0f} {name}"
    return f"{max(1, -(-seconds // 1)):.0f} s"

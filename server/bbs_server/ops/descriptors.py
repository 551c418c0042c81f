"""Checks that this process may open as many files as its connections need."""

import resource

from bbs import limits


def descriptors_short(connections: int) -> tuple[str, str] | None:
    """Return the shortage and its remedy, a sentence each; None if enough files may be open.

    Args:
        connections: The number that the settings allow; handshakes and the server's own files need
            further files.
    """
    needed = connections + limits.HANDSHAKES_MAX + limits.DESCRIPTORS_OWN
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return None
    enough = -(-needed // 1_024) * 1_024
    said = f"{soft} open files are allowed here, {connections} connections need {needed}"
    return said, (
        f"LimitNOFILE={enough} in the service, or ulimit -n {enough} before bbs serve,"
        " or a lower connections in the settings"
    )

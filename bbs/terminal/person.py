"""Whether a person runs this program, or a script does (protocol 27.2)."""

import os

_NO = frozenset({"0", "no", "false", "off"})


def nobody_is_there() -> bool:
    """Return whether a script runs this program: as `BBS_SCRIPT` says, else without a terminal.

    A pipe has a terminal, if a person began it there; cron and systemd have none.
    """
    said = (os.environ.get("BBS_SCRIPT") or "").strip().lower()
    if said:
        return said not in _NO
    try:
        os.close(os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return True
    return False

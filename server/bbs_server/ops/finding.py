"""The findings of the doctor: the state of each checked thing, and its remedy."""

from collections.abc import Callable

from msgspec import Struct

from bbs_server.store.files import DatabaseFileError
from bbs_server.store.removals import RemovalsError

OK, WARN, FAIL = "ok", "warn", "fail"


class Finding(Struct, frozen=True):
    """The state of a thing that the doctor checked.

    Attributes:
        name: The name of the thing; stable, for scripts.
        status: ok, warn (should be repaired) or fail (must be repaired).
        said: The state in a sentence, without the text of members.
        hint: The remedy; empty if none is needed.
    """

    name: str
    status: str
    said: str
    hint: str = ""


def run_check(name: str, look: Callable[[], Finding]) -> Finding:
    """Return the finding of a check; a check that fails is a finding, too."""
    try:
        return look()
    except DatabaseFileError as error:
        return Finding(name, FAIL, str(error), "restore a backup if the disk is well")
    except RemovalsError as error:
        hint = (
            "stop the server and bring back the last copy of it, from another machine or a backup"
        )
        return Finding(name, FAIL, str(error), hint)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}"
        return Finding(name, FAIL, said, "run the doctor as the user the server runs as")

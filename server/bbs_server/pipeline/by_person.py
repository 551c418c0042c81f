"""What a person judges is sent by no script, not by a moderator's own either (P6, protocol 27.2)."""

from typing import Any

from bbs.messages import Command
from bbs.powers import Way
from bbs.refusals import PersonNeeded
from bbs_server.standing import Actor


def check_by_person(command: Command[Any], actor: Actor | None, way: Way | None = None) -> None:
    """Refuse a script what a person judges. Call it after the gate, which hides what is not theirs.

    Args:
        actor: Who sends it; None where no member acts.
        way: How it was sent earlier, of a command that is carried out later; None for now.

    Raises:
        PersonNeeded: If a script sends it.
    """
    if not command.needs.by_person:
        return
    if way is None and actor is not None:
        way = actor.way
    if way is Way.SCRIPT:
        raise PersonNeeded(what=command.method)

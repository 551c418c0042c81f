"""What undoes a command that an item of a batch carried out (protocol 26). No I/O here.

A feature says it in its manifest, as `Feature.undo`. A command can be an item of a plan exactly if it
stands there: who applies five hundred commands at once has to know first what brings them back.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from bbs.features.moderation.messages import Act, Change
from bbs.messages import Command
from bbs_server.store.api import Tx


class Undoing(NamedTuple):
    """What is to be undone, and why.

    Attributes:
        act: The act that the command left, as everybody reads it.
        reason: Why it is undone; the commands that undo it give this reason.
    """

    act: Act
    reason: str

    def change(self, field: str) -> Change | None:
        """Return the change of a value that the act tells; None if it did not change it."""
        return next((each for each in self.act.changes if each.field == field), None)


class CannotComeBack(Struct, frozen=True):
    """What an item did stays, whatever anybody does.

    Attributes:
        why: Why, as a sentence.
    """

    why: str


Undone = tuple[Command[Any], ...] | CannotComeBack
"""The ordinary commands that undo another, in their order; or why it cannot come back."""

FindUndo = Callable[[Tx, Any, Any, Undoing], Undone]
"""Takes a handler's `Context`, the command as it was carried out, and what is to be undone.

The commands that it returns are then judged like those that a member sends: by the same gate, and with
the same conditions if they restrict somebody or are grave. It changes nothing."""


class Undo(Struct, frozen=True):
    """What undoes a command.

    Attributes:
        find: Returns what undoes one that was carried out.
        by: The commands that can; empty if it never comes back.
        but: What stays all the same, or why it never comes back: a sentence for the reference.
    """

    find: FindUndo
    by: tuple[type[Command[Any]], ...] = ()
    but: str = ""


def never(why: str) -> Undo:
    """Return what an item does that never comes back, with why, as a sentence."""
    return Undo(lambda *_: CannotComeBack(why), but=why)


class UndoLookups(Protocol):
    """What undoes the commands of all features."""

    undo: Mapping[type[Command[Any]], Undo]
    """By the command: exactly those that can be items of a plan."""


NOT_ITEMS: Mapping[str, str] = {
    "boards.hand_over": "It gives away the sender's own office, once.",
    "boards.open": "A board is opened by itself, and never erased: it is archived.",
    "cases.decide_appeal": "A person reads an appeal and decides about it, one at a time.",
    "cases.hold_back": "A script holds back one wording, for a day, and it ends by itself.",
    "cases.hold_back_line": "A script holds back one line, for a day, and it ends by itself.",
    "cases.hold": "A hold is urgent, about one case, and ends by itself.",
    "cases.release": "A hold that ended does not come again in the same matter.",
    "community.allot": "The sysop sets room on the disk with an eye on the disk.",
    "community.close": "The end of a community is announced by itself.",
    "community.confirm_clock": "It confirms the clock at the moment of sending, and no other.",
    "community.hand_over": "A community is handed over by itself, and handed back alike.",
    "community.tick_hand_over": "It says what a person has done by hand.",
    "community.stay_open": "The end of a community is called off by itself.",
    "packs.bring_last_page": "A move ends by signed files that a person carries, one board at a time.",
    "packs.bring_receipt": "A move ends by signed files that a person carries, one board at a time.",
    "packs.cancel_move": "A move is called off by itself.",
    "packs.move": "A move is announced by itself, and its authors are asked.",
    "packs.sign": "It signs a file that somebody takes away; nothing brings that back.",
    "packs.begin_unpacking": "A board is unpacked by itself, and its file comes in pieces.",
    "packs.send_piece": "It carries a part of a file, and no plan does.",
    "packs.stop_unpacking": "A pack is stopped while it is on its way, by itself.",
    "members.invite": "It carries a secret code, which no plan may keep.",
    "members.purge": "What is erased for good is never part of a plan.",
    "members.reset": "It carries a secret code of one person, which no plan may keep.",
    "moderation.enter": "A visit to a private board is announced by itself.",
    "threads.import": "It has a batch of its own, and brings words that no plan may keep.",
    "threads.purge": "What is erased for good is never part of a plan.",
}
"""Why commands that are logged cannot be items of a plan, by their methods."""

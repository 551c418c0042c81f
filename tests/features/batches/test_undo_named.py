"""Every command that is logged says what undoes it, or why it is no item of a plan (protocol 26)."""

from typing import Any

from bbs.messages import Command
from bbs.powers import LOGGED_POWERS, Power
from bbs_server.composition import make_table
from bbs_server.undoing import NOT_ITEMS

TABLE = make_table()


def test_every_logged_command_is_an_item_or_says_why_not() -> None:
    """Who writes a new use of power decides whether it can be done five hundred times, and undone."""
    logged = {each.method for each in TABLE.commands if each.needs.power in LOGGED_POWERS}
    # An invitation is no use of power, but the sysop's revoking of another member's is.
    named = {each.method for each in TABLE.commands if each.needs.power is Power.INVITE}
    items = {each.method for each in TABLE.readers.undo}
    assert items | NOT_ITEMS.keys() == logged | named
    assert not items & NOT_ITEMS.keys()


def test_what_undoes_is_an_item_itself() -> None:
    """Undoing is a batch like any other: what it is made of can be undone again."""
    by = {each for said in TABLE.readers.undo.values() for each in said.by}
    assert by <= TABLE.readers.undo.keys()


def test_what_never_comes_back_says_why() -> None:
    """An empty cell would promise too much: a sentence says what stays (P8)."""
    for command, said in TABLE.readers.undo.items():
        assert said.by or said.but.endswith("."), command.method
    assert all(why.endswith(".") for why in NOT_ITEMS.values())


def test_nothing_of_ones_own_account_is_an_item() -> None:
    """What a member alone decides about themselves is in no moderator's plan (P2)."""
    items: list[type[Command[Any]]] = list(TABLE.readers.undo)
    assert not [each.method for each in items if each.needs.private or each.needs.own]

"""Inviting in lines, against a real server: the link is printed, and lets somebody in."""

import re

from bbs.address import parse_invitation_link
from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_an_invitation_is_made_in_lines(house: House) -> None:
    """Enter takes what is usual; the printed link is one that leads here."""
    told = visit("ana", "invite", "", "quit")
    (link,) = re.findall(r"bbs://\S+", told)
    assert parse_invitation_link(link).code
    assert "Only you see it, and only now." in told
    assert "It lets 1 person in until" in told
    assert "It leads to this machine alone" in told, "the server listens on loopback"
    listed = house.data("ana", "admin", "invitations", "list")["invitations"]
    assert listed[0]["uses_left"] == 1


def test_every_member_invites(house: House) -> None:
    """A member without any office makes a link, too (P3)."""
    assert re.search(r"bbs://\S+", visit("bo", "invite", "", "quit"))

"""Every kind of restriction, role and office has words where somebody's standing is explained."""

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.moderation.standing_messages import Explanation, GuardOn, OfficeHeld
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs.powers import Office, Role
from bbs.terminal.standing_text import describe_kind, explain_lines


@pytest.mark.parametrize(
    "kind", [kind for kind in RestrictionKind if kind is not RestrictionKind.CLOSING]
)
def test_every_restriction_says_what_it_does(kind: RestrictionKind) -> None:
    """In a list, with who writes or does not; the stages of the end are told elsewhere."""
    said = describe_kind(
        Restriction(id=new_id(), board=COMMONS, kind=kind, since=instant(0), value=600)
    )
    assert ":" in said
    assert "{" not in said


@pytest.mark.parametrize("role", Role)
def test_every_role_is_told(role: Role) -> None:
    """With each row that says so: offices with their ends, guards, and what would be refused."""
    found = Explanation(
        board=COMMONS,
        member=new_id(),
        role=role,
        offices=(OfficeHeld(office=Office.SYSOP, board=COMMONS, since=instant(0)),),
        guards=(GuardOn(kind="links", since=instant(0), until=instant(DAY_MS), posts=1),),
        refused="not_found",
        refused_why="there is no such board",
    )
    lines = explain_lines(found, "@ana", "garden", lambda moment: f"{moment:%Y-%m-%d}")
    assert f"(role {role.value};" in lines[0]
    assert lines[0].startswith("@ana is ")
    assert "{" not in "".join(lines)
    assert lines[1] == "@ana is sysop since 1970-01-01; no end is known (row of offices)."
    assert "posts with links wait for a moderator (1 post so far)" in lines[-2]
    assert lines[-1] == ("A new thread there is refused now (not_found): “there is no such board”.")

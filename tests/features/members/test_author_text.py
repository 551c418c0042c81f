"""What authors are called."""

import pytest

from bbs.features.members.author_text import author_name
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    MemberAuthor,
    SystemAuthor,
)
from bbs.ids import new_id
from bbs.testing import a_member

ANA = a_member(handle="ana")


@pytest.mark.parametrize(
    ("author", "name", "short"),
    [
        (MemberAuthor(id=ANA.id), "@ana", "ana"),
        (MemberAuthor(id=new_id()), "a member", "a member"),
        (ImportedAuthor(id="x", name="ana"), "ana (imported)", "“ana”"),
        (ImportedAuthor(id="x"), "somebody (imported)", "“unknown”"),
        (FormerAuthor(), "a former member", "a former member"),
        (AssemblyAuthor(), "the assembly", "the assembly"),
        (SystemAuthor(), "the server", "the server"),
    ],
)
def test_authors_have_names(author: Author, name: str, short: str) -> None:
    """Everybody who may have written something is called something; no import passes for a member."""
    members = {ANA.id: ANA}
    assert author_name(author, members) == name
    assert author_name(author, members, short=True) == short

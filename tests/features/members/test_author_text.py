"""What authors are called."""

import pytest

from bbs.features.members.author_text import (
    author_id,
    author_name,
    column_name,
    full_name,
    member_name,
)
from bbs.features.members.rules import check_handle
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    MemberAuthor,
    SystemAuthor,
)
from bbs.ids import new_id
from bbs.refusals import TextRefused
from bbs.testing import a_member

ANA = a_member(handle="ana", name="Ana of the hill")
BO = a_member(handle="bo", name="Bo")


@pytest.mark.parametrize(
    ("author", "name", "short"),
    [
        (MemberAuthor(id=ANA.id), "@ana", "ana"),
        (MemberAuthor(id=new_id()), "a member", "a member"),
        (ImportedAuthor(id="x", name="ana"), "ana (imported)", "“ana”"),
        (ImportedAuthor(id="x"), "a nameless author", "a nameless author"),
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


@pytest.mark.parametrize("author", [FormerAuthor(), ImportedAuthor(id="x")])
def test_no_word_for_an_author_is_cut_in_a_list(author: Author) -> None:
    """Who has no name is called in the eight columns of a list what no handle can be (P13)."""
    name = column_name(author, {})
    assert len(name) <= 8
    with pytest.raises(TextRefused):
        check_handle(name)


def test_a_member_is_named_by_id_as_by_author() -> None:
    """Who has no row here, or no id, is "a member": no surface words that for itself (P13)."""
    assert member_name(ANA.id, {ANA.id: ANA}) == "@ana"
    assert member_name(new_id(), {ANA.id: ANA}) == member_name(None, {ANA.id: ANA}) == "a member"


@pytest.mark.parametrize(
    ("author", "told"),
    [
        (MemberAuthor(id=ANA.id), "Ana of the hill"),
        (MemberAuthor(id=BO.id), ""),
        (MemberAuthor(id=new_id()), ""),
        (ImportedAuthor(id="x", name="ana"), "imported"),
        (FormerAuthor(), ""),
        (SystemAuthor(), ""),
    ],
)
def test_a_display_name_is_told_where_it_says_more(author: Author, told: str) -> None:
    """Beside a handle stands what is not the handle again; only members have an id."""
    assert full_name(author, {ANA.id: ANA, BO.id: BO}) == told
    assert (author_id(author) is None) is not isinstance(author, MemberAuthor)

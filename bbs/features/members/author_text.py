"""Names of authors in lines of text. Pure."""

from collections.abc import Mapping

from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    Member,
    MemberAuthor,
)
from bbs.ids import MemberId


def author_name(author: Author, members: Mapping[MemberId, Member]) -> str:
    """Return an author's name for a line of text. Foreign text: sanitize it (P13)."""
    match author:
        case MemberAuthor(id=member_id):
            member = members.get(member_id)
            return member.label if member else "a member"
        case ImportedAuthor(name=name):
            return f"{name or 'somebody'} (imported)"
        case FormerAuthor():
            return "somebody who left"
        case AssemblyAuthor():
            return "the assembly"
        case _:
            return "the server"

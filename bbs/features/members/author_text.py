"""Who an author is, and what they are called in lines and on screens. Pure."""

from collections.abc import Mapping

from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    Member,
    MemberAuthor,
    OfficeAuthor,
)
from bbs.ids import MemberId
from bbs.powers import Office, Way

BY_SCRIPT = "by script"
"""The note beside text that a token wrote, on every surface (P8)."""


def author_name(author: Author, members: Mapping[MemberId, Member], *, short: bool = False) -> str:
    """Return the name of an author for a line of text. Foreign text: sanitize it (P13).

    Args:
        members: By id; an author who is not among them is "a member".
        short: True for narrow columns: a handle without its @, or an imported name in quotes. The
            quotes show that it is no handle, even if the column cuts it.
    """
    match author:
        case MemberAuthor(id=member_id):
            member = members.get(member_id)
            if member is not None and member.handle is None and member.has_left:
                return _FORMER
            label = member.label if member else "a member"
            return label.removeprefix("@") if short else label
        case ImportedAuthor(name=None | ""):
            return _NAMELESS
        case ImportedAuthor(name=name):
            return f"“{name}”" if short else f"{name} (imported)"
        case FormerAuthor():
            return _FORMER
        case AssemblyAuthor():
            return "the assembly"
        case OfficeAuthor(office=office):
            return _IN_OFFICE.get(office, "somebody in office")
        case _:
            return "the server"


_FORMER = "a former member"  # with blanks, which no handle has (P13)
_NAMELESS = "a nameless author"
"""Who wrote words that came from elsewhere without a name: no member here, and perhaps one there."""
_IN_OFFICE = {
    Office.MODERATOR: "a moderator",
    Office.COMMONS_MODERATOR: "a moderator of the commons",
}
"""What somebody is called whom the log of a board does not name, by their office."""


_IN_COLUMN = {_FORMER: "(former)", _NAMELESS: "no name"}
"""What stands in a column of eight for words that would be cut; with signs that no handle has (P13)."""


def column_name(author: Author, members: Mapping[MemberId, Member]) -> str:
    """Return an author's name for a narrow column: as `author_name` writes it short, or a shorter word."""
    name = author_name(author, members, short=True)
    return _IN_COLUMN.get(name, name)


def member_name(member: MemberId | None, members: Mapping[MemberId, Member]) -> str:
    """Return the name of a member for a line of text, as `author_name` does; of None, "a member"."""
    return author_name(MemberAuthor(id=member or ""), members)


def full_name(author: Author, members: Mapping[MemberId, Member]) -> str:
    """Return what is told beside an author's handle; empty where it says no more.

    Foreign text: sanitize it (P13).

    Returns:
        The display name where it is not the handle again; of an imported author, that it was imported.
    """
    if isinstance(author, ImportedAuthor):
        return "imported"
    member = members.get(author_id(author) or "")
    name = (member.name if member else None) or ""
    says_more = member is not None and name.casefold() != (member.handle or "").casefold()
    return name if says_more else ""


def author_id(author: Author) -> MemberId | None:
    """Return the member id of an author; None for all who are no members."""
    return author.id if isinstance(author, MemberAuthor) else None


def writer_name(
    author: Author, via: Way, members: Mapping[MemberId, Member], *, short: bool = False
) -> str:
    """Return an author's name as `author_name` does, with a note if their script wrote the text.

    Args:
        via: The way the text came.
    """
    name = author_name(author, members, short=short)
    return f"{name} ({BY_SCRIPT})" if via is Way.SCRIPT else name


def script_note(via: Way, before: str = " ") -> str:
    """Return what is told of words that came by a script, after `before`; empty for others (P8)."""
    return f"{before}{BY_SCRIPT}" if via is Way.SCRIPT else ""


def without_name(author: Author) -> Author:
    """Return the author of a text that is gone; an imported author loses the name, too."""
    if isinstance(author, ImportedAuthor):
        return ImportedAuthor(id=author.id)
    return author

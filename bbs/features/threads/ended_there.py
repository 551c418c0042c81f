"""How the words of a marker ended where its board stood before it came here in a pack (protocol 29.10)."""

from enum import StrEnum


class EndedThere(StrEnum):
    """How words ended on a board's server before. Here they are gone for good."""

    HIDDEN = "hidden"  # by a moderator, or with all that its author wrote, or a case was open
    LEFT_OUT = "left_out"  # by its author's choice: the marker names nobody
    MOVED = "moved"  # it stood in another thread or on another board before the pack was made

    @property
    def word(self) -> str:
        """Why words or a title are not shown, without brackets."""
        return _WORDS[self]


_WORDS = {
    EndedThere.HIDDEN: "hidden where it came from",
    EndedThere.LEFT_OUT: "left out by its author",
    EndedThere.MOVED: "moved before it came here",
}

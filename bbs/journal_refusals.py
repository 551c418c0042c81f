"""The errors of journals: boards that one member writes, and the others read."""

from bbs.refusals import Refused


class NotTheWriter(
    Refused,
    code="boards.not_the_writer",
    hint="read it, thank its posts and follow it; its writer can hand it over",
):
    """The board is a journal, and another member writes it.

    Attributes:
        board: The journal.
        writer: The handle of the member who writes it; None where nobody does now.
    """

    board: str
    writer: str | None = None

    def __str__(self) -> str:
        whose = (
            "a journal that nobody writes now"
            if self.writer is None
            else f"@{self.writer}'s journal"
        )
        return f"this is {whose}: a seat here lets you read it, and only its writer writes"


class LastWriter(
    Refused,
    code="boards.last_writer",
    sentence="a journal has one writer, and you are this one's",
    hint="hand it over or archive it first: bbs admin boards hand-over BOARD MEMBER, or"
    " bbs admin boards archive BOARD",
):
    """The journal would be left without its writer."""

    board: str

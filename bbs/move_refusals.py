"""The errors of boards that move to another community."""

from datetime import datetime

from bbs.refusals import Refused


class BoardMoved(
    Refused,
    code="packs.moved",
    hint="join it there, and claim what you wrote here; what you wrote you can still export, and take back",
):
    """The board has moved to another community, and its words are sealed here (protocol 30.7).

    Attributes:
        board: Its id, which it keeps.
        host: How members reach the new community; None once the address leads on no more.
        slug: Its name there.
        until: Until when the old address leads on.
    """

    board: str
    host: str | None = None
    slug: str | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        if self.host is None or self.slug is None:
            return "this board has moved, and its old address leads on no more"
        return f"this board has moved: it is {self.slug} at bbs://{self.host} now"


class PerhapsOnlyCopy(
    Refused,
    code="packs.perhaps_only_copy",
    sentence="this board is whole here, and its old server may have handed it over by the receipt: then its"
    " words are erased there, and this is the only copy",
    hint="look at the old server: if the board was handed over, bring its last list, which opens it here; if"
    " not (it opens again there after 30 days), stop it here with --not-handed-over",
):
    """A board that moves here is not erased once it is whole, unless the sysop says that it still stands there."""


class PaperRefused(
    Refused,
    code="packs.paper_refused",
    hint="bring the file that this move's other server wrote; nothing was changed",
):
    """A receipt or a last list is not the one that this move needs.

    Attributes:
        what: `receipt` or `last_list`.
        why: What is wrong, as a sentence about it.
    """

    what: str
    why: str

    def __str__(self) -> str:
        name = "last list" if self.what == "last_list" else "receipt"
        return f"this {name} is refused: {self.why}"

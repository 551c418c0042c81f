"""A new invitation: its link to send, and a QR code if there is room."""

from textual.content import Content

from bbs.terminal.member_text import HOST_DUTY
from bbs.terminal.qr import qr_rows
from bbs_client.actions.inviting import InvitationQuestion
from bbs_client.session.session import Session
from bbs_client.widgets.page import TextPage

_ROWS_AROUND = 5  # the bars, and a blank row
_CODE_STYLE = "#ffffff on #000000"  # in every theme, because phones expect dark on light


class InvitationPage(TextPage[None]):
    """Shows the link of an invitation, which is copied already."""

    def __init__(self, session: Session, question: InvitationQuestion) -> None:
        """Show it.

        Args:
            session: The session of the community.
            question: The invitation.
        """
        super().__init__(session, "An invitation")
        self._question = question
        self._code = qr_rows(question.link)

    def on_mount(self) -> None:
        """Show it."""
        self.flow.say(self._rows)

    def _rows(self, width: int) -> list[Content]:
        link = self._question.link
        rows = [Content.styled(link[at : at + width], "bold") for at in range(0, len(link), width)]
        says = (
            "Send this link to whom you invite; it is copied. Only you see it, and only now."
            f" {self._question.says} They type: bbs join, then the link in quotes."
        )
        rows += [Content(""), *Content(says).wrap(width), Content("")]
        rows += [*Content(HOST_DUTY).wrap(width), Content("")]
        # Only all of the code, because phones cannot read a part.
        needed = len(rows) + len(self._code) + _ROWS_AROUND
        if self.app.size.height >= needed and width >= len(self._code[0]):
            return [*rows, *(Content.styled(row, _CODE_STYLE) for row in self._code)]
        return [
            *rows,
            Content.styled(f"In a window of {needed} rows, a QR code stands here.", "$quiet"),
        ]

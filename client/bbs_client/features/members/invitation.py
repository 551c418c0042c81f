"""A new invitation: its link to send, and a QR code if there is room."""

from textual.content import Content
from textual.events import Resize

from bbs.terminal.qr import qr_rows
from bbs_client.actions.inviting import InvitationQuestion
from bbs_client.widgets.dialog import TextDialog

_ROWS_AROUND = 11  # the frame, the heading, the text above the code, and the key bar
_COLUMNS_AROUND = 12
_CODE_STYLE = "#ffffff on #000000"  # in every theme, because phones expect dark on light


class InvitationDialog(TextDialog[None]):
    """Shows the link of an invitation, which is copied already."""

    def __init__(self, question: InvitationQuestion) -> None:
        """Show it.

        Args:
            question: The invitation.
        """
        self._question = question
        self._code = qr_rows(question.link)
        super().__init__(Content("An invitation"), self._shown(room=False), classes="tall")

    def on_resize(self, message: Resize) -> None:
        """Show the code only if all of it fits, because phones cannot read a part."""
        rows, columns = len(self._code) + _ROWS_AROUND, len(self._code[0]) + _COLUMNS_AROUND
        room = message.size.height >= rows and message.size.width >= columns
        self.say(self._shown(room=room))

    def _shown(self, *, room: bool) -> Content:
        says = Content.assemble(
            (self._question.link, "bold"),
            "\n\nSend this link to whom you invite; it is copied. Only you see it, and only now.\n",
            self._question.says,
            " They type: bbs join, then the link in quotes.\n\n",
        )
        if room:
            code = Content("\n").join(Content.styled(row, _CODE_STYLE) for row in self._code)
            return says + code
        rows = len(self._code) + _ROWS_AROUND
        return says + Content.styled(f"With {rows} rows, a QR code stands here.", "$quiet")

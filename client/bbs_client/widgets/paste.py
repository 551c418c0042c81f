"""A paste of which the end was not kept, so that the field that takes it can say so."""

from textual import events


class LongPaste(events.Paste):
    """A paste that was longer than `limits.PASTE_BYTES_MAX`. Handled by `on_paste`, as any other.

    Attributes:
        lost: How many characters at its end were dropped.
    """

    def __init__(self, text: str, lost: int) -> None:
        """Hold what is left.

        Args:
            text: The beginning.
            lost: How many characters followed.
        """
        super().__init__(text)
        self.lost = lost


LongPaste.handler_name = events.Paste.handler_name

"""Fields of forms: what is pasted is cleaned and told; however long, nothing is cut."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from bbs.typed import mend_typed
from bbs_client.widgets.editor import SafeTextArea, lost
from bbs_client.widgets.paste import LongPaste


@dataclass
class PasteMended(Message):
    """A paste was cleaned.

    Attributes:
        told: What it lost, in words.
    """

    told: str


class LineField(Input):
    """A field of one line; it takes all lines of a paste as one."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text, told = _mended(event, is_paragraph=False)
        self.replace(text, *self.selection)
        if told:
            self.post_message(PasteMended(told))


class ParagraphField(SafeTextArea):
    """A field of several lines."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text, told = _mended(event, is_paragraph=True)
        self.replace(text, *self.selection)
        if told:
            self.post_message(PasteMended(told))


def _mended(event: events.Paste, *, is_paragraph: bool) -> tuple[str, str]:
    text, counts = mend_typed(event.text, is_paragraph=is_paragraph)
    if isinstance(event, LongPaste):
        counts["cut"] = counts.get("cut", 0) + event.lost
    return text, lost(counts)

"""Reads text line by line: saves drafts on the way, then puts it into the outbox."""

from bbs import limits
from bbs.ids import new_id
from bbs.text import check_body, check_line
from bbs.typed import describe_mended, mend_typed
from bbs_client.actions.surface import Composition
from bbs_client.actions.writing import send
from bbs_client.mirror.drafts import Draft
from bbs_client.plain.here import Here
from bbs_client.plain.reading import indented
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.orders import is_held

END_OF_WORDS = "."


async def compose(here: Here, what: Composition) -> None:
    """Read text and put it into the outbox; see `Surface.write`.

    Words after the verb are taken as they are. Cancelling is safe: typed text stays as a draft.

    Raises:
        TextRefused: If the text is too long; it stays as a draft.
        MirrorUnwritable: If this device's disk cannot be written; the text stays as a draft.
    """
    session, lines, destination = here.session, here.lines, what.destination
    if what.note:
        lines.tell(what.note)
    writing = Writing(here, what, await _resumed(here, destination))
    starts = destination.kind is DestinationKind.THREAD
    if starts and not await writing.take_title():
        lines.tell("Nothing was sent.")
        return
    was_held = is_held(session, destination)
    if here.given and not starts:
        writing.add(here.given)
    elif not await writing.take_words():
        return
    body = writing.body()
    published = "It was published meanwhile: the wording before stays readable. Send it?"
    # The writer of a held post means to leave no trace.
    is_late = was_held and not is_held(session, destination)
    if not body or (is_late and not await lines.ask_yes(published)):
        lines.tell("Nothing was sent.")
        return
    send(session, destination, op=writing.op, title=writing.title, body=body)


class Writing:
    """A text being written.

    Attributes:
        op: The op of its command.
        title: The title of the thread; empty for none.
    """

    def __init__(self, here: Here, what: Composition, draft: Draft | None) -> None:
        """Begin with a draft, if there is one."""
        meta = draft.meta if draft else {}
        self.op = meta.get("op") or new_id()
        self.title = meta.get("title") or what.title
        self._here = here
        self._what = what
        self._words = draft.text if draft else ""

    async def take_title(self) -> bool:
        """Take the title from what followed the verb, or ask for it; return whether there is one.

        Raises:
            TextRefused: If the title is too long.
        """
        typed = self._here.given or self.title or await self._here.lines.ask("Title:")
        self.title, _ = mend_typed(typed or "")
        if self.title:
            check_line(self.title, field="title", chars_max=limits.TITLE_CHARS_MAX)
        return bool(self.title)

    def add(self, words: str) -> None:
        """Append words and save them."""
        self._words = f"{self._words}\n{words}" if self._words else words
        self._save()

    async def take_words(self) -> bool:
        """Ask for text of many lines; return False if the input ended before the text."""
        lines = self._here.lines
        lines.tell(f"{self._what.where}.")
        if self._what.destination.is_edit and not self._words:
            lines.tell("It says now:", *indented(self._what.text))
        lines.tell(f"Write; end with a line that holds only {END_OF_WORDS!r}.")
        while (line := await lines.ask("|")) != END_OF_WORDS:
            if line is None:
                kept = self._words.strip()
                lines.tell(
                    "Nothing was sent; it is kept as a draft." if kept else "Nothing was sent."
                )
                return False
            self.add(line)
        return True

    def body(self) -> str:
        """Return the text in the server's form, after an answer's quotation; empty for none.

        Raises:
            TextRefused: If the text is too long.
        """
        destination = self._what.destination
        body, changes = mend_typed(self._words.strip("\n"), is_paragraph=True)
        if changes:
            self._here.lines.tell(describe_mended("text", changes))
        if not body.strip():
            self._here.session.drafts.clear(destination.key)
            return ""
        if not destination.is_edit:
            body = f"{self._what.text}{body}"
        field = "line" if destination.is_line else "text"
        check_body(
            body, field=field, chars_max=destination.chars_max, lines_max=destination.lines_max
        )
        return body

    def _save(self) -> None:
        meta = {"op": self.op} | ({"title": self.title} if self.title else {})
        self._here.session.drafts.save(self._what.destination.key, self._words, meta)


async def _resumed(here: Here, destination: Destination) -> Draft | None:
    """Return the draft that the reader continues; None for a new text."""
    drafts = here.session.drafts
    draft = drafts.load(destination.key)
    if draft is None or not draft.text.strip():
        return None
    title = draft.meta.get("title")
    shown = f"{title}\n{draft.text}" if title else draft.text
    here.lines.tell("A draft of yours is kept here:", *indented(shown))
    if await here.lines.ask_yes("Go on with it? No throws it away."):
        return draft
    drafts.clear(destination.key)
    return None

"""Taking words that are typed line by line: drafts kept on the way, then into the outbox."""

from bbs import limits
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.text import check_body, check_line, normalize_body, normalize_line
from bbs_client.actions.writing import send
from bbs_client.mirror.drafts import Draft
from bbs_client.plain.surface import PlainSurface
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.orders import find_destination

END_OF_WORDS = "."
_ANY_LENGTH = 2**31


async def compose(
    plain: PlainSurface,
    destination: Destination,
    where: str,
    /,
    *,
    title: str,
    text: str,
    note: str,
) -> None:
    """Take words for a destination and hand them to the outbox; see `Surface.write`.

    Words that follow the verb are taken as they are. Cancelling is safe: what was typed is a draft.

    Raises:
        TextRefused: If it is longer than it may be; it is kept as a draft.
        MirrorUnwritable: If this device's disk refuses; the same.
    """
    session, lines = plain.session, plain.lines
    if note:
        lines.tell(note)
    if session.is_beside and _is_unsent(plain, destination):
        # Its draft is all that outlives this window.
        lines.tell("What you wrote here before is not sent yet; wait for that first.")
        return
    draft = await _resumed(plain, destination)
    writing = Writing(plain, destination, draft, title=title)
    if destination.kind is DestinationKind.THREAD and not await writing.take_title():
        lines.tell("Nothing was sent.")
        return
    held = _is_held(plain, destination)
    given, plain.given = plain.given, ""
    if given:
        writing.add(given)
    elif not await writing.take_words(where, old=text if destination.is_edit else ""):
        return
    body = writing.body("" if destination.is_edit else text)
    if not body or (held and not _is_held(plain, destination) and not await _still(plain)):
        lines.tell("Nothing was sent.")
        return
    send(session, destination, op=writing.op, title=writing.title, body=body)


class Writing:
    """What is being written for one destination.

    Attributes:
        op: What it will be sent with.
        title: Of the thread; empty for none.
    """

    def __init__(
        self, plain: PlainSurface, destination: Destination, draft: Draft | None, *, title: str
    ) -> None:
        """Begin with a draft, if there is one."""
        meta = draft.meta if draft else {}
        self.op = meta.get("op") or new_id()
        self.title = meta.get("title") or title
        self._plain = plain
        self._destination = destination
        self._words = draft.text if draft else ""

    async def take_title(self) -> bool:
        """Take the title from what followed the verb, or ask for it; return whether there is one.

        Raises:
            TextRefused: If it is too long.
        """
        given, self._plain.given = self._plain.given, ""
        typed = given or self.title or await self._plain.lines.ask("Title:")
        self.title, _ = normalize_line(typed or "", chars_max=_ANY_LENGTH)
        if self.title:
            check_line(self.title, field="title", chars_max=limits.TITLE_CHARS_MAX)
        return bool(self.title)

    def add(self, words: str) -> None:
        """Put words after those that are there, and keep them."""
        self._words = f"{self._words}\n{words}" if self._words else words
        self._save()

    async def take_words(self, where: str, *, old: str) -> bool:
        """Ask for words of many lines; return False if the input ended before they did."""
        lines = self._plain.lines
        lines.tell(f"{where}.")
        if old and not self._words:
            lines.tell("It says now:", *(f"  {line}" for line in old.split("\n")))
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

    def body(self, start: str) -> str:
        """Return the words as the server takes them, after what they begin with; empty for none.

        Raises:
            TextRefused: If they are too long.
        """
        destination, lines = self._destination, self._plain.lines
        body, changes = normalize_body(
            self._words.strip("\n"),
            chars_max=_ANY_LENGTH,
            bytes_max=_ANY_LENGTH,
            lines_max=_ANY_LENGTH,
        )
        if changes:
            lines.tell(f"The text was changed: {', '.join(sorted(changes)).replace('_', ' ')}.")
        if not body.strip():
            self._plain.session.drafts.clear(destination.key)
            return ""
        body = f"{start}{body}"
        field = "line" if destination.is_line else "text"
        check_body(
            body, field=field, chars_max=destination.chars_max, lines_max=destination.lines_max
        )
        return body

    def _save(self) -> None:
        meta = {"op": self.op} | ({"title": self.title} if self.title else {})
        self._plain.session.drafts.save(self._destination.key, self._words, meta)


async def _resumed(plain: PlainSurface, destination: Destination) -> Draft | None:
    """Return the draft the reader goes on with; None for a new beginning."""
    drafts = plain.session.drafts
    draft = drafts.load(destination.key)
    if draft is None or not draft.text.strip():
        return None
    title = draft.meta.get("title")
    shown = [*([title] if title else []), *draft.text.split("\n")]
    plain.lines.tell("A draft of yours is kept here:", *(f"  {line}" for line in shown))
    if await plain.lines.ask_yes("Go on with it? No throws it away."):
        return draft
    drafts.clear(destination.key)
    return None


def _is_unsent(plain: PlainSurface, destination: Destination) -> bool:
    items = plain.session.pending()
    return any(find_destination(plain.session, item) == destination for item in items)


def _is_held(plain: PlainSurface, destination: Destination) -> bool:
    post = plain.session.cache.post(destination.post) if destination.post else None
    return destination.is_edit and post is not None and post.state is ContentState.HELD


async def _still(plain: PlainSurface) -> bool:
    """Ask the writer of what was held, who meant to leave no trace: the wording before would stay."""
    text = "It was published meanwhile: the wording before stays readable. Send it?"
    return await plain.lines.ask_yes(text)

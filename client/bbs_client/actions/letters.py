"""Letters: asking for one, answering, opening and leaving it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bbs import limits
from bbs.errors import BadParams
from bbs.features.letters.messages import AnswerRequest, LeaveLetter, RequestLetter
from bbs.features.letters.views import LeaveWords, Letter, LetterState
from bbs.features.members.author_text import author_id, member_name
from bbs.ids import BoardId, new_id
from bbs.letter_address import OTHERS_MAX, LetterAddress, people_to_ask
from bbs.refusals import NotFound
from bbs_client.actions import lookup
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Question, Surface, TendQuestion
from bbs_client.safe_text import safe_line
from bbs_client.session.letter_names import addressed, people_of
from bbs_client.session.letters import find_letter, read_people
from bbs_client.session.session import Session

ABOUT = (
    "Letters are private boards of two to eight. No moderator reads them; a report hands over"
    " only the posts you choose."
)
EMPTY = "No letters. {key} writes one; the other must agree."
CONSENT = (
    "They are asked whether they want to. No words go along, and you learn of a yes alone: who says"
    " no, or is not here, is not told to you."
)
_PEOPLE = "people"


class LetterWord(StrEnum):
    """What the reader may do with a letter or a request, or with the list."""

    OPEN = "open"
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_BACK = "take back"
    LEAVE = "leave"
    NEW = "new letter"
    BLOCKS = "whom I block"


class LettersQuestion(Question[tuple[BoardId | None, LetterWord]], frozen=True):
    """Shows the reader's letters and requests, and asks what to do with which.

    Attributes:
        at: The letter to begin at, by id; empty for the first.
    """

    at: str = ""


class PeopleForm(SettingsQuestion, frozen=True, kw_only=True):
    """With whom a letter is to be. Answers with their handles, under the name of the field.

    Attributes:
        own: The reader's handle.
    """

    own: str

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return who was named.

        Raises:
            FormError: If that is nobody, the reader alone, no handle, or too many.
        """
        words = super().read(typed)[_PEOPLE].replace(",", " ").replace("+", " ").split()
        try:
            return {_PEOPLE: people_to_ask(words, self.own)}
        except BadParams as error:
            raise FormError(_PEOPLE, f"people: {error.rule}.") from None


async def letters(surface: Surface, _: str) -> None:
    """Show the reader's letters and requests; open, answer or leave one, or ask for another.

    Raises:
        FolkmootError: What the server answered.
    """
    at = ""
    while (answer := await surface.ask(LettersQuestion(at))) is not None:
        letter, word = answer
        at = letter or ""
        if await _do(surface, letter, word):
            return


async def _do(surface: Surface, letter: BoardId | None, word: LetterWord) -> bool:
    """Do what the reader chose; return whether it led elsewhere."""
    cache = surface.session.cache
    row = cache.letter(letter) if letter is not None else None
    match word:
        case LetterWord.NEW:
            return await new_letter(surface)
        case LetterWord.BLOCKS:
            from bbs_client.actions.blocks import show_blocks

            await show_blocks(surface)
        case LetterWord.OPEN if row is not None:
            if row.letter.state is LetterState.ASKED and row.letter.asked_by != cache.reader:
                return await _offer_answer(surface, row.letter)
            return await open_letter(surface, row.letter)
        case LetterWord.ACCEPT if row is not None:
            return await _answer(surface, row.letter, accept=True)
        case LetterWord.DECLINE if row is not None:
            return await _answer(surface, row.letter, accept=False)
        case LetterWord.TAKE_BACK | LetterWord.LEAVE if row is not None:
            await leave(surface, row.letter.id)
    return False


async def open_letter(surface: Surface, letter: Letter) -> bool:
    """Go to an open letter; return whether there is one to go to."""
    if letter.thread is None:
        surface.notify("This letter is not open yet: the others have to agree first.")
        return False
    await lookup.go_to_post(surface, letter.thread, None)
    surface.session.trail.lead("letters", letter.thread, letter.id)
    return True


async def _offer_answer(surface: Surface, letter: Letter) -> bool:
    """Ask whether to say yes or no to a request; return whether the letter was opened."""
    doings = {
        "accept": "The letter opens, and you read and write in it.",
        "decline": "They see only that no letter opened.",
    }
    who = member_name(letter.asked_by, surface.session.members)
    answer = await surface.ask(TendQuestion(f"{safe_line(who)} asks you for a letter", doings))
    if answer is None:
        return False
    return await _answer(surface, letter, accept=answer == "accept")


async def _answer(surface: Surface, letter: Letter, *, accept: bool) -> bool:
    """Say yes or no to a request; return whether the letter was opened."""
    session = surface.session
    who = session.members.get(letter.asked_by)
    name = safe_line(who.handle if who is not None else None, "Somebody")
    command = AnswerRequest(letter=letter.id, accept=accept, op=new_id())
    answered = (await surface.wait(session.connection.call(command))).letter
    surface.refresh()
    if not accept:
        surface.notify(f"Declined. {name} sees only that no letter opened.")
        return False
    return await open_letter(surface, answered)


async def letter(surface: Surface, words: str) -> None:
    """Open the letter with some people, or with the author of the thing here, or ask for one.

    Raises:
        BadParams: If what was typed names nobody, or too many.
        FolkmootError: What the server answered.
    """
    session = surface.session
    if words:
        await write_to(surface, read_people(session, words))
        return
    thing = surface.thing_here()
    author = session.members.get(author_id(thing.author) or "") if thing is not None else None
    if author is None or author.handle is None:
        await lookup.members(surface, "")
    elif author == session.me:
        surface.notify("These are your own words; go to a post of somebody else.")
    else:
        await write_to(surface, LetterAddress((author.handle,)))


async def write_to(surface: Surface, address: LetterAddress) -> bool:
    """Go to the letter with these people, or ask for it; return whether one was gone to.

    Raises:
        BadParams: If they have several letters with the reader, and it was not said which.
        NotFound: If they have fewer than was said.
    """
    session, handles = surface.session, address.handles
    if (known := find_letter(session, address)) is not None:
        return await open_letter(surface, known)
    if address.which:
        raise NotFound(what="letter")
    if (waiting := _asked_before(session, handles)) is not None:
        when = session.times.day(waiting.until)
        surface.notify(f"You asked for {address} already; the request waits until {when}.")
        return False
    _refuse_asked(session, handles)
    if await surface.ask(Confirm(f"Ask for a letter, {address}?", CONSENT, yes="ask")):
        await _request(surface, handles)
    return False


def _asked_before(session: Session, handles: tuple[str, ...]) -> Letter | None:
    """Return the reader's own request to these people that waits."""
    for row in session.cache.letter_requests():
        if row.letter.asked_by == session.cache.reader and tuple(sorted(row.asked)) == handles:
            return row.letter
    return None


def _refuse_asked(session: Session, handles: tuple[str, ...]) -> None:
    """Refuse to ask people whom a request would not reach, as far as this device knows (protocol 20.4).

    Raises:
        BadParams: If one was asked in the last `LETTER_REQUEST_DAYS` and is not in that letter.
    """
    cache, times = session.cache, session.times
    for row in (*cache.letter_requests(), *cache.letters()):
        letter = row.letter
        if letter.asked_by != cache.reader or letter.until <= session.now():
            continue
        came = people_of(cache, row) if letter.state is LetterState.OPEN else ()
        for handle in sorted({*handles} & {*row.asked} - {*came}):
            rule = (
                f"you asked {handle} on {times.day(letter.asked_at)}; they are not asked again"
                f" before {times.day(letter.until)}"
            )
            raise BadParams(_PEOPLE, rule)


async def _request(surface: Surface, handles: tuple[str, ...]) -> Letter:
    session, letter = surface.session, new_id()
    command = RequestLetter(letter=letter, handles=handles, op=new_id())
    asked = (await surface.wait(session.connection.call(command))).letter
    # Only this device keeps whom the reader asked.
    session.cache.keep_asked(letter, handles)
    surface.refresh()
    day = session.times.day(asked.until)
    surface.notify(
        f"Asked: {addressed(handles)}. The letter opens with the first yes, until {day}."
    )
    return asked


async def new_letter(surface: Surface) -> bool:
    """Ask with whom, and ask them; return whether a letter that is open already was gone to.

    Raises:
        FolkmootError: What the server answered; what was typed is offered again in the form.
    """
    session = surface.session
    own = session.me.handle if session.me is not None and session.me.handle is not None else ""
    field = FormField(
        name=_PEOPLE,
        label="people",
        help=f"The handles of 1 to {OTHERS_MAX} others, such as: ben cleo. {CONSENT}",
        choices=tuple(
            sorted(one.handle for one in session.members.values() if one.handle not in (None, own))
        ),
        chars_max=(limits.HANDLE_CHARS_MAX + 2) * (OTHERS_MAX + 1),
        is_required=True,
        is_of_words=True,
    )
    form = PeopleForm("A new letter", (field,), yes="ask", own=own)

    async def send(values: dict[str, Any]) -> Letter:
        handles: tuple[str, ...] = values[_PEOPLE]
        # Where somebody else may still come in, these people alone are another letter.
        known = find_letter(session, LetterAddress(handles), settled=True)
        if (known := known or _asked_before(session, handles)) is not None:
            return known
        try:
            _refuse_asked(session, handles)
        except BadParams as error:
            raise FormError(_PEOPLE, f"people: {error.rule}.") from None
        return await _request(surface, handles)

    letter = await send_form(surface, form, send)
    if letter is not None and letter.state is LetterState.OPEN:
        return await open_letter(surface, letter)
    return False


async def leave(surface: Surface, letter: BoardId) -> bool:
    """Leave a letter, or take back a request; return whether that was done."""
    session = surface.session
    row = session.cache.letter(letter)
    if row is None:
        return False
    if row.letter.state is not LetterState.ASKED:
        from bbs_client.actions.leaving import leave_letter  # late: few leave

        return await leave_letter(surface, letter)
    says = "It is as if you had not asked. Who was asked and has not answered finds it gone."
    if not await surface.ask(Confirm("Take this request back?", says, yes="take back")):
        return False
    command = LeaveLetter(letter=letter, words=LeaveWords.TAKEN, op=new_id())
    await surface.wait(session.connection.call(command))
    surface.refresh()
    surface.notify("The request was taken back.")
    return True

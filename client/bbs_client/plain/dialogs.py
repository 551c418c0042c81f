"""Asks the questions of actions in lines."""

from typing import Any

from bbs.features.boards.seat_messages import SeatState
from bbs.features.threads.views import Post
from bbs.ids import COMMONS
from bbs_client.actions import (
    arriving,
    blocks,
    boards,
    desk,
    forms,
    inviting,
    letters,
    lookup,
    personal,
    places,
    power_log,
    program,
    proof,
    proposals,
    reading,
    round,
    seats,
    sheets,
    unsent,
    welcome,
)
from bbs_client.actions.surface import Confirm, Question, TendQuestion
from bbs_client.mirror.file import BoardRow
from bbs_client.plain import letters as letter_lines
from bbs_client.plain import members, people, waiting
from bbs_client.plain import reading as shown
from bbs_client.plain.arriving import ask_note, ask_which_note
from bbs_client.plain.cases import ask_of_listing, ask_of_roll, ask_of_sheet
from bbs_client.plain.desk import ask_at_desk
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines, choose
from bbs_client.plain.outgoing import what
from bbs_client.plain.settings_form import ask_settings
from bbs_client.plain.welcome import tell_welcome
from bbs_client.safe_text import safe_line, writer_of
from bbs_client.session.applications import is_applying
from bbs_client.session.in_line import describe_place_here, fetch_place, refresh_board
from bbs_client.session.narrowed import archived_at
from bbs_client.session.pack_origin import fetch_origin
from bbs_client.session.pack_words import describe_consents, describe_own_consent
from bbs_client.session.session import Session
from bbs_client.session.standing import ARCHIVED, describe_seat, describe_way, is_waiting
from bbs_client.session.unsent import UnsentItem

BEGINNING_CHARS = 60  # characters of a text that identify it


async def ask_in_lines(here: Here, question: Question[Any]) -> Any:
    """Ask, and return the answer; None for no answer, and for text to read. Cancelling is safe.

    Args:
        here: The reader's place, with the session.
        question: A question of `bbs_client.actions` that lines can ask.

    Raises:
        LookupError: If lines cannot ask it, which is a bug.
    """
    match question:
        case lookup.SearchQuestion(words=words):
            return await shown.search(here, words)
        case lookup.InboxQuestion():
            return await shown.tell_inbox(here)
        case lookup.SavedQuestion():
            return await shown.tell_saved(here)
        case lookup.PostQuestion(post=post):
            return await shown.tell_about_post(here, post)
        case lookup.MemberQuestion(author=author):
            return await members.tell_author(here, author)
        case lookup.MembersQuestion():
            return members.tell_members(here)
        case power_log.LogQuestion():
            return await people.tell_log(here, question)
        case proposals.ProposalsQuestion():
            return await waiting.ask_about_waiting(here)
        case proposals.HiddenWordsQuestion(lines=lines, has_more=has_more):
            here.lines.tell(*lines, *(["", "(there is more)"] if has_more else []))
            return None
        case proof.WordQuestion():
            return await waiting.ask_word(here.lines, question)
        case seats.SeatsQuestion():
            return await people.ask_seats(here.lines, question)
        case desk.DeskQuestion():
            return await ask_at_desk(here, question)
        case inviting.InvitationQuestion():
            return await members.tell_invitation(here.lines, question)
        case inviting.InvitationsQuestion(rows=rows):
            return await members.ask_invitations(here.lines, rows)
        case lookup.WhoQuestion():
            return await members.tell_presence(here)
        case boards.TemplateQuestion():
            here.lines.tell("A new board begins with:")
            return await choose(here.lines, boards.BEGINNINGS)
        case forms.SettingsQuestion():
            return await ask_settings(here.lines, question)
        case places.NormsQuestion(row=row):
            await people.tell_norms(here, row, changed=True)
            return None
        case places.SeatQuestion(row=row):
            return await _ask_seat(here, row)
        case unsent.OutboxQuestion():
            return await _ask_outbox(here.session, here.lines)
    return await _ask_newcomer(here, question)


async def _ask_newcomer(here: Here, question: Question[Any]) -> Any:
    match question:
        case sheets.SheetQuestion(sheet=sheet):
            return await ask_of_sheet(here.lines, sheet)
        case sheets.ListingQuestion(listing=listing):
            return await ask_of_listing(here.lines, listing)
        case sheets.RollQuestion():
            return await ask_of_roll(here.lines, question)
        case arriving.NoteChosen():
            return await ask_which_note(here.session, here.lines)
        case arriving.NoteQuestion(newcomer=newcomer):
            return await ask_note(here.session, here.lines, newcomer)
        case welcome.WelcomeQuestion():
            return here.lines.tell(*await tell_welcome(here.session))
    return await _ask_of_letters(here, question)


async def _ask_of_letters(here: Here, question: Question[Any]) -> Any:
    """Ask what is asked about letters; else, a choice."""
    match question:
        case letters.LettersQuestion():
            return await letter_lines.ask_letters(here)
        case blocks.BlocksQuestion():
            return await letter_lines.ask_blocks(here)
        case blocks.ReportQuestion():
            return await letter_lines.ask_posts(here, question)
    return await _ask_choice(here, question)


async def _ask_choice(here: Here, question: Question[Any]) -> Any:
    lines = here.lines
    match question:
        case Confirm(question=asked, consequence=consequence, yes=yes):
            lines.tell(consequence)
            if await lines.ask_yes(f"{asked} Yes: {yes}."):
                return True
            lines.tell("Nothing was changed.")
            return None
        case personal.LevelQuestion(board=board, now=now):
            lines.tell(f"What of {board} notifies you (now: {personal.LEVELS[now]}):")
            ways = {way: f"{says.capitalize()}." for way, says in personal.LEVELS.items()}
            return await choose(lines, ways)
        case round.CatchUpQuestion(size=size):
            lines.tell(f"{size} wait for you after some time away. {round.CATCH_UP_KEPT}")
            return await choose(
                lines,
                {
                    way: f"{name.capitalize()}: {says[:1].lower()}{says[1:]}"
                    for way, (name, says) in round.CATCH_UP_WAYS.items()
                },
            )
        case reading.ChainQuestion(thread=thread, numbers=numbers):
            posts = here.session.cache.posts(thread, numbers)
            return await choose(
                lines, {post.number: _post_line(here.session, post) for post in posts}
            )
        case personal.FolderQuestion(board=board, names=names):
            lines.tell(f"Folders: {', '.join(names) or 'none yet'}.")
            return await lines.ask(f"Folder of {board}? (Enter for none)")
        case TendQuestion(heading=heading, doings=doings):
            lines.tell(f"{heading}:")
            says = {name: f"{name.capitalize()}: {doing}" for name, doing in doings.items()}
            return await choose(lines, says)
        case program.ChoiceQuestion(id=id):
            return await choose(lines, {name: name for name in here.program.names_for(id)})
    raise LookupError(f"nothing asks {type(question).__name__} in lines")


def _post_line(session: Session, post: Post) -> str:
    begins = safe_line((post.body or "").partition("\n")[0][:BEGINNING_CHARS])
    who = writer_of(post.author, post.words_via, session.members)
    return f"{session.address(post)} {who}: {begins}"


async def _ask_outbox(session: Session, lines: Lines) -> int | None:
    """Ask what to do about an unsent item; return its id if the reader writes on."""
    items = session.pending()
    if not items:
        lines.tell("Everything is sent.")
        return None
    item: UnsentItem | None = await choose(lines, {one: _says(one) for one in items})
    if item is None:
        return None
    ways = {"retry": "Try again."} if item.reason else {}
    if item.may_come_back:
        ways |= {"write": "Write on it.", "discard": "Throw it away: this cannot be undone."}
    match await choose(lines, ways) if ways else None:
        case "retry":
            session.connection.retry(item.id)
        case "discard":
            session.connection.discard(item.id)
        case "write":
            return item.id
    return None


def _says(item: UnsentItem) -> str:
    begins = safe_line((item.title or item.body)[:BEGINNING_CHARS])
    state = item.stands if item.reason or item.asks is not None else "waits"
    return f"{what(item.method)}{': ' if begins else ''}{begins} ({state})"


async def _ask_seat(here: Here, row: BoardRow) -> tuple[places.SeatAnswer, int] | None:
    """Show the norms; ask whether to accept them with a seat, or else whether to leave it."""
    board, seat, lines = row.board, row.seat, here.lines
    if here.given == "leave":
        return places.SeatAnswer.LEAVE, board.norms_version
    if not row.is_seated:
        row = await refresh_board(here.session, row)
        board, seat = row.board, row.seat
    if not row.is_seated and archived_at(here.session, board.id):
        lines.tell(ARCHIVED)
        is_in_line = is_waiting(row) or is_applying(row)
        if is_in_line and await lines.ask_yes("Wait no longer?"):
            return places.SeatAnswer.LEAVE, board.norms_version
        return None
    has_changed = seat is not None and 0 < seat.norms_version < board.norms_version
    norms = await people.tell_norms(here, row, changed=has_changed)
    lines.tell(*await fetch_origin(here.session, row, claim="claim", vouch="vouch"))
    if taken := describe_own_consent(here.session, row, "consent"):
        lines.tell(taken, *describe_consents(here.session, board.id))
    if is_applying(row):
        lines.tell(describe_seat(here.session, row))
        return places.SeatAnswer.LEAVE, norms.version
    if (found := await fetch_place(here.session, row)) is not None:
        lines.tell(*describe_place_here(here.session, row, found))
    elif is_waiting(row):
        lines.tell(describe_seat(here.session, row))
    if is_waiting(row):
        lines.tell(describe_way(here.session, row, "seat"))
        if await lines.ask_yes("Wait no longer?"):
            return places.SeatAnswer.LEAVE, norms.version
    elif seat is not None and row.is_seated and seat.norms_version >= board.norms_version:
        lines.tell(f"You have a seat on {board.label}.")
        if board.id != COMMONS and await lines.ask_yes("Leave it?"):
            return places.SeatAnswer.LEAVE, norms.version
    elif await lines.ask_yes("Do you accept them?"):
        return places.SeatAnswer.TAKE, norms.version
    elif seat is not None and seat.state is SeatState.OFFERED:
        lines.tell("The seat stays offered to you; seat leave declines it.")
    else:
        lines.tell("You have taken no seat.")
    return None

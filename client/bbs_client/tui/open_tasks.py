"""What waits for the reader besides reading: first steps, calls, refused items, drafts, offered seats."""

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from bbs.features.community.first_steps import FirstStep
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs_client.actions.table import BY_ID
from bbs_client.hues import hue_of_board, member_hue
from bbs_client.keys import key_of
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session import destination, round_words
from bbs_client.session.destination import DestinationKind
from bbs_client.session.first_steps import steps_of
from bbs_client.session.proposals import Word, list_waiting
from bbs_client.session.session import Session
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask

FIRST_STEPS = "First steps"
LOUNGES = "lounges"  # the key of the row about new lines
WAITING_FOR_OTHERS = "Waiting for others"
DRAFT_CHARS = 60  # characters of a draft that identify it
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}


def open_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return refused items, drafts, offered seats and commands that wait, each with its place."""
    # Imported late, because the first painting needs none of it.
    from bbs_client.actions.first_steps import take_step
    from bbs_client.actions.unsent import resume
    from bbs_client.features.reading.home import OpenTask

    found = []
    for step in sorted(steps_of(session), key=lambda step: step.done):
        # A completed step is another row, so move the cursor to the next step.
        key = f"{'done' if step.done else 'step'}:{step.id}"
        go = partial(runner.start, take_step, step.id, asks=step.id != "thread")
        found.append(OpenTask(key, _step_text(step), go, FIRST_STEPS))
    found += _case_tasks(session, runner)
    found += _request_tasks(session, runner)
    found += _lounge_tasks(session, runner)
    pending = session.pending()
    refused = sum(1 for item in pending if item.reason)
    show_outbox = partial(runner.run, BY_ID["outbox"])
    if refused:
        says = Content(f"{counted(refused, 'refusal')} to look at")
        found.append(OpenTask("refused", says, show_outbox, action="outbox"))
    if len(pending) > refused:
        says = Content(f"{len(pending) - refused} to be sent")
        found.append(OpenTask("unsent", says, show_outbox, action="outbox"))
    for draft in session.drafts.all():
        where = destination.parse(draft.destination)
        if where is not None:
            known = session.cache.board(where.board)
            named = (session.slug(where.board), hue_of_board(known.board)) if known else ""
            says = Content.assemble(
                f"A draft of {_KINDS[where.kind]}{' in ' if known else ''}",
                named,
                f": {safe_line(draft.text[:DRAFT_CHARS])}",
            )
            go = partial(runner.start, resume, draft.destination)
            found.append(OpenTask(draft.destination, says, go, board=where.board))
    found += _seat_tasks(session, runner)
    found += _desk_tasks(session, runner)
    found += _arriving_tasks(session, runner)
    show_waiting = partial(runner.run, BY_ID["proposals"])
    for waiting in list_waiting(session):
        if Word.AGREE in waiting.words or Word.OBJECT in waiting.words:
            says = Content(f"{waiting.told} ({waiting.wait})")
            found.append(OpenTask(waiting.proposal.id, says, show_waiting, WAITING_FOR_OTHERS))
    return found


def _case_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each case that asks or restricts the reader, and one for those at their desk."""
    if not session.told_of_cases:
        return []
    from bbs_client.actions.own_cases import show_own
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.session.case_news import describe_desk_cases, own_news

    found = []
    for key, case, says in own_news(session):
        go = partial(runner.start, show_own, case, asks=True)
        found.append(OpenTask(key, Content.styled(says, "warn"), go, action="cases"))
    if says := describe_desk_cases(session):
        go = partial(runner.run, BY_ID["desk"])
        found.append(OpenTask("cases", Content(says), go, action="desk"))
    return found


def _seat_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each seat that is offered, for the community's line, and for changed norms."""
    from bbs_client.actions.places import show_seat
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.session.consent import unaccepted, whose_norms
    from bbs_client.session.standing import describe_offer, is_offered, is_over, is_waiting

    found = []
    for row in session.cache.boards():
        hue, is_commons = hue_of_board(row.board), row.board.id == COMMONS
        if row.seat is not None and is_offered(row) and not is_over(session, row):
            named = ("the community" if is_commons else board_title(row.board), hue)
            offer = f" is offered to you {describe_offer(session, row.seat)}".rstrip()
            says = Content.assemble(f"A seat {'in' if is_commons else 'on'} ", named, offer)
        elif is_commons and is_waiting(row):
            says = Content("You wait for a seat in the community")
        elif row.is_seated and unaccepted(session, row.board.id) == row:
            says = Content.assemble("The norms of ", (whose_norms(row), hue), " have changed")
        else:
            continue
        go = partial(runner.start, show_seat, row, asks=True)
        found.append(OpenTask(row.board.id, says, go, action="seat", board=row.board.id))
    return found


def _desk_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each desk at which applications wait, and for each own one that waits."""
    from bbs_client.actions.places import show_seat
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.session.applications import describe_application, is_applying, is_asked

    found, at_desks = [], Counter(session.cache.applications_at_desk().values())
    for row in session.cache.boards():
        named = (board_title(row.board), hue_of_board(row.board))
        if waiting := at_desks[row.board.id]:
            count = counted(waiting, "application waits", "applications wait")
            says = Content.assemble(f"{count} at the desk of ", named)
            go = partial(runner.run, BY_ID["desk"])
            found.append(OpenTask(f"{row.board.id} desk", says, go, action="desk"))
        elif row.board.id == COMMONS and is_asked(row):
            says = Content("The community asks you something before it gives you a seat")
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go, action="seat", board=row.board.id))
        elif is_applying(row):
            says = Content.assemble(named, f": {describe_application(session, row)}")
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go, action="seat", board=row.board.id))
    return found


def _arriving_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each note with news, and one for the posts that wait for a moderator."""
    from bbs_client.actions.arriving import show_note
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.session.arriving import note_news

    found = []
    for newcomer, news in note_news(session):
        go = partial(runner.start, show_note, newcomer, asks=True)
        found.append(OpenTask(f"news for {newcomer}", Content(news), go, action="note"))
    if held := session.cache.held_at_desk():
        waits = "post waits" if len(held) == 1 else "posts wait"
        says = Content(f"{len(held)} {waits} for a moderator's word")
        found.append(OpenTask("held", says, partial(runner.run, BY_ID["desk"]), action="desk"))
    return found


def _step_text(step: FirstStep) -> Content:
    """Return a step after its word or its key."""
    from bbs_client.actions.first_steps import KEYS

    key = key_of(KEYS[step.id]) if step.id in KEYS else "Enter"
    return Content(f"{'done' if step.done else key:<6} {step.says}")


def _request_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each request for a letter that waits for the reader's answer."""
    from bbs_client.features.reading.home import OpenTask

    found = []
    for row in session.cache.asked_of_me():
        asks = row.letter.asked_by
        member = session.members.get(asks)
        who = (safe_line(member.handle if member else None, "Somebody"), member_hue(asks))
        says = Content.assemble(who, " asks you for a letter")
        go = partial(runner.run, BY_ID["letters"])
        found.append(OpenTask(f"letter:{row.letter.id}", says, go, action="letters"))
    return found


def _lounge_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each lounge in which somebody calls the reader, and one for all new lines."""
    from bbs_client.actions.places import visit_lounge
    from bbs_client.features.reading.home import OpenTask

    found, titles, hues, quiet = [], [], [], []
    for board, news in session.cache.lounges().items():
        place = session.cache.board(board)
        title = board_title(place.board) if place else session.slug(board)
        hue = hue_of_board(place.board) if place else ""
        if news.mentions:
            calls = ("Somebody calls you", "new")
            says = Content.assemble(calls, " in the lounge of ", (title, hue))
            go = partial(runner.start, visit_lounge, board)
            found.append(OpenTask(f"calls:{board}", says, go, board=board))
        else:
            titles.append(title)
            hues += [hue, ""]  # of the title, and of what joins it to the next
            quiet.append(board)
    if not quiet:
        return found
    where = zip(round_words.name_people(titles, "more"), hues, strict=False)
    lounges = "lounge" if len(quiet) == 1 else "lounges"
    says = Content.assemble(f"New lines in the {lounges} of ", *where)
    go = partial(runner.start, visit_lounge, quiet[0])
    only = quiet[0] if len(quiet) == 1 else None
    return [*found, OpenTask(LOUNGES, says, go, board=only)]

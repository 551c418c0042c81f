"""Letters, requests, whom the reader blocks, and which posts to report, in lines."""

from bbs.features.members.author_text import member_name
from bbs.ids import BoardId, MemberId, PostId
from bbs.plural import counted
from bbs.terminal.output import local_time
from bbs_client.actions.blocks import BLOCKS_ABOUT, NO_BLOCKS, ReportQuestion
from bbs_client.actions.letters import ABOUT, EMPTY, LetterWord
from bbs_client.plain.here import Here
from bbs_client.plain.lines import choose
from bbs_client.safe_text import letter_title, safe_line, writer_of
from bbs_client.session.letter_names import addressed, people_of
from bbs_client.session.letters import who_may_come

BEGINNING_CHARS = 60  # of a post's words, to tell it from others
_WORDS = {
    "open": LetterWord.OPEN,
    "accept": LetterWord.ACCEPT,
    "decline": LetterWord.DECLINE,
    "leave": LetterWord.LEAVE,
    "back": LetterWord.TAKE_BACK,
    "new": LetterWord.NEW,
    "blocks": LetterWord.BLOCKS,
}


async def ask_letters(here: Here) -> tuple[BoardId | None, LetterWord] | None:
    """List letters and requests by number, and ask what to do with which; None for nothing."""
    session, lines = here.session, here.lines
    known: list[BoardId] = []
    lines.tell(ABOUT)
    for row in session.cache.letters():
        known.append(row.letter.id)
        thread = session.cache.thread(row.letter.thread or "")
        title = letter_title(thread.thread if thread is not None else None)
        title = f", {title}" if title else ""
        unread = f", {row.unread} unread" if row.unread else ""
        lines.tell(f"{len(known)}. {session.slug(row.letter.id)}{title}{unread}")
        lines.tell(*filter(None, (who_may_come(session, row.letter.id),)))
    for row in session.cache.asked_of_me():
        known.append(row.letter.id)
        people = addressed(people_of(session.cache, row))
        who = member_name(row.letter.asked_by, session.members)
        until = local_time(row.letter.until)
        lines.tell(f"{len(known)}. {who} asks you for a letter, {people} (until {until})")
    for row in session.cache.letter_requests():
        if row.letter.asked_by == session.cache.reader:
            known.append(row.letter.id)
            people = addressed(row.asked) if row.asked else counted(row.letter.asked, "member")
            lines.tell(f"{len(known)}. you asked {people} (until {local_time(row.letter.until)})")
    if not known:
        lines.tell(EMPTY.format(key="letters, then new"))
    typed = await lines.ask(
        "Number to open; accept, decline, leave or back and a number; new; blocks; Enter for nothing:"
    )
    return _chosen(here, known, (typed or "").strip().lower())


def _chosen(
    here: Here, known: list[BoardId], typed: str
) -> tuple[BoardId | None, LetterWord] | None:
    """Return what was typed means; None, with a sentence where it means nothing."""
    if not typed:
        return None
    word, _, number = typed.rpartition(" ")
    if typed in ("new", "blocks"):
        return None, _WORDS[typed]
    said = _WORDS.get(word or "open")
    if said is None or not number.isdecimal() or not 1 <= int(number) <= len(known):
        here.lines.tell(f"{typed!r} is no number of a letter here, and no word for it.")
        return None
    return known[int(number) - 1], said


async def ask_blocks(here: Here) -> MemberId | None:
    """List whom the reader blocks, and ask whom to unblock; None for nobody."""
    members = here.session.members
    blocked = {id: member_name(id, members) for id in here.session.cache.blocks()}
    here.lines.tell(BLOCKS_ABOUT)
    if not blocked:
        here.lines.tell(NO_BLOCKS)
        return None
    here.lines.tell("To unblock:")
    member: MemberId | None = await choose(here.lines, blocked)
    return member


async def ask_posts(here: Here, question: ReportQuestion) -> tuple[PostId, ...] | None:
    """List the posts of a letter, and ask which to report; None for none."""
    lines, members = here.lines, here.session.members
    lines.tell(question.about)
    numbers = {post.number: post.id for post in question.posts}
    for post in question.posts:
        begins = safe_line((post.body or "").partition("\n")[0][:BEGINNING_CHARS])
        lines.tell(f"{post.number}. {writer_of(post.author, post.words_via, members)}: {begins}")
    usual = next((post.number for post in question.posts if post.id == question.chosen), None)
    hint = f", Enter for {usual}" if usual is not None else ", Enter for none"
    typed = (await lines.ask(f"Which posts? (numbers with blanks between them{hint})")) or ""
    wanted = [int(each) for each in typed.replace(",", " ").split() if each.isdecimal()]
    if not typed.strip() and usual is not None:
        wanted = [usual]
    chosen = tuple(numbers[each] for each in dict.fromkeys(wanted) if each in numbers)
    if not chosen:
        lines.tell("Nothing was reported.")
        return None
    return chosen

"""Letters of a session: which one an address means, and how they are called for people."""

from bbs import letter_address
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs.features.letters.views import Letter
from bbs.features.members.author_text import member_name
from bbs.features.threads.views import Post
from bbs.ids import BoardId
from bbs.letter_address import Correspondence, LetterAddress
from bbs_client.mirror.reads import LetterRow
from bbs_client.safe_text import board_title, letter_title, safe_line
from bbs_client.session.letter_names import people_of
from bbs_client.session.session import Session

ALONE = "nobody else any more"


def name_people(session: Session, row: LetterRow) -> str:
    """Return who else is in a letter, or was asked, as words: `ana, ben`."""
    return ", ".join(people_of(session.cache, row)) or ALONE


def who_may_come(session: Session, letter: BoardId) -> str:
    """Return the sentence of who may still come into an open letter; empty for nobody.

    Of the reader's own request this device alone knows whom they asked.
    """
    row = session.cache.letter(letter)
    if row is None or not row.letter.awaited or row.letter.until <= session.now():
        return ""
    # Imported late, because the first painting seldom needs it.
    from bbs.terminal.letter_text import may_come_text

    names, awaited = [], len(row.letter.others)
    if row.letter.asked_by == session.cache.reader:
        came = {session.members[id].handle for id in row.letter.members if id in session.members}
        names, awaited = [name for name in row.asked if name not in came], row.letter.awaited
    else:
        names = [member_name(id, session.members).removeprefix("@") for id in row.letter.others]
    if len(names) > awaited:
        names = []  # some of them came in, and have left
    until = session.times.day(row.letter.until)
    return may_come_text([safe_line(name) for name in names], awaited, until)


def title_of(session: Session, board: Board) -> str:
    """Return a board's title for people, or the address of a letter; cleaned."""
    is_letter = board.kind is BoardKind.LETTER
    return session.slug(board.id) if is_letter else board_title(board)


def reference_to(session: Session, post: Post) -> str:
    """Return what a quotation names a post by: its address; in a letter its id, as handles change."""
    return post.id if session.cache.is_letter(post.board) else session.address(post)


def find_letter(
    session: Session, address: LetterAddress, *, settled: bool = False
) -> Letter | None:
    """Return the open letter of the reader's that an address means; None if there is none here.

    Args:
        session: The reader's session.
        address: The people.
        settled: Whether to leave out letters that somebody else may still enter.

    Raises:
        BadParams: As `find_meant`.
    """
    own = session.me.handle if session.me is not None else None
    rows = {row.letter.id: row for row in session.cache.letters()}

    def title(letter: str) -> str:
        thread = session.cache.thread(rows[letter].letter.thread or "")
        return letter_title(thread.thread if thread is not None else None)

    known = [
        Correspondence(id, tuple(people_of(session.cache, row)), letter.asked, letter.asked_at)
        for id, row in rows.items()
        if not ((letter := row.letter).awaited and settled and letter.until > session.now())
    ]
    found = letter_address.find_meant(address, own, known, title, to_read=True)
    return None if found is None else rows[BoardId(found)].letter


def read_people(session: Session, words: str) -> LetterAddress:
    """Return the people that were typed for a letter: `ana ben`, `@ana, ben` or `~ana+ben`.

    Raises:
        BadParams: If that is nobody, the reader with no letter that the others left, no handle, or
            too many.
    """
    typed = words.replace(",", " ").replace("+", " ").removeprefix("~").split()
    if not typed:
        raise BadParams("address", f"name the people: {letter_address.PEOPLE_RULE}")
    own = session.me.handle if session.me is not None else None
    letter = letter_address.letter_of(typed)
    if letter.handles == (own,) and find_letter(session, letter) is not None:
        return letter
    return LetterAddress(letter_address.others_in(letter, own), letter.which)

"""The clauses that can be cited for words: those in force when they were written, board's and commons'."""

from datetime import datetime

from bbs.errors import FolkmootError
from bbs.features.norms.messages import GetNorms, Norms
from bbs.ids import COMMONS
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

OF_COMMONS = "commons"
"""What is typed before the number of a clause of the commons."""

Options = tuple[tuple[str, str], ...]
"""What is typed for each clause, and its sentence."""


async def fetch_clauses(
    session: Session, board: str, at: datetime, version: int | None = None
) -> Options:
    """Return the clauses that can be cited for words written on a board at a moment.

    Args:
        board: The board whose norms count; the commons for its own words and letters.
        at: When they were written.
        version: The version of the board's norms, where it is known.

    Raises:
        FolkmootError: If the server cannot tell, and this device does not know.
    """
    commons = clauses_of(await _in_force(session, COMMONS, at), of_commons=board != COMMONS)
    if board == COMMONS:
        return commons
    return (*clauses_of(await _norms(session, board, at, version), of_commons=False), *commons)


def clauses_of(norms: Norms, *, of_commons: bool) -> Options:
    """Return the clauses of norms as options."""
    begin = f"{OF_COMMONS} " if of_commons else ""
    return tuple(
        (f"{begin}{number}", safe_line(clause.text))
        for number, clause in enumerate(norms.clauses, 1)
    )


async def clause_sentence(
    session: Session, board: str, number: int, at: datetime, version: int | None = None
) -> str:
    """Return the sentence of a clause in the version in force when words were written.

    Empty where it is not known here, and the server does not tell it.
    """
    try:
        norms = await _norms(session, board, at, version)
    except FolkmootError:
        return ""
    found = norms.clauses[number - 1 : number]
    return safe_line(found[0].text) if found else ""


async def _norms(session: Session, board: str, at: datetime, version: int | None) -> Norms:
    if version is None:
        return await _in_force(session, board, at)
    known = session.cache.norms(board, version)
    return known or await session.connection.call(GetNorms(board=board, version=version))


async def _in_force(session: Session, board: str, at: datetime) -> Norms:
    """Return the version of norms that was in force at a moment; of what is older, the first."""
    norms = session.cache.norms(board) or await session.connection.call(GetNorms(board=board))
    while norms.version > 1 and norms.since is not None and norms.since > at:
        before = norms.version - 1
        norms = session.cache.norms(board, before) or await session.connection.call(
            GetNorms(board=board, version=before)
        )
    return norms

"""Commands that wait for others, as all surfaces say them: in a board's head, at home, in a list."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.proposals.messages import Proposal
    from bbs_client.features.proposals.reads import Waiting


class Word(StrEnum):
    """What the reader may say to a command that waits, or do about it."""

    AGREE = "agree"
    OBJECT = "object"
    WITHDRAW = "withdraw"  # their own
    READ = "read its words"  # which are hidden for it


class WaitingCommand(NamedTuple):
    """A command that waits, in words; cleaned.

    Attributes:
        proposal: The command.
        told: Who wants what changed, and why.
        wait: What it waits for, and until when.
        votes: Who agreed and who objected.
        words: What the reader may say to it now.
    """

    proposal: "Proposal"
    told: str
    wait: str
    votes: tuple[str, ...]
    words: tuple[Word, ...]


def list_waiting(session: Session) -> list[WaitingCommand]:
    """Return what waits on the boards that are here, what ends first before the others; offline too."""
    if not (found := session.cache.proposals()):
        return []
    # Late: the first painting needs none of it where nothing waits.
    from bbs.terminal.proposal_text import describe_proposal, describe_votes, describe_wait

    members = dict(session.members)
    return [
        WaitingCommand(
            each.proposal,
            describe_proposal(each.proposal, members, session.slug),
            describe_wait(each.proposal),
            tuple(describe_votes(each.proposal, members)),
            _words(session, each),
        )
        for each in found
    ]


def describe_waiting(
    session: Session, board: str, when: Callable[[datetime], str], key: str = ""
) -> str:
    """Return how many commands wait on a board, and which ends first; empty for none. Cleaned.

    Args:
        session: Whose.
        board: Its id.
        when: Says until when.
        key: What shows them, where there is a key for that.
    """
    if not (found := session.cache.proposals(board)):
        return ""
    from bbs.terminal.proposal_text import describe_change

    yours = [each for each in found if each.may_second or each.may_object]
    first = (yours or found)[0].proposal
    count = f"{len(found)} {'waits' if len(found) == 1 else 'wait'}"
    if yours:
        count += " for you" if len(yours) == len(found) else f", {len(yours)} of them for you"
    change = describe_change(first, dict(session.members), session.slug)
    by_key = f" ({key})" if key else ""
    return f"{count}{by_key} until {when(first.until)}: {change}"


def _words(session: Session, each: "Waiting") -> tuple[Word, ...]:
    me = session.me
    may = {
        Word.AGREE: each.may_second,
        Word.OBJECT: each.may_object,
        Word.READ: each.may_read,
        Word.WITHDRAW: me is not None and getattr(each.proposal.mover, "id", None) == me.id,
    }
    return tuple(word for word, allowed in may.items() if allowed)

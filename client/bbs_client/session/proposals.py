"""Commands that wait for others, in the sentences that all surfaces show."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.community.hand_over_messages import HandOverResult
    from bbs.features.proposals.messages import Proposal
    from bbs_client.features.proposals.reads import Waiting


class Word(StrEnum):
    """The reader's possible reactions to a command that waits."""

    AGREE = "agree"
    OBJECT = "object"
    WITHDRAW = "withdraw"  # the reader's own
    READ = "read its words"  # which are hidden for it
    ITEMS = "read its items"  # of a plan
    ACCEPT = "accept it"  # the community, as its heir
    REFUSE = "refuse it"


class WaitingCommand(NamedTuple):
    """A command that waits, in sentences; cleaned.

    Attributes:
        proposal: The command.
        told: The mover, the change and the reason.
        wait: The people or the time it waits for, and its end.
        votes: The members who agreed and who objected.
        words: The reactions that the reader may send now.
        about: Of a plan: its reason and the beginning of its digest.
    """

    proposal: "Proposal"
    told: str
    wait: str
    votes: tuple[str, ...]
    words: tuple[Word, ...]
    about: tuple[str, ...] = ()


def batch_of(proposal: "Proposal") -> str:
    """Return the id of the batch that waits; empty for any other command."""
    return proposal.thing.id or "" if proposal.method == "batches.start" else ""


def is_hand_over(proposal: "Proposal") -> bool:
    """Return whether a command that waits hands the community over."""
    return proposal.method == "community.hand_over"


def place_of(session: Session, proposal: "Proposal") -> str:
    """Return where a command waits: a board's name, or that the reader does not read it. Cleaned."""
    known = session.cache.board(proposal.board) is not None
    return session.slug(proposal.board) if known else "a board you do not read"


def list_waiting(session: Session) -> list[WaitingCommand]:
    """Return the waiting commands of the boards that are here, the earliest end first; offline too."""
    if not (found := session.cache.proposals()):
        return []
    # Imported late, because the first painting needs none of it if no command waits.
    from bbs.terminal.proposal_text import describe_proposal, describe_votes, describe_wait

    members = dict(session.members)
    return [
        WaitingCommand(
            each.proposal,
            describe_proposal(each.proposal, members, session.slug),
            describe_wait(each.proposal),
            tuple(describe_votes(each.proposal, members)),
            _words(session, each),
            _about(session, each.proposal),
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
    if session.cache.move_of(board) is not None:
        from bbs.features.packs.move_messages import MoveBoard  # late, because few boards move

        # A banner tells of the move.
        found = [each for each in found if each.proposal.method != MoveBoard.method]
        if not found:
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


def _about(session: Session, proposal: "Proposal") -> tuple[str, ...]:
    """Return what is known of a plan that waits, to exactly which its reader may agree; of a hand-over,
    whether it is accepted."""
    if (state := _hand_over_state(session, proposal)) is not None:
        from bbs.terminal.hand_over_text import describe_answer  # late, as above

        return (f"{describe_answer(state, is_heir=_is_heir(session, proposal))}",)
    if (batch := session.batches.latest.get(batch_of(proposal))) is None:
        return ()
    from bbs_client.session.batch_sheets import plan_facts  # late, as above

    return plan_facts(batch)


def _hand_over_state(session: Session, proposal: "Proposal") -> "HandOverResult | None":
    """Return how a hand-over that waits stands; None if that was not told yet, or it is something else."""
    state = session.hand_over
    return state if state is not None and state.proposal == proposal.id else None


def _is_heir(session: Session, proposal: "Proposal") -> bool:
    me = session.me
    return is_hand_over(proposal) and me is not None and proposal.about == me.id


def _words(session: Session, each: "Waiting") -> tuple[Word, ...]:
    me = session.me
    is_heir = _is_heir(session, each.proposal)
    state = _hand_over_state(session, each.proposal)
    may = {
        Word.ACCEPT: is_heir and not (state is not None and state.is_accepted),
        Word.REFUSE: is_heir,
        Word.AGREE: each.may_second and not is_heir,
        Word.OBJECT: each.may_object,
        Word.READ: each.may_read,
        Word.ITEMS: batch_of(each.proposal) in session.batches.latest,
        Word.WITHDRAW: me is not None and getattr(each.proposal.mover, "id", None) == me.id,
    }
    return tuple(word for word, allowed in may.items() if allowed)

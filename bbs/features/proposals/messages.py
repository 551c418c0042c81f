"""Proposals: grave commands that wait until others agree, or nobody objects (protocol 15)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.messages import Password
from bbs.features.members.views import Author, PublicKey, Signature
from bbs.features.moderation.messages import Change, Thing
from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Line, Post
from bbs.ids import BoardId, MemberId, ProposalId
from bbs.messages import (
    ClockDoubt,
    Command,
    Event,
    Number,
    PageSize,
    Place,
    Query,
    Result,
    Revision,
    View,
)
from bbs.powers import Need, NeedTarget, Office, Power, Touches

PROPOSAL_WORDS = (
    "proposal.law",
    "proposal.reason",
    "proposal.changes.said_before",
    "proposal.changes.said_after",
    "proposal.votes.reason",
)


class WaitsFor(StrEnum):
    """The people or the time that a command waits for."""

    SECOND_KEY = "second_key"  # another holder of the office has to agree
    MODERATORS = "moderators"  # all moderators of the board have to agree
    DELAY = "delay"  # it is carried out when its time has come, unless seat holders object


class ProposalState(StrEnum):
    """What became of a command that waits. Changes: see `rules.PROPOSAL_TRANSITIONS`."""

    OPEN = "open"
    SECONDED = "seconded"  # all have agreed; it still waits for its day
    OBJECTED = "objected"  # enough seat holders objected
    WITHDRAWN = "withdrawn"  # by its mover
    LAPSED = "lapsed"  # nobody agreed in time, or its mover lost the office
    CARRIED_OUT = "carried_out"
    COULD_NOT = "could_not"  # be carried out: the value it was to change has changed


class VoteKind(StrEnum):
    """A member's vote on a command that waits."""

    SECOND = "second"
    OBJECT = "object"


class Vote(View, frozen=True, kw_only=True):
    """A member's vote on a command that waits.

    Attributes:
        reason: The reason; None for a second, and once its text is erased.
    """

    member: MemberId
    kind: VoteKind
    reason: str | None = None


class Proposal(View, frozen=True, kw_only=True):
    """A command that waits, or waited.

    Attributes:
        board: On whose stream it is told; what concerns everybody stands on the commons.
        number: Its place among those of the board.
        method: The command.
        thing: What it is to be done to; only its kind where that is told to few (15.10).
        about: The member it is about; None if it is about nobody.
        changes: What it is to change. Events carry no words; `proposals.list` does.
        norm, norms_version, norms_board: The clause that it cites, as an act names it.
        grave: The names of those changes for which it waits.
        law: The law that asks for it, where one does.
        reason: The mover's reason, where the command has one.
        mover: Who moved it.
        office: In which office.
        until: When the wait ends: it lapses, or is carried out, as `way` says. It is not carried
            out before, unless another member in office gives the second key, or every seat holder
            agrees.
        seconds, objections: How many agreed, and how many objected; while it waits, only of those
            who sit there still.
        to_few: Whether it concerns a person: only its mover, that member, and who may agree are told of
            it, and nobody can object.
        key_of_commons: Whether its second key is a commons moderator's alone: who has it is told of it on
            their own stream, and so is the mover, also where they may not read the board.
        objections_max: With so many objections it ends; 0 where nobody can object.
        votes: Who said what, of `proposals.list` alone.
        why_not: Why it could not be carried out: the code of an error, or `changed` where what it
            was to change is not as it was.
    """

    id: ProposalId
    board: BoardId
    number: Number
    method: str
    thing: Thing
    about: MemberId | None = None
    changes: tuple[Change, ...] = ()
    norm: int | None = None
    norms_version: int | None = None
    norms_board: BoardId | None = None
    grave: tuple[str, ...] = ()
    law: str | None = None
    reason: str | None = None
    mover: Author
    office: Office
    moved_at: Instant
    until: Instant
    way: WaitsFor
    state: ProposalState = ProposalState.OPEN
    seconds: int = 0
    objections: int = 0
    objections_max: int = 0
    to_few: bool = False
    key_of_commons: bool = False
    votes: tuple[Vote, ...] = ()
    why_not: str | None = None
    revision: Revision = 1


class ProposalList(Result, frozen=True, kw_only=True):
    """Commands that wait, those that end first before the others; then, if asked for, ended ones.

    Attributes:
        may_second, may_object: The commands to which the reader may agree or object now, from a
            device.
        may_read: The commands whose hidden text the reader may read (`proposals.words`).
        clock_doubt: Why no command is carried out by time now; None if the server believes its
            clock.
        next_before: Pass it as `before` for older ended ones; None at the end.
    """

    proposals: tuple[Proposal, ...]
    may_second: tuple[ProposalId, ...] = ()
    may_object: tuple[ProposalId, ...] = ()
    may_read: tuple[ProposalId, ...] = ()
    clock_doubt: ClockDoubt | None = None
    next_before: Place | None = None


class ProposalResult(Result, frozen=True, kw_only=True):
    """A command that waits, as it stands after the vote."""

    text_paths: ClassVar[tuple[str, ...]] = PROPOSAL_WORDS
    proposal: Proposal


class HiddenWords(View, frozen=True, kw_only=True):
    """Words that are hidden while a command about them waits. No mirror keeps them.

    Attributes:
        proposal: The command, with what it is to be done to.
        title: A thread's, if it is hidden too and the reader may read it.
        posts: In the order of writing, the earliest first.
    """

    proposal: Proposal
    title: str | None = None
    posts: tuple[Post, ...] = ()
    lines: tuple[Line, ...] = ()


class ProposalWords(Result, frozen=True, kw_only=True):
    """A page of the words that are hidden for a command, as far as the reader may read them.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    words: HiddenWords
    next_after: int | None = None


class GetProposalWords(Query[ProposalWords], frozen=True, kw_only=True):
    """Read the words that are hidden while a command about them waits, and where they stand.

    Members who may give the second key read all of them; writers read their own, on every board.
    From a device only. Errors: `not_found` for all others, and once it waits no more.

    Attributes:
        after: `next_after` of the page before.
    """

    method: ClassVar[str] = "proposals.words"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)
    proposal: ProposalId
    after: Annotated[int, Meta(ge=0)] = 0


class ListProposals(Query[ProposalList], frozen=True, kw_only=True):
    """List the commands that wait, on one board or on every board the member may read.

    A command that the member moved on a board that they may not read is listed while it waits, with
    their own text alone; one that concerns a person also to whoever has a key to it. The first page has all waiting commands; only it has `as_of`. Errors:
    `not_found` for the board, `protocol.bad_params` for a number without a board.

    Attributes:
        board: None for all boards.
        ended: Whether to list those that ended within `PROPOSAL_DAYS`, too, the latest first.
        number: Only the one with this number on its board, whether it waits or has ended.
        before: `next_before` of the page before: only ended ones from there on.
        limit: How many ended ones at most.
    """

    method: ClassVar[str] = "proposals.list"
    needs: ClassVar[Need] = Need(Power.READ)
    board: BoardId | None = None
    ended: bool = False
    number: Number | None = None
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class SecondProposal(Command[ProposalResult], frozen=True, kw_only=True):
    """Agree to a command that waits; with the second key it is carried out at once.

    From a device only, with the password or a key of a device at that moment. Errors: `not_found`,
    `not_allowed` if the member's word does not count, `members.sign_in_failed`, `throttled`,
    `conflict` if it does not wait any more, `protocol.bad_params` without a proof.

    Attributes:
        board: The board on whose stream it is told.
        password: The member's password; None if `signature` proves it.
        key, signature: A key of the member, and its signature over the challenge (protocol 15.6).
    """

    method: ClassVar[str] = "proposals.second"
    needs: ClassVar[Need] = Need(Power.READ, private=True, by_person=True)
    board: BoardId
    proposal: ProposalId
    password: Password | None = None
    key: PublicKey | None = None
    signature: Signature | None = None


class ObjectToProposal(Command[ProposalResult], frozen=True, kw_only=True):
    """Object to a command that waits by delay; enough objections end it.

    From a device only, with the password or a key of a device at that moment. Errors: `not_found`,
    `not_allowed` if the member's word does not count, `members.sign_in_failed`, `throttled`,
    `conflict` if it does not wait any more, `text_refused`, `protocol.bad_params` without a proof.

    Attributes:
        board: The board on whose stream it is told.
        reason: Why; whoever is told of the command can read it.
        password: The member's password; None if `signature` proves it.
        key, signature: A key of the member, and its signature over the challenge (protocol 15.6).
    """

    method: ClassVar[str] = "proposals.object"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, private=True, by_person=True)
    board: BoardId
    proposal: ProposalId
    reason: Reason
    password: Password | None = None
    key: PublicKey | None = None
    signature: Signature | None = None


class WithdrawProposal(Command[ProposalResult], frozen=True, kw_only=True):
    """Withdraw the sender's own command that waits, on every board. From a device only.

    Errors: `not_found`, `not_allowed`, `device_needed`, `conflict` if it does not wait any more.
    """

    method: ClassVar[str] = "proposals.withdraw"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.RIGHTS_OF_OTHERS)
    board: BoardId
    proposal: ProposalId


class ProposalMoved(Event, frozen=True, kw_only=True):
    """A command waits, or waits anew after a restore. Its author is the mover.

    On the board; what is told to few on the streams of those members.
    """

    kind: ClassVar[str] = "proposals.moved"
    proposal: Proposal


class ProposalVoted(Event, frozen=True, kw_only=True):
    """Somebody agreed or objected to a command that waits on. Where `proposals.moved` was told."""

    kind: ClassVar[str] = "proposals.voted"
    proposal: Proposal


class ProposalEnded(Event, frozen=True, kw_only=True):
    """A command waits no more; `proposal.state` says why. Where `proposals.moved` was told."""

    kind: ClassVar[str] = "proposals.ended"
    proposal: Proposal

"""Describe commands that wait, in sentences: who wants what, until when, and what it waits for. Pure."""

from collections.abc import Callable

from msgspec.structs import replace

from bbs.features.members.author_text import author_name, member_name
from bbs.features.moderation.messages import Act
from bbs.features.proposals.messages import (
    HiddenWords,
    Proposal,
    ProposalState,
    VoteKind,
    WaitsFor,
)
from bbs.features.threads.views import Line, Post
from bbs.plural import counted
from bbs.sdk.lookup import Members
from bbs.terminal.act_text import changes_text, describe_cited, describe_thing
from bbs.terminal.output import local_time
from bbs.terminal.render import INDENT, text_of
from bbs.text import sanitize

_WANTS = {
    "boards.configure": "change {thing}",
    "boards.set_end": "change the end of {thing}",
    "boards.appoint": "end moderation of {about}",
    "boards.offer_seat": "offer {about} a seat",
    "boards.take_up_office": "take up moderation",
    "norms.amend": "amend the norms of {thing}",
    "community.allot": "change {thing}",
    "community.close": "end the community",
    "community.hand_over": "hand the community over to {about}",
    "community.notice": "give everybody on {thing} an urgent notice",
    "moderation.archive": "archive {thing}",
    "moderation.enter": "enter {thing}",
    "moderation.lock_down": "lock the community down",
    "packs.move": "let {thing} move to another community",
    "threads.purge": "purge {thing}",
    "members.purge": "purge the profile and the away line of {about}",
    "batches.start": "apply a plan",
    "cases.decide": "decide {thing}",
    "cases.remove_newcomer": "remove a newcomer, who never was a member, by {thing}",
    "threads.hide": "hide {thing}",
    "threads.hide_line": "hide {thing}",
    "threads.move_to_board": "move {thing}",
}
"""What the mover wants to do, by method."""

_ENDED = {
    ProposalState.OBJECTED: "members objected",
    ProposalState.WITHDRAWN: "withdrawn",
    ProposalState.LAPSED: "lapsed",
    ProposalState.CARRIED_OUT: "carried out",
    ProposalState.COULD_NOT: "could not be carried out",
}

_WHY_NOT = {
    "changed": "what it was to change is not as it was",
    "gone": "the words are not there any more",
    "community.heir_refused": "the member who was to take it over refused",
    "community.heir_silent": "the member who was to take it over has not accepted what binds them",
    "conflict": "somebody changed the same meanwhile",
}
"""Why something could not be carried out, by the code of the error, where that says more than the state."""


def describe_proposal(proposal: Proposal, members: Members, slug: Callable[[str], str]) -> str:
    """Return who wants what changed, and why, in a line of clean text.

    Args:
        members: By id.
        slug: Names a board by its id.
    """
    act = _act(proposal)
    changes, cited = changes_text(act, slug), describe_cited(act, slug)
    parts = [
        f"{author_name(proposal.mover, members)} wants to {_wish(proposal, members, slug)}",
        f": {changes}" if changes else "",
        f" by {cited}" if cited else "",
        f": {proposal.reason}" if proposal.reason else "",
    ]
    return sanitize("".join(parts))


def describe_change(proposal: Proposal, members: Members, slug: Callable[[str], str]) -> str:
    """Return what something is to be afterwards, or else what is to be done, in few words of clean text.

    Args:
        members: By id.
        slug: Names a board by its id.
    """
    after = tuple(replace(change, before=None, said_before=None) for change in proposal.changes)
    changes = changes_text(_act(replace(proposal, changes=after)), slug)
    return sanitize(changes or _wish(proposal, members, slug))


def _wish(proposal: Proposal, members: Members, slug: Callable[[str], str]) -> str:
    act = _act(proposal)
    wants = _WANTS.get(proposal.method, "do something that this version does not know to {thing}")
    return wants.format(thing=describe_thing(act, slug), about=member_name(act.about, members))


def _act(proposal: Proposal) -> Act:
    """Return the act that it would be, to be described like one."""
    return Act(
        id=proposal.id,
        board=proposal.board,
        number=proposal.number,
        at=proposal.moved_at,
        method=proposal.method,
        author=proposal.mover,
        office=proposal.office,
        thing=proposal.thing,
        about=proposal.about,
        changes=proposal.changes,
        norm=proposal.norm,
        norms_version=proposal.norms_version,
        norms_board=proposal.norms_board,
        law=proposal.law,
        reason=proposal.reason,
    )


def describe_wait(proposal: Proposal) -> str:
    """Return what a command waits for and until when, or what became of it."""
    if (ended := _ENDED.get(proposal.state)) is not None:
        if proposal.to_few and proposal.state is ProposalState.OBJECTED:
            return "its author objected"
        why = _WHY_NOT.get(proposal.why_not or "")
        return f"{ended}: {why}" if why else ended
    until = local_time(proposal.until)
    match proposal.way:
        case WaitsFor.SECOND_KEY:
            whose = (
                "the key of a moderator of the commons"
                if proposal.key_of_commons
                else "a second key"
            )
            return f"waits for {whose} until {until}"
        case WaitsFor.MODERATORS:
            agreed = "agreed" if proposal.state is ProposalState.SECONDED else "have to agree"
            return f"all moderators {agreed}; done on {until}"
    if not proposal.objections_max:
        return f"done on {until}; nobody can object"
    objected = f"{proposal.objections} of {counted(proposal.objections_max, 'objection')}"
    return f"done on {until} unless members object ({objected})"


def describe_hidden(words: HiddenWords, members: Members, slug: Callable[[str], str]) -> list[str]:
    """Return the words that are hidden for a command, as lines of clean text: where, who, what.

    Args:
        words: A page of them.
        members: By id.
        slug: Names a board by its id.
    """
    lines = [describe_proposal(words.proposal, members, slug), describe_wait(words.proposal)]
    if words.title is not None:
        lines += ["", sanitize(words.title)]
    said: tuple[Post | Line, ...] = (*words.posts, *words.lines)
    for each in said:
        who = sanitize(author_name(each.author, members))
        lines += ["", f"#{each.number or '-'} {who}"]
        if isinstance(each, Post) and each.subject is not None:
            lines.append(f"Subject: {sanitize(each.subject)}")
        # The words stand deeper, so that none of them can forge the head of other words (P13).
        lines += (f"{INDENT}{line}".rstrip() for line in text_of(each).split("\n"))
    return lines


def describe_votes(proposal: Proposal, members: Members) -> list[str]:
    """Return who agreed and who objected, each with the reason, as lines of clean text."""
    verbs = {VoteKind.SECOND: "agrees", VoteKind.OBJECT: "objects"}
    lines = []
    for vote in proposal.votes:
        name = member_name(vote.member, members)
        lines.append(
            sanitize(f"{name} {verbs[vote.kind]}" + (f": {vote.reason}" if vote.reason else ""))
        )
    return lines

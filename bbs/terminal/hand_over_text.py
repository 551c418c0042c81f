"""A hand-over in sentences: what binds whoever takes the community over, and what is left by hand. Pure."""

from bbs.features.community.hand_over_messages import HandOverResult
from bbs.features.community.hand_over_views import HandOverItem, HandOverTerms
from bbs.features.members.author_text import member_name
from bbs.ids import MemberId
from bbs.plural import counted
from bbs.sdk.lookup import Members
from bbs.terminal.output import local_time

NOTICE = (
    "the community is to be handed over to another member on {until}, who then runs the server and"
    " everything on it; bbs admin hand-over shows to whom, bbs export takes your words along, and"
    " you may leave before"
)
"""What every other seat holder is told, with the moment."""

HEIR_NOTICE = (
    "the community is to be handed over to you on {until}: from then on you would run the server and"
    " everything on it. Nothing happens unless you accept what binds you by then: bbs admin hand-over"
    " shows it, with --accept or --refuse you answer (in the client: V)"
)
"""What the heir is told, with the moment."""

REFUSED = (
    "the member to whom you want to hand the community over refused: nothing is changed, and you run it on;"
    " talk with them, or ask somebody else: bbs admin hand-over MEMBER"
)
"""What the sysop is told when the heir refuses."""

WHEN_OFF = (
    "If the server is off on that day, it is done once it runs again; nobody has to be connected then."
    " If what binds them changes before, they have to accept again."
)
"""What happens at the day, for everybody who reads how a hand-over stands."""

WHILE_WAITING = (
    "You can still refuse until the day, also after you accepted. If the server is off on that day, it is"
    " done once it runs again; you need not be connected then."
)
"""The same for the heir, who is about to answer."""

LEFT: dict[HandOverItem, str] = {
    HandOverItem.MACHINE: "the machine: its accounts, its keys, the service on it",
    HandOverItem.HOST_NAME: "the host name: who renews it, and where it leads",
    HandOverItem.CERTIFICATE: "the certificate and its private key",
    HandOverItem.BACKUPS: "the backups, here and elsewhere, and what makes them",
    HandOverItem.REMOVALS: "the record of removals beside each backup",
}
"""What no program hands over."""


def describe_terms(terms: HandOverTerms) -> list[str]:
    """Return what binds whoever takes the community over, a line each."""
    days = terms.retention_days
    posts = f"fade after {counted(days, 'day')}" if days else "are kept"
    closing = terms.closing
    end = (
        "No end of the community is announced."
        if closing is None
        else f"The community is read-only from {local_time(closing.read_only_at)} and closed from"
        f" {local_time(closing.closed_at)}, as announced."
    )
    return [
        f"The norms of the commons, version {terms.norms_version}, hold for you as for everybody;"
        " changes of them wait as before.",
        f"Posts of the commons {posts}, lines of its lounge after"
        f" {counted(terms.lounge_hours, 'hour')}; every board keeps the end of its words, and to"
        " shorten it waits for objections.",
        f"The logs of power are kept for {counted(terms.act_days, 'day')}.",
        "No backup holds what is erased today for longer than"
        f" {counted(terms.backup_days, 'day')}: older ones are yours to delete, wherever they are.",
        end,
    ]


def describe_answer(state: HandOverResult, *, is_heir: bool) -> str:
    """Return whether the heir has accepted what binds them now, and what that still leaves open."""
    if state.is_accepted:
        return "accepted by you; you can still refuse" if is_heir else "accepted by its heir"
    return "not accepted by you yet" if is_heir else "not accepted by its heir yet"


def describe_hand_over(
    state: HandOverResult, members: Members, me: MemberId | None = None
) -> list[str]:
    """Return how a hand-over stands, line by line.

    Args:
        members: By id.
        me: Who reads it.
    """
    lines: list[str] = []
    if state.heir is None or state.terms is None or state.until is None:
        lines.append("The community is not to be handed over.")
    else:
        is_heir = state.heir == me
        you = " (you)" if is_heir else ""
        accepted = "accepted" if state.is_accepted else "not accepted yet"
        lines += [
            f"To {member_name(state.heir, members)}{you} on {local_time(state.until)}; {accepted}. What"
            " binds them from then on:",
            *(f"  {each}" for each in describe_terms(state.terms)),
        ]
        lines.append(WHEN_OFF)
        lines.append("To prepare together by then, for no program hands it over:")
        lines += [f"  {item:<12} {LEFT[item]}" for item in HandOverItem]
        if is_heir and state.is_accepted:
            lines.append("You can still refuse until then: bbs admin hand-over --refuse")
        elif is_heir:
            lines.append(
                "Answer: bbs admin hand-over --accept, or --refuse; without it nothing is done."
            )
    if state.left:
        lines.append("Left to do by hand after the last hand-over:")
        lines += [f"  {item:<12} {LEFT[item]}" for item in state.left]
    return lines

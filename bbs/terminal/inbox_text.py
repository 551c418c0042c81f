"""Describe the items of the inbox in lines: answers, mentions, thanks and notices. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bbs.features.boards.end_rules import end_day
from bbs.features.cases.views import CaseEnding, CaseState, CaseTold
from bbs.features.members.author_text import author_name, member_name
from bbs.features.moderation.messages import Act
from bbs.features.reading.views import InboxItem, InboxKind, Notice, NoticeKind
from bbs.features.threads.hiding_messages import HideLine, HidePost
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.act_text import describe_act
from bbs.terminal.application_text import describe_own_application
from bbs.terminal.case_text import ENDINGS, OFFICES
from bbs.terminal.hand_over_text import HEIR_NOTICE, NOTICE, REFUSED
from bbs.terminal.held_text import describe_held_told
from bbs.terminal.output import local_time
from bbs.terminal.report_text import copy_end
from bbs.terminal.seat_text import describe_own_seat, place_of
from bbs.text import sanitize


def inbox_lines(item: InboxItem, boards: render.Boards, members: lookup.Members) -> list[str]:
    """Return an item of the inbox as lines of clean text; none if this version does not know it."""
    if item.notice is not None:
        slug = partial(render.board_label, boards=boards)
        return [f"notice: {describe_notice(item.notice, members, slug)}  {local_time(item.at)}"]
    if item.line is not None:
        head, words = render.line_summary(item.line, boards, members)
        return [f"{item.kind.value}: {head}", words]
    if item.post is None or item.thread is None:
        return []
    head, words = render.post_summary(item.post, item.thread, boards, members)
    if item.kind is not InboxKind.THANKS:
        return [f"{item.kind.value}: {head}", words]
    by = member_name(item.by, members)
    board = render.board_label(item.post.board, boards)
    address = render.address_in(board, item.thread, item.post.number)
    thanks = f"thanks: {sanitize(by)} thanks you for {address}"
    told = (thanks, local_time(item.at), render.given_title(item.thread))
    return ["  ".join(filter(None, told))]


def _door(act: Act, board: str) -> str:
    """Return how the author reads words that were hidden by a clause; empty for other acts."""
    thing = act.thing
    if act.method == HidePost.method:
        address = f"{board}/{thing.thread}/{thing.number}"
    elif act.method == HideLine.method:
        address = f"{board}/lounge/{thing.number}"
    else:
        return ""
    return f" (bbs admin posts hidden {address} shows them; answer the moderators if you disagree)"


def describe_notice(
    notice: Notice,
    members: lookup.Members,
    slug: Callable[[str], str],
    moment: Callable[[datetime], str] = local_time,
) -> str:
    """Return a notice as a line of clean text: the deed, its author and the reason.

    Args:
        members: By id.
        slug: Returns a board's name by its id.
        moment: Writes a moment, such as the end of an offer.
    """
    place = slug(notice.board)
    if notice.kind is NoticeKind.URGENT and notice.act is not None:
        who = author_name(notice.act.author, members)
        return sanitize(f"URGENT, {place}: {notice.act.reason or ''} ({who})")
    if notice.act is not None:
        whose = _WHOSE.get(notice.kind, "")
        act = describe_act(notice.act, members, slug, in_person=True)
        before = "" if notice.title is None else f" (its title was “{sanitize(notice.title)}”)"
        return f"{place}: {whose}{act}{before}{_door(notice.act, place)}"
    if notice.kind is NoticeKind.CITED:
        says = "somebody in office wants to do something about you or your words, which takes two people"
        return f"{place}: {says}; bbs admin proposals shows which, why and until when"
    if notice.kind is NoticeKind.ENDS and notice.until is not None:
        door = f"bbs admin boards renew {place}"
        return (
            f"{place} ends on {end_day(notice.until)}: anybody with a seat there renews it: {door}"
        )
    if notice.kind is NoticeKind.HEIR and notice.until is not None:
        return HEIR_NOTICE.format(until=moment(notice.until))
    if notice.kind is NoticeKind.HAND_OVER:
        return REFUSED if notice.until is None else NOTICE.format(until=moment(notice.until))
    if notice.kind is NoticeKind.MOVE and notice.until is not None:
        return (
            f"{place} is to move to another community, with all that is written there, after"
            f" {moment(notice.until)}. Say how your words go: bbs consent {place}; silence sends them"
            f" without your name. bbs admin move {place} --state says where to; you can object, leave,"
            " or take words back"
        )
    if notice.proposal is not None:
        door = f"bbs admin proposals words {notice.proposal}"
        return f"{place}: words of yours are hidden while a purge by law waits; {door} shows them"
    if notice.case is not None:
        return f"{place}: {_describe_case(notice.case, notice.until, moment)}"
    if notice.held is not None:
        return f"{place}: {describe_held_told(notice.held, notice.until, moment)} (bbs read {place} --held)"
    if notice.application is not None:
        return sanitize(f"{place}: {describe_own_application(notice.application)}")
    if notice.seat is None:
        return f"{place}: something that this version does not know"
    if notice.seat.moderator:
        return f"you moderate {place}"
    return describe_own_seat(notice.seat, place_of(notice.board, place), moment)


_WHOSE = {NoticeKind.WORDS: "your words: ", NoticeKind.GUEST: "somebody whom you invited: "}
"""What stands before an act that is not about the reader."""


def _describe_case(
    case: CaseTold, until: datetime | None, moment: Callable[[datetime], str]
) -> str:
    """Return what a notice tells of a case about the reader's words, or of their report."""
    if case.keeps_copy:
        kept = copy_end() if until is None else f"until {moment(until)}"
        return f"you took back words that were reported; a copy of them stays {kept}"
    if case.held_back_by is not None and until is not None:
        whose = OFFICES.get(case.held_back_by, "somebody in office")
        return (
            f"words of yours are held back until {moment(until)} by a script of {whose}; nobody has"
            f" decided anything (case {case.number}; bbs cases shows them)"
        )
    ended = ENDINGS[case.ending or CaseEnding.DECIDED]
    if case.report is not None:
        return f"your report: {ended} (bbs reports shows it)"
    if case.state is CaseState.ASKED and until is not None:
        return (
            f"words of yours were reported (case {case.number}); you can answer until"
            f" {moment(until)} (bbs cases shows what is said)"
        )
    return f"case {case.number} about words of yours: {ended} (bbs cases shows it)"

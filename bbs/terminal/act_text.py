"""Describes acts in sentences: author, power, reason and changes (P8). Pure."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from msgspec.structs import replace

from bbs.features.boards.end_rules import moment_day
from bbs.features.boards.settings import SETTINGS
from bbs.features.community.keys import shorten_key
from bbs.features.community.rules import describe_move
from bbs.features.members.author_text import author_name, member_name
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Change, ThingKind
from bbs.features.norms.clause_text import clause_name
from bbs.gravity import Value
from bbs.ids import COMMONS
from bbs.plural import counted, size_text
from bbs.powers import Office, Way
from bbs.sdk.lookup import Members
from bbs.terminal.doings import DOES
from bbs.terminal.pack_act_text import describe_pack_change
from bbs.text import sanitize

_DONE = {
    "boards.open": "opened the board {thing}",
    "boards.configure": "changed {thing}",
    "boards.set_end": "changed the end of {thing}",
    "boards.renew": "renewed {thing}",
    "boards.offer_seat": "offered {about} a seat",
    "boards.take_back_offer": "took back the offer of a seat to {about}",
    "boards.accept": "accepted {thing}",
    "boards.decline": "declined {thing}",
    "boards.hand_over": "handed moderation over to {about}",
    "norms.amend": "amended the norms of {thing}",
    "members.reset": "gave {about} a recovery code",
    "members.purge": "purged the profile and the away line of {about}",
    "members.revoke_invitation": "revoked another's invitation",
    "community.allot": "changed {thing}",
    "packs.sign": "packed {thing}",
    "packs.begin_unpacking": "began to unpack {thing}",
    "packs.open_unpacked": "opened {thing}, which came as a pack",
    "packs.send_piece": "sent a part of {thing}",
    "packs.stop_unpacking": "stopped unpacking {thing}",
    "community.confirm_clock": "confirmed the server's clock",
    "community.close": "announced the end of the community",
    "community.notice": "gave everybody on {thing} an urgent notice",
    "community.hand_over": "handed the community over to {about}",
    "community.answer_hand_over": "accepted what binds them once they take the community over",
    "community.tick_hand_over": "took over what is handed over by hand",
    "community.stay_open": "called the end of the community off",
    "threads.import": "imported {thing}",
    "threads.pin": "pinned {thing}",
    "threads.change_title": "retitled {thing}",
    "threads.move": "moved {thing}",
    "threads.split": "made a thread of {thing}",
    "threads.merge": "merged {thing}",
    "threads.move_to_board": "moved {thing}",
    "threads.unpin": "unpinned {thing}",
    "threads.purge": "purged {thing}",
    "arriving.publish": "published a newcomer's post that waited on {thing}",
    "arriving.decline": "declined a newcomer's post that waited on {thing}",
    "cases.hold_back": "held back what {thing} is about",
    "cases.hold_back_line": "held back what {thing} is about",
    "cases.hold": "held urgently what {thing} is about",
    "cases.remove_newcomer": "removed a newcomer, who never was a member, by {thing}",
    "cases.release": "ended the urgent hold of {thing}",
    "moderation.lock": "locked {thing}",
    "moderation.unlock": "unlocked {thing}",
    "moderation.read_only": "closed {thing} to writing",
    "moderation.archive": "archived {thing}",
    "moderation.reopen": "opened {thing} again",
    "moderation.slow_down": "slowed {thing} down",
    "moderation.end_slow": "ended the slow mode of {thing}",
    "moderation.enter": "entered {thing}",
    "moderation.lock_down": "locked the community down",
    "moderation.end_lock_down": "ended the lock-down of the community",
    "threads.hide": "hid {thing}",
    "threads.hide_line": "hid {thing}",
    "threads.restore": "restored {thing}",
    "threads.restore_line": "restored {thing}",
    "cases.let_be": "let {thing} be",
    "cases.decide": "decided {thing}",
    "cases.lift": "lifted the sanction of {thing}",
    "cases.decide_appeal": "decided about the appeal against what was done in {thing}",
    "cases.lapse_appeal": "undid what was done in {thing}, because nobody decided about the appeal",
    "batches.start": "applied a plan of {thing}",
    "batches.stop": "stopped a batch after {thing}",
    "packs.move": "let {thing} move to another community",
    "packs.bring_on": "brought the move of {thing} on",
    "packs.cancel_move": "cancelled the move of {thing}",
    "packs.end_announcement": "ended the announced move of {thing}",
    "packs.bring_last_page": "brought the last list of {thing}, which moves here",
    "packs.bring_receipt": "handed {thing} over to its new community",
    "server.restore": "restored everything from a backup",
    "server.sysop_invite": "made an invitation for a sysop",
}
"""The sentence of an act, by method; `_office` adds the office."""


def describe_act(
    act: Act, members: Members, slug: Callable[[str], str], *, in_person: bool = False
) -> str:
    """Return an act as a line of clean text: author, deed, changes, clause and reason.

    Args:
        members: By id.
        slug: Returns a board's name by its id.
        in_person: Whether the line is for the member it is about, and names the office that was
            used.
    """
    cited = describe_cited(act, slug)
    agreed = _seconded(act, members)
    parts = [
        describe_deed(act, members, slug, in_person=in_person),
        f" by {cited}" if cited else "",
        f", seconded by {agreed}" if agreed else "",
        f": {act.reason}" if act.reason else "",
    ]
    return sanitize("".join(parts))


def describe_deed(
    act: Act, members: Members, slug: Callable[[str], str], *, in_person: bool = False
) -> str:
    """Return who did what, and what it changed, as a line of clean text. Arguments as `describe_act`."""
    about = "you" if in_person and act.about else member_name(act.about, members)
    office = _OFFICE_NAMES.get(act.office) if in_person and act.way is not Way.MACHINE else None
    offices = [each for each in act.changes if each.field in _OFFICES]
    if offices and act.method not in _DONE:
        did, changes = " and ".join(_office(act, each, about) for each in offices), ""
    else:
        done = _done_by(act)
        did = (
            f"did something that this version does not know to {describe_thing(act, slug)}"
            if done is None
            else done.format(thing=describe_thing(act, slug), about=about)
        )
        changes = changes_text(act, slug)
    who = _who(act, members)
    parts = [
        who.removesuffix(",") if office else who,
        f", {office.format(slug(act.board))}," if office else "",
        f" {did}",
        f": {changes}" if changes else "",
    ]
    return sanitize("".join(parts))


def _done_by(act: Act) -> str | None:
    """Return the sentence of what an act did; None for a method that this version does not know."""
    if act.method == "batches.start" and act.undoes is not None:
        return UNDID
    if any(change.field == "announced_to" for change in act.changes):
        return "announced that {thing} moves to another community"
    return _DONE.get(act.method)


def describe_ground(act: Act, members: Members, slug: Callable[[str], str]) -> str:
    """Return by which clause and why, as a line of clean text; empty if an act gives neither."""
    cited, agreed = describe_cited(act, slug), _seconded(act, members)
    parts = [
        f"{cited[:1].upper()}{cited[1:]}." if cited else "",
        f"Seconded by {agreed}." if agreed else "",
        f"“{act.reason}”" if act.reason else "",
    ]
    return sanitize(" ".join(filter(None, parts)))


def _seconded(act: Act, members: Members) -> str:
    second = act.seconded_by
    if act.is_seconded and second is None:
        return "somebody in office"
    return author_name(MemberAuthor(id=second), members) if second else ""


def describe_cited(act: Act, slug: Callable[[str], str]) -> str:
    """Return the clause or the law that an act cites; empty if it cites none.

    Args:
        slug: Names a board by its id: whose norms they are, where they are not the act's board's.
    """
    if act.norm is None:
        return act.law or ""
    named = clause_name(act.norm, of_commons=act.norms_board == COMMONS)
    elsewhere = act.norms_board not in (None, COMMONS)
    return f"{named} of {_name(act.norms_board, slug)}" if elsewhere else named


_OFFICE_NAMES = {
    Office.MODERATOR: "moderator of {}",
    Office.COMMONS_MODERATOR: "moderator of the commons",
    Office.SYSOP: "sysop",
    Office.VISITOR: "sysop on a visit to {}",
}


UNDID = "undid what a plan did, with a plan of {thing}"
"""The sentence of a batch that undoes another."""


def without_repeats(acts: Iterable[Act]) -> Iterator[Act]:
    """Yield acts; imports of one batch that follow each other are one with their count."""
    for _, batch in groupby(acts, _batch):
        *others, last = batch
        count = last.thing.count + sum(act.thing.count for act in others)
        yield replace(last, thing=replace(last.thing, count=count))


def _batch(act: Act) -> object:
    """Return the key that acts shown as one have in common; it never hides an act of another kind."""
    if act.batch is None or act.changes or act.reason or is_of_batch(act):
        return act.id
    return act.batch, act.method, act.author


def is_of_batch(act: Act) -> bool:
    """Return whether an act is an item's of a batch: one line, of its start, tells of all of them."""
    return act.batch is not None and act.method not in _TOLD_EACH


_TOLD_EACH = frozenset({"batches.start", "batches.stop", "threads.import"})


def _who(act: Act, members: Members) -> str:
    if act.way is Way.MACHINE:
        return "somebody at the server's machine"
    by = ", by a script," if act.way is Way.SCRIPT else ""
    visits = ", on a visit as sysop," if act.office is Office.VISITOR else ""
    return author_name(act.author, members) + by + visits


def describe_thing(act: Act, slug: Callable[[str], str]) -> str:
    """Return what an act was done to; `slug` names a board by its id."""
    thing, board = act.thing, slug(act.board)
    match thing.kind:
        case ThingKind.BOARD:
            return slug(thing.id or act.board)
        case ThingKind.POST if thing.id is None:
            return counted(thing.count, "post")
        case ThingKind.POST if thing.thread is not None and thing.number is not None:
            return f"the post {board}/{thing.thread}/{thing.number}"
        case ThingKind.BATCH:
            return counted(thing.count, "item")
        case ThingKind.APPLICATION | ThingKind.CASE:
            return f"{thing.kind} {thing.number}"
        case ThingKind.LINE:
            return "a line" if thing.id is None else f"the line {board}/lounge/{thing.number}"
        case ThingKind.THREAD if thing.id is not None:
            where = "" if thing.thread is None else f" {board}/{thing.thread}"
            size = f" ({counted(thing.count, 'post')})" if act.method == "threads.purge" else ""
            return f"the thread{where}{size}"
    return f"a {thing.kind}"


_OFFICES = {"moderator": ("a moderator", "moderation"), "sysop": ("sysop", "the office of sysop")}


def _office(act: Act, change: Change, about: str) -> str:
    holder, office = _OFFICES[change.field]
    own = act.about is not None and act.author == MemberAuthor(id=act.about)
    if change.after:
        return f"took up {office}" if own else f"made {about} {holder}"
    return f"gave up {office}" if own else f"ended {office} of {about}"


def changes_text(act: Act, slug: Callable[[str], str]) -> str:
    """Return what an act changed; empty for nothing that has to be said.

    Args:
        slug: Names a board by its id.
    """
    return "; ".join(_changes(act, slug))


def _name(board: Value, slug: Callable[[str], str]) -> str:
    """Return what another board is called; it may be one that the reader may not know of."""
    name = slug(board) if isinstance(board, str) else ""
    return "another board" if name in _NO_NAMES else name


_NO_NAMES = frozenset({"", "?", "a board"})
"""What stands for the slug of a board that is not known."""


def _changes(act: Act, slug: Callable[[str], str]) -> Iterator[str]:
    for change in act.changes:
        match change:
            case Change(field="to_board", after=board):
                yield f"to {_name(board, slug)}"
            case Change(field="from_board", after=board):
                yield f"from {_name(board, slug)}"
            case Change(field="out_of_reach"):
                yield "not everybody who could read it can read it there"
            case Change(field="entered", after=str(how_long)):
                yield how_long
            case Change(field="urgent_notice" | "handed_over" | "hand_over_accepted"):
                pass  # what was done says it
            case Change(field="seat" | "moderator" | "own_moderator" | "application"):
                pass  # what was done says it
            case Change(field="archived" | "read_only", before=None, after=True):
                pass  # what was done says it
            case Change(field="slug" | "charter", said_before=None):
                pass  # a new board is named, and its charter is read there
            case Change(field="clock_moved_s", before=int(moved_s)):
                yield f"it had {describe_move(moved_s)} by itself"
            case Change(field="restored_from", after=str(taken_at)):
                yield f"as of {taken_at}"
            case Change(field="kept_until", after=str(day)):
                yield f"kept for its author until {day}"
            case Change(field="hand_over_item", after=str(item)):
                yield item
            case Change(field="signing_key", after=str(key)):
                yield f"its signing key is {shorten_key(key)}"
            case Change(field="conflict"):
                yield "by a party to the case, because everybody in office is"
            case Change(field="held", after=str(of)):
                if of:
                    yield of.replace(" ", " and ")
            case Change(field="erased_on", after=str(day)):
                yield f"account and words are erased on {day}"
            case Change(field="hold_until", after=str(until)):
                yield f"until {until} UTC, if nobody decides"
            case Change(field=method, after=int(count)) if method in DOES:
                yield DOES[method].of_many(count)
            case Change(field="words_may_return", after=may):
                if may:
                    yield "words withdrawn since may be back"
            case _:
                if told := describe_change(change):
                    yield told


def describe_change(change: Change) -> str:
    """Return what an act changed, in words: `retention: kept, now 1 day`; empty for nothing to say."""
    if (of_pack := describe_pack_change(change)) is not None:
        return of_pack
    was, now = (
        f"“{said}”" if said is not None else _value(change.field, value)
        for said, value in (
            (change.said_before, change.before),
            (change.said_after, change.after),
        )
    )
    label = _label(change.field)
    began = change.before is None and change.said_before is None
    return f"{label}: {now}" if began else f"{label}: {was}, now {now}"


_LABELS = {
    "norms": "version",
    "quota_bytes": "quota",
    "read_only_at": "read-only from",
    "backup_days": "backups keep what is erased, in days",
    "ended_tokens": "tokens ended",
    "ended_invitations": "invitations ended",
    "ended_codes": "recovery codes ended",
    "ends_at": "end",
    "forgets_at": "all words forgotten",
    "paced": "everybody writes",
    "locked_down": "no newcomers, first posts wait",
}
"""Names for people of changed fields that are no settings of a board, if they differ from the
field's.
"""


def _label(field: str) -> str:
    setting = SETTINGS.get(field)
    return _LABELS.get(field, field.replace("_", " ")) if setting is None else setting.label


def _value(field: str, value: bool | int | str | None) -> str:
    match field, value:
        case _ if field in SETTINGS:
            return SETTINGS[field].describe(value)
        case "quota_bytes", int():
            return size_text(value) if value else "no bound"
        case _, None:
            return "none"
        case _, bool():
            return "yes" if value else "no"
        case "ends_at" | "forgets_at", str():
            return moment_day(value)
    return str(value)

"""One request for every method, as an actor of the cast would send it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bbs.clock import DAY_MS, instant
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Apply,
    DeclineApplication,
    ListApplications,
    ListOwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.messages import ConfigureBoard, GetBoard, ListBoards, OpenBoard
from bbs.features.boards.seat_messages import (
    Appoint,
    GetPlace,
    HandOver,
    LeaveSeat,
    ListSeats,
    OfferSeat,
    TakeBackOffer,
    TakeSeat,
    TakeUpOffice,
)
from bbs.features.community.hand_over_messages import (
    AnswerHandOver,
    GetHandOver,
    HandCommunityOver,
    TickHandOver,
)
from bbs.features.community.hand_over_views import HandOverItem
from bbs.features.community.messages import (
    AnnounceClosing,
    CancelClosing,
    ConfirmClock,
    GetClock,
    GetClosing,
    GetDisk,
    SetQuota,
)
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.calm_messages import EndLockDown, EndSlow, LockDown, SlowDown
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.numbers_messages import GetNumbers
from bbs.features.moderation.standing_messages import Explain, ListRestricted
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.norms.messages import (
    AmendNorms,
    GetCommonsNorms,
    GetNorms,
    ListNormsVersions,
)
from bbs.features.ownership.messages import Export, ListExport
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.features.reading.messages import (
    ArrangeBoards,
    GetChoices,
    GetInbox,
    GetMarks,
    GetRound,
    GetUnread,
    ListMentions,
    ListNotices,
    ListSaved,
    MarkPosts,
    Resolve,
    SavePost,
    Search,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import Folder, Stance
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.finding_messages import FindWords
from bbs.features.threads.hiding_messages import (
    GetHiddenLine,
    GetHiddenPost,
    HideLine,
    HidePost,
    RestoreLine,
    RestorePost,
)
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    ImportPosts,
    ListHeld,
    ListLines,
    ListPosts,
    ListRecent,
    ListThanks,
    ListThreads,
    Retitle,
    Say,
    StartThread,
    Thank,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, new_id
from bbs.messages import Request
from bbs.wire.messages import PROTOCOL, Discover, Hello, Sync
from tests.server.asking_apart import ASKING_APART
from tests.server.asking_batches import ASKING_BATCHES
from tests.server.asking_cases import ASKING_CASES
from tests.server.asking_members import ASKING_MEMBERS
from tests.server.asking_moves import ASKING_MOVES
from tests.server.asking_packs import ASKING_PACKS
from tests.server.asking_row import Row
from tests.support.moot import NORMS


def _import(row: Row) -> ImportPosts:
    mail = Mail(
        id=new_id(),
        thread=new_id(),
        title="An old thread",
        author="Somebody",
        at=datetime(2001, 1, 1, tzinfo=UTC),
        body="An old mail",
    )
    return ImportPosts(board=row.board, posts=(mail,), dry_run=True)


def _open(row: Row) -> OpenBoard:
    return OpenBoard(
        board=new_id(), slug="new-board", title="New", charter="New.", norms=NORMS, dry_run=True
    )


def _start(row: Row) -> StartThread:
    return StartThread(
        board=row.board, thread=new_id(), post=new_id(), title="T", body="B", dry_run=True
    )


ASKING: dict[str, Callable[[Row], Request[Any]]] = {
    "hello": lambda row: Hello(versions=(PROTOCOL,)),
    "rpc.discover": lambda row: Discover(),
    "sync": lambda row: Sync(cursors={row.stream: -1}),
    **ASKING_MEMBERS,
    "boards.list": lambda row: ListBoards(),
    "boards.get": lambda row: GetBoard(board=row.board),
    "boards.seats": lambda row: ListSeats(board=row.board),
    "boards.open": _open,
    "boards.configure": lambda row: ConfigureBoard(board=row.board, title="New", dry_run=True),
    "boards.set_end": lambda row: SetEnd(
        board=row.board, ends_at=instant(row.cast.moot.clock() + 60 * DAY_MS), dry_run=True
    ),
    "boards.renew": lambda row: Renew(board=row.board, dry_run=True),
    "boards.take_seat": lambda row: TakeSeat(board=row.board, norms_version=1, dry_run=True),
    "boards.leave_seat": lambda row: LeaveSeat(board=row.board, dry_run=True),
    "boards.place": lambda row: GetPlace(board=row.board),
    "boards.take_back_offer": lambda row: TakeBackOffer(
        board=row.board,
        member=row.cast.lines["offered"].id if "offered" in row.cast.lines else row.cast.spare,
        dry_run=True,
    ),
    "boards.apply": lambda row: Apply(board=row.board, norms_version=1, dry_run=True),
    "boards.withdraw_application": lambda row: WithdrawApplication(
        application=row.cast.applied(row.board), dry_run=True
    ),
    "boards.own_applications": lambda row: ListOwnApplications(),
    "boards.applications": lambda row: ListApplications(board=row.board),
    "boards.accept": lambda row: AcceptApplication(
        board=row.board, application=row.cast.applied(row.board), dry_run=True
    ),
    "boards.decline": lambda row: DeclineApplication(
        board=row.board, application=row.cast.applied(row.board), norm=1, dry_run=True
    ),
    "boards.offer_seat": lambda row: OfferSeat(
        board=row.board, member=row.cast.spare, dry_run=True
    ),
    "boards.appoint": lambda row: Appoint(
        board=row.board, member=row.cast.lines["seated"].id, dry_run=True
    ),
    "boards.take_up_office": lambda row: TakeUpOffice(board=row.board, dry_run=True),
    "boards.hand_over": lambda row: HandOver(
        board=row.board, member=row.cast.lines["seated"].id, dry_run=True
    ),
    "ownership.contents": lambda row: ListExport(),
    "ownership.export": lambda row: Export(),
    "moderation.log": lambda row: GetLog(board=row.board),
    "norms.get": lambda row: GetNorms(board=row.board),
    "norms.versions": lambda row: ListNormsVersions(board=row.board),
    "norms.amend": lambda row: AmendNorms(
        board=row.board, norms=(*NORMS, *NORMS), reason="Why", dry_run=True
    ),
    "norms.commons": lambda row: GetCommonsNorms(),
    "threads.list": lambda row: ListThreads(board=row.board),
    "threads.find": lambda row: FindWords(board=row.board),
    "threads.recent": lambda row: ListRecent(board=row.board),
    "threads.lines": lambda row: ListLines(board=row.board),
    "threads.get": lambda row: GetThread(thread=row.things.thread),
    "threads.posts": lambda row: ListPosts(thread=row.things.thread),
    "threads.skeleton": lambda row: GetSkeleton(thread=row.things.thread),
    "threads.held": lambda row: ListHeld(board=row.board),
    "threads.history": lambda row: GetHistory(post=row.things.post),
    "threads.start": _start,
    "threads.post": lambda row: WritePost(
        thread=row.things.thread, post=new_id(), body="B", dry_run=True
    ),
    "threads.edit": lambda row: EditPost(post=row.things.post, body="B", dry_run=True),
    "threads.withdraw": lambda row: WithdrawPost(post=row.things.post, dry_run=True),
    "threads.retitle": lambda row: Retitle(thread=row.things.thread, title="T", dry_run=True),
    "moderation.restricted": lambda row: ListRestricted(board=row.board),
    "moderation.numbers": lambda row: GetNumbers(board=row.board),
    "moderation.explain": lambda row: Explain(
        board=row.board, member=row.member if row.whose == "foreign" else None
    ),
    "moderation.lock": lambda row: LockThread(
        thread=row.things.thread,
        until=instant(row.cast.moot.clock() + DAY_MS),
        reason="Why",
        dry_run=True,
    ),
    "moderation.unlock": lambda row: UnlockThread(
        thread=row.things.thread, reason="Why", dry_run=True
    ),
    "moderation.read_only": lambda row: MakeReadOnly(board=row.board, reason="Why", dry_run=True),
    "moderation.archive": lambda row: ArchiveBoard(board=row.board, reason="Why", dry_run=True),
    "moderation.reopen": lambda row: ReopenBoard(board=row.board, reason="Why", dry_run=True),
    "moderation.slow_down": lambda row: SlowDown(
        board=row.board,
        seconds=60,
        until=instant(row.cast.moot.clock() + DAY_MS),
        reason="Why",
        dry_run=True,
    ),
    "moderation.end_slow": lambda row: EndSlow(board=row.board, reason="Why", dry_run=True),
    "moderation.lock_down": lambda row: LockDown(reason="Why", dry_run=True),
    "moderation.end_lock_down": lambda row: EndLockDown(reason="Why", dry_run=True),
    "community.notice": lambda row: GiveUrgentNotice(board=row.board, text="Now", dry_run=True),
    "moderation.enter": lambda row: EnterBoard(
        board=row.board, law="A law", reason="Why", dry_run=True
    ),
    "threads.change_title": lambda row: ChangeTitle(
        thread=row.things.thread, title="T", reason="Why", dry_run=True
    ),
    "threads.move": lambda row: MovePosts(
        post=row.things.post, to=new_id(), reason="Why", dry_run=True
    ),
    "threads.split": lambda row: SplitThread(
        post=row.things.post, thread=new_id(), title="T", reason="Why", dry_run=True
    ),
    "threads.merge": lambda row: MergeThread(
        thread=row.things.thread, into=row.things.thread, reason="Why", dry_run=True
    ),
    "threads.move_to_board": lambda row: MoveThread(
        thread=row.things.thread,
        to_board=getattr(row.cast, "boards", {}).get("held", row.board),
        becomes=new_id(),
        reason="Why",
        dry_run=True,
    ),
    "threads.pin": lambda row: PinThread(thread=row.things.thread, reason="Why", dry_run=True),
    "threads.unpin": lambda row: UnpinThread(thread=row.things.thread, reason="Why", dry_run=True),
    "threads.say": lambda row: Say(board=row.board, line=new_id(), body="B", dry_run=True),
    "threads.unsay": lambda row: Unsay(line=row.things.line, dry_run=True),
    "threads.import": _import,
    "reading.resolve": lambda row: Resolve(
        address={"board": row.slug, "post": f"{row.slug}/1/1", "line": f"{row.slug}/lounge/1"}.get(
            row.whose, "@the-founder"
        )
    ),
    "reading.search": lambda row: Search(
        query="post", board=None if row.board == COMMONS else row.board
    ),
    "reading.mentions": lambda row: ListMentions(),
    "reading.mark": lambda row: MarkPosts(thread=row.things.thread, first=1, last=1, dry_run=True),
    "reading.marks": lambda row: GetMarks(),
    "reading.unread": lambda row: GetUnread(),
    "threads.purge": lambda row: Purge(
        post=row.things.post, law="A law", reason="Why", dry_run=True
    ),
    "threads.hide": lambda row: HidePost(post=row.things.post, norm=1, reason="Why", dry_run=True),
    "threads.hide_line": lambda row: HideLine(
        line=row.things.line, norm=1, reason="Why", dry_run=True
    ),
    "threads.restore": lambda row: RestorePost(post=row.things.post, reason="Why", dry_run=True),
    "threads.restore_line": lambda row: RestoreLine(
        line=row.things.line, reason="Why", dry_run=True
    ),
    "threads.hidden_words": lambda row: GetHiddenPost(post=row.things.post),
    "threads.hidden_line": lambda row: GetHiddenLine(line=row.things.line),
    "community.hand_over_state": lambda row: GetHandOver(),
    "community.hand_over": lambda row: HandCommunityOver(
        heir=row.cast.lines["seated"].id, backup_days=30, reason="Why", dry_run=True
    ),
    "community.answer_hand_over": lambda row: AnswerHandOver(
        proposal=new_id(), terms="0" * 64, is_accepted=True, dry_run=True
    ),
    "community.tick_hand_over": lambda row: TickHandOver(item=HandOverItem.MACHINE, dry_run=True),
    "community.disk": lambda row: GetDisk(),
    "community.allot": lambda row: SetQuota(board=row.board, quota_bytes=1, dry_run=True),
    "community.clock": lambda row: GetClock(),
    "community.confirm_clock": lambda row: ConfirmClock(
        at=instant(row.cast.moot.clock()), dry_run=True
    ),
    "community.closing": lambda row: GetClosing(),
    "community.close": lambda row: AnnounceClosing(
        on=instant(row.cast.moot.clock() + 30 * DAY_MS), reason="Why", dry_run=True
    ),
    "community.stay_open": lambda row: CancelClosing(reason="Why", dry_run=True),
    "reading.round": lambda row: GetRound(),
    "reading.inbox": lambda row: GetInbox(),
    "reading.saved": lambda row: ListSaved(),
    "reading.notices": lambda row: ListNotices(),
    "threads.thanks": lambda row: ListThanks(),
    "threads.thank": lambda row: Thank(post=row.things.post, dry_run=True),
    "reading.choices": lambda row: GetChoices(),
    "reading.arrange": lambda row: ArrangeBoards(
        folders=(Folder(boards=(COMMONS,)),), dry_run=True
    ),
    "reading.set_member": lambda row: SetMemberChoice(
        member=row.member, stance=Stance.MUTE, dry_run=True
    ),
    "reading.set_board": lambda row: SetBoardChoice(
        board=row.board, stance=Stance.MUTE, dry_run=True
    ),
    "reading.set_thread": lambda row: SetThreadChoice(
        thread=row.things.thread, stance=Stance.MUTE, dry_run=True
    ),
    "reading.save": lambda row: SavePost(post=row.things.post, dry_run=True),
    **ASKING_APART,
    **ASKING_BATCHES,
    **ASKING_CASES,
    **ASKING_MOVES,
    **ASKING_PACKS,
    "presence.set": lambda row: SetPresence(visible=True, dry_run=True),
    "presence.get": lambda row: GetPresence(),
}
"""Commands are rehearsed, so that every row meets the same community."""

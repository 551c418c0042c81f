"""The mirror: a member's copy of a community, as surfaces and actions read it."""

from typing import TYPE_CHECKING

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.boards.kinds import BoardKind
from bbs_client.features.arriving import reads as arriving_reads
from bbs_client.features.boards import reads as boards_reads
from bbs_client.features.community import reads as community_reads
from bbs_client.features.letters import reads as letters_reads
from bbs_client.features.members import reads as members_reads
from bbs_client.features.moderation import reads as moderation_reads
from bbs_client.features.norms import reads as norms_reads
from bbs_client.features.ownership import reads as ownership_reads
from bbs_client.features.packs import reads as packs_reads
from bbs_client.features.proposals import reads as proposals_reads
from bbs_client.features.reading import finding
from bbs_client.features.reading import reads as reading_reads
from bbs_client.features.threads import over, paced
from bbs_client.features.threads import reads as threads_reads
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.places import TouchedRows
from bbs_client.mirror.reads import BoardRow, LoungeNews, ThreadRow, board_named
from bbs_client.mirror.unread import unread as unread_posts

if TYPE_CHECKING:
    from bbs.features.reading.messages import PostInThread
    from bbs.features.reading.rules import SearchQuery
    from bbs.features.reading.views import InboxItem
    from bbs.wire.messages import Welcome

__all__ = ["BoardRow", "LoungeNews", "Mirror", "ThreadRow", "TouchedRows"]


class Mirror(MirrorDatabase):
    """A disposable copy of the things that the member may read: losing it costs only time.

    Events keep its rows up to date; the client fetches missing rows. This class collects the
    features' queries under the names that surfaces and actions use.
    """

    guards = arriving_reads.guards
    held_at_desk = arriving_reads.held_at_desk
    notes = arriving_reads.notes
    note_lines = arriving_reads.note_lines
    note_lines_after = arriving_reads.note_lines_after
    board = boards_reads.board
    board_named = board_named
    boards = boards_reads.boards
    has_left = boards_reads.has_left
    awaited = boards_reads.awaited
    seated = boards_reads.seated
    unknown_boards = boards_reads.unknown
    seats = boards_reads.seats
    applications = boards_reads.applications
    applications_at_desk = boards_reads.applications_at_desk
    closing = community_reads.closing
    notice = community_reads.notice
    note_notice = community_reads.note_notice
    asked_of_me = letters_reads.asked_of_me
    blocks = letters_reads.blocks
    is_letter = letters_reads.is_letter
    keep_asked = letters_reads.keep_asked
    letter = letters_reads.letter
    letter_requests = letters_reads.requests
    letters = letters_reads.letters
    letters_behind = letters_reads.behind
    unread_letters = letters_reads.unread_letters
    has_invited = members_reads.has_invited
    me = members_reads.me
    members = members_reads.members
    note_invited = members_reads.note_invited
    last_written = paced.last_written
    banners = moderation_reads.banners
    urgent_notices = reading_reads.urgent_notices
    restriction = moderation_reads.restriction
    restrictions = moderation_reads.restrictions
    norms = norms_reads.norms
    leaving = ownership_reads.leaving
    leavings = ownership_reads.leavings
    board_here = packs_reads.board_here
    claim_list = packs_reads.claim_list
    claim_list_at = packs_reads.claim_list_at
    consents = packs_reads.consents
    move_of = packs_reads.move_of
    missing_norms = packs_reads.missing_norms
    unfinished_threads = packs_reads.unfinished_threads
    proposals = proposals_reads.proposals
    calls = reading_reads.calls
    choices = reading_reads.choices
    choices_revision = reading_reads.choices_revision
    floor = reading_reads.floor
    folders = reading_reads.folders
    has_reached = reading_reads.has_reached
    marks_revision = reading_reads.marks_revision
    stances = reading_reads.stances
    unread = unread_posts
    vector = reading_reads.vector
    waiting = reading_reads.waiting
    wishes = reading_reads.wishes
    first_line = threads_reads.first_line
    unbroken_from = threads_reads.unbroken_from
    held = threads_reads.held
    keep_look = threads_reads.keep_look
    keep_looked = threads_reads.keep_looked
    line = threads_reads.line
    lines = threads_reads.lines
    look = threads_reads.look
    looked = threads_reads.looked
    lounges = threads_reads.lounges
    missing = threads_reads.missing
    moved = threads_reads.moved
    post = threads_reads.post
    posts = threads_reads.posts
    said_at = threads_reads.said_at
    thread = threads_reads.thread
    thread_at = threads_reads.thread_at
    threads = threads_reads.threads
    tree = threads_reads.tree
    hidden_since = over.hidden_since

    @property
    def here(self) -> frozenset[str]:
        """Ids of the members who are here and chose to be seen; in memory only (P11)."""
        return self.remembered("here", frozenset)

    def note_time(self, told: "Welcome") -> None:
        """Take over the server's time from its welcome, and store this device's clock error.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        before = self.time.offset_ms
        self.time.note(told.now, told.proven_now)
        if self.time.offset_ms != before:
            self.set_meta("time_offset_ms", str(self.time.offset_ms))
        if self.time.server_doubts:
            # A server that doubts its clock may leave out text that only a wrong clock has ended,
            # so fetch again later.
            self.set_meta("heal", "1")
        elif told.proven_now is not None and self.meta("heal") is not None:
            over.fetch_again(self, to_ms(told.proven_now))
            self.execute("DELETE FROM meta WHERE name = 'heal'")

    def erase_faded(self, proven_ms: Ms) -> TouchedRows:
        """Erase posts, lines, notices and away lines that are over by a proven time (P10).

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        old_ms = proven_ms - reading_reads.NOTICE_MS
        if reading_reads.has_notices(self, old_ms):
            from bbs_client.features.reading.mirror import EndNotices  # late, because it writes

            self.apply((EndNotices(old_ms),))
        if members_reads.has_away_before(self, proven_ms):
            from bbs_client.features.members.mirror import EndAway

            self.apply((EndAway(proven_ms),))
        return over.erase_faded(self, proven_ms)

    def at_desk(self) -> frozenset[str]:
        """Return the ids of the applications and posts that wait for the reader's decision."""
        return self.held_at_desk() | self.applications_at_desk().keys()

    def find(
        self, query: "SearchQuery", limit: int = limits.PAGE_ITEMS_DEFAULT
    ) -> "list[PostInThread]":
        """Return posts on this device that match a search, as `finding.find` does."""
        return finding.find(self, query, limit, self.thread)

    def inbox(self) -> "list[InboxItem]":
        """Return the reader's inbox items that are on this device, as `reads.inbox` does."""
        return reading_reads.inbox(self, self.post, self.thread, self.line)

    def lacks_norms(self, board: str) -> bool:
        """Return whether a board is stored without its norms in the version in force."""
        row, norms = self.board(board), self.norms(board)
        if row is not None and row.board.kind is BoardKind.LETTER:
            return False  # the commons' norms alone hold there
        return row is not None and (norms is None or norms.version < row.board.norms_version)

"""A server in a few lines: enough of boards, threads and lounges to be mirrored, with every event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from bbs.clock import DAY_MS, HOUR_MS, instant, to_ms
from bbs.features.boards import messages as boards
from bbs.features.boards import seat_messages as seating
from bbs.features.members import messages as members
from bbs.features.members import views as members_views
from bbs.features.norms.messages import GetNorms
from bbs.features.presence import messages as presence
from bbs.features.reading import messages as reading
from bbs.features.reading.rules import add, choice_of, remove, subject_of
from bbs.features.reading.views import Choice, Notice, NoticePage
from bbs.features.threads import messages as threads
from bbs.features.threads import views as threads_views
from bbs.features.threads.thanks_views import Thanks, ThanksPage
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs.ids import COMMONS
from bbs.messages import Event, Request, Result
from bbs.refusals import NotFound
from bbs.sdk.updates import EventHappened
from bbs.streams import COMMONS_STREAM, board_stream, lounge_stream, member_stream
from bbs.testing import FakeClock, a_board, a_line, a_member, a_notice, a_post, a_seat, a_thread
from tests.client.mirror.bones import a_bone, the_norms
from tests.client.mirror.ends import begins_over, is_over, still_told, taken_back
from tests.client.mirror.waits import ListProposals, Waits

PAGE = 3  # small, so that few posts make several pages


@dataclass
class Model:
    """What a server holds, and what it told in each stream."""

    clock: FakeClock = field(default_factory=FakeClock)
    me: members_views.Member = field(default_factory=a_member)
    other: members_views.Member = field(default_factory=a_member)
    epoch: str = "first"
    boards: dict[str, boards.Board] = field(default_factory=dict)
    seats: dict[tuple[str, str], seating.Seat] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    marks: dict[str, reading.Marks] = field(default_factory=dict)
    choices: dict[tuple[str, str], Choice] = field(default_factory=dict)
    chosen: int = 0
    thanks: dict[str, Thanks] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    waits: Waits = field(default_factory=Waits)
    log: dict[str, list[EventHappened]] = field(default_factory=dict)
    base: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open_board(COMMONS)

    def tell(self, stream: str, event: Event) -> int:
        """Append an event to a stream and return its seq; no two happen at the same time."""
        self.clock.jump(seconds=0.001)
        told = self.log.setdefault(stream, [])
        seq = len(told) + 1
        at, author = instant(self.clock()), members_views.MemberAuthor(id=self.other.id)
        told.append(EventHappened(stream, seq, at, event.kind, author, "", event))
        return seq

    def head(self, stream: str) -> int:
        return len(self.log.get(stream, ()))

    def open_board(self, board: str, *, seat: bool = True, **settings: Any) -> boards.Board:
        opened = a_board(id=board, number=len(self.boards) + 1, **settings)
        self.boards[board] = opened
        self.tell(COMMONS_STREAM, boards.BoardOpened(board=opened))
        if board != COMMONS:
            self.tell(board_stream(board), boards.BoardOpened(board=opened))
        if seat:
            self.sit(board)
        return opened

    def sit(self, board: str) -> seating.Seat:
        seat = a_seat(board=board, member=self.me.id, position=self.head(board_stream(board)))
        self.seats[board, self.me.id] = seat
        self.floors[board] = self.tell(board_stream(board), seating.SeatChanged(seat=seat))
        self.tell(member_stream(self.me.id), seating.SeatChanged(seat=seat))
        return seat

    def configure(self, board: str, **settings: Any) -> None:
        known = self.boards[board]
        changed = replace(known, revision=known.revision + 1, **settings)
        self.boards[board] = changed
        self.tell(board_stream(board), boards.BoardConfigured(board=changed))
        for key, post in self.posts.items():
            if post.board == board and post.state is ContentState.PUBLISHED:
                end = self._end(post.visible_at, settings.get("retention_days", 0) * DAY_MS)
                if end and (post.fades_at is None or end < post.fades_at):
                    self.posts[key] = replace(post, fades_at=end)
        for key, line in self.lines.items():
            end = self._end(line.at, settings.get("lounge_hours", 0) * HOUR_MS)
            if line.board == board and end and end < line.fades_at:
                self.lines[key] = replace(line, fades_at=end)

    def _end(self, at: Any, after_ms: int) -> Any:
        return instant(to_ms(at) + after_ms) if after_ms else None

    def start(self, board: str = COMMONS, *, mine: bool = False) -> Thread:
        number = 1 + sum(one.board == board for one in self.threads.values())
        author = self._author(mine)
        now = instant(self.clock())
        thread = a_thread(board=board, number=number, author=author, posts=0, at=now, last_at=now)
        self.threads[thread.id] = thread
        self._publish(thread, None, mine)
        return self.threads[thread.id]

    def reply(self, thread: str, parent: str | None = None, *, mine: bool = False) -> Post:
        return self._publish(self.threads[thread], parent, mine)

    def mail(self, thread: str, days_old: int) -> Post:
        """Import a mail with a subject of its own."""
        at = instant(self.clock() - days_old * DAY_MS)
        subject = f"subject {len(self.posts)}"
        return self._publish(
            self.threads[thread], None, False, imported=True, at=at, subject=subject
        )

    def _publish(self, thread: Thread, parent: str | None, mine: bool, **more: Any) -> Post:
        now = instant(self.clock())
        board = self.boards[thread.board]
        stream = board_stream(thread.board)
        post = a_post(
            board=thread.board,
            thread=thread.id,
            number=thread.posts + 1,
            parent=parent,
            author=self._author(mine),
            visible_at=now,
            fades_at=self._end(now, board.retention_days * DAY_MS),
            seq=self.head(stream) + 1,
            body=f"words {len(self.posts)}",
            **{"at": now, **more},
        )
        self.posts[post.id] = post
        # As protocol 7.12 says it: mails count by when they were written.
        last_at = max(thread.last_at or post.at, post.at) if post.imported else now
        thread = replace(thread, posts=thread.posts + 1, last_at=last_at)
        self.threads[thread.id] = thread
        first = post.number == 1
        self.tell(
            stream,
            threads.ThreadPublished(thread=thread, post=post)
            if first
            else threads.PostPublished(post=post),
        )
        return post

    def _author(self, mine: bool) -> members_views.MemberAuthor:
        return members_views.MemberAuthor(id=self.me.id if mine else self.other.id)

    def edit(self, post: Post) -> None:
        post = self.posts[post.id]
        if post.body is None or is_over(post, self.clock()):
            return
        changed = replace(post, body=post.body + "!", edits=1, revision=post.revision + 1)
        self.posts[post.id] = changed
        self.tell(board_stream(post.board), threads.PostEdited(post=changed))

    def retitle(self, thread: Thread) -> None:
        thread = self.threads[thread.id]
        if thread.title is None or begins_over(thread, self.posts.values(), self.clock()):
            return
        changed = replace(thread, title=thread.title + "!", revision=thread.revision + 1)
        self.threads[thread.id] = changed
        self.tell(board_stream(thread.board), threads.ThreadRetitled(thread=changed))

    def withdraw(self, post: Post) -> None:
        if self.posts[post.id].body is not None:
            self._erase(self.posts[post.id], ContentState.WITHDRAWN)
            self.tell(board_stream(post.board), threads.PostWithdrawn(post=self.posts[post.id]))

    def thank(self, post: Post) -> None:
        """Let the other thank me for a post of mine."""
        thanks = Thanks(
            post=post.id,
            board=post.board,
            thread=post.thread,
            by=self.other.id,
            at=instant(self.clock()),
        )
        self.thanks[post.id] = thanks
        self.tell(member_stream(self.me.id), threads.AuthorThanked(thanks=thanks))

    def notify(self, **fields: Any) -> Notice:
        """Let the other use power on me."""
        number = f"{len(self.notices) + 1:016d}"
        notice = a_notice(id=number, about=self.me.id, at=instant(self.clock()), **fields)
        self.notices.append(notice)
        self.tell(member_stream(self.me.id), reading.Noticed(notice=notice))
        return notice

    def _erase(self, post: Post, state: ContentState) -> None:
        self.thanks.pop(post.id, None)
        gone = replace(
            post,
            subject=None,
            body=None,
            state=state,
            mentions=(),
            revision=post.revision + 1,
        )
        self.posts[post.id] = gone
        if post.number == 1:
            thread = self.threads[post.thread]
            self.threads[post.thread] = replace(
                thread, title=None, state=state, revision=thread.revision + 1
            )

    def fade(self, board: str = COMMONS) -> None:
        now = instant(self.clock())
        due = [
            post
            for post in self.posts.values()
            if post.board == board and post.body is not None and post.fades_at
            if post.fades_at <= now
        ]
        for post in due:
            self._erase(post, ContentState.FADED)
        self.tell(board_stream(board), threads.PostsFaded(board=board, until=now))
        self.lines = {
            key: line
            for key, line in self.lines.items()
            if line.board != board or line.fades_at > now
        }
        self.tell(lounge_stream(board), threads.LoungeFaded(board=board, until=now))

    def say(self, board: str = COMMONS, *, calls_me: bool = False, mine: bool = False) -> Line:
        now, number = instant(self.clock()), 1 + self.head(lounge_stream(board))
        end = self._end(now, self.boards[board].lounge_hours * HOUR_MS)
        author = members_views.MemberAuthor(id=self.me.id if mine else self.other.id)
        line = a_line(board=board, number=number, author=author, at=now, fades_at=end)
        line = replace(line, mentions=(self.me.id,) if calls_me else ())
        self.lines[line.id] = line
        self.tell(lounge_stream(board), threads.LineSaid(line=line))
        return line

    def unsay(self, line: Line) -> None:
        if line.id not in self.lines:
            return
        gone = taken_back(line)
        self.lines[line.id] = gone
        self.tell(lounge_stream(line.board), threads.LineUnsaid(line=gone))

    # What is asked.

    def answer(self, request: Request[Any]) -> Result:
        """Answer a request as the server would."""
        match request:
            case members.ListMembers():
                return members_views.MemberPage(
                    members=(self.me, self.other), as_of=self._as_of(COMMONS_STREAM)
                )
            case boards.ListBoards():
                return boards.BoardList(
                    boards=tuple(self.boards.values()),
                    seats=tuple(self.seats.values()),
                    as_of=self._as_of(COMMONS_STREAM, member_stream(self.me.id)),
                )
            case GetNorms(board=board):
                return the_norms(self._board(board))
            case ListProposals(board=board) if board is not None:
                return self.waits.list_of(board, self.head(board_stream(board)))
            case boards.GetBoard(board=board):
                seat = self.seats.get((board, self.me.id))
                return boards.BoardResult(
                    board=self._board(board), seat=seat, as_of=self._as_of(board_stream(board))
                )
            case seating.ListSeats(board=board):
                seats = tuple(seat for seat in self.seats.values() if seat.board == board)
                return seating.SeatList(seats=seats, as_of=self._as_of(board_stream(board)))
            case reading.GetMarks():
                floors = [reading.Floor(board=b, seq=seq) for b, seq in self.floors.items()]
                return reading.AllMarks(marks=tuple(self.marks.values()), floors=tuple(floors))
            case reading.GetChoices():
                return reading.AllChoices(
                    choices=tuple(self.choices.values()), revision=self.chosen
                )
            case (
                reading.SetThreadChoice()
                | reading.SetBoardChoice()
                | reading.SetMemberChoice()
                | reading.ArrangeBoards()
                | reading.SavePost()
            ):
                return self.choose(request)
            case reading.MarkPosts():
                return self._mark(request)
            case presence.GetPresence() | presence.SetPresence():
                return presence.PresenceResult(members=(self.other.id,))
            case _:
                return self._words(request)

    def _mark(self, mark: reading.MarkPosts) -> reading.MarksResult:
        board = self.threads[mark.thread].board
        known = self.marks.get(mark.thread, reading.Marks(thread=mark.thread, board=board))
        alter = add if mark.read else remove
        read = alter(known.read, mark.first, mark.last)
        self.marks[mark.thread] = replace(known, read=read, revision=known.revision + 1)
        return reading.MarksResult(marks=self.marks[mark.thread])

    def choose(self, command: reading.Choosing) -> reading.ChoiceResult:
        """Make a choice, from this device or another."""
        key = subject_of(choice_of(command))
        choice = choice_of(command, self.choices.get(key))
        self.choices[key] = choice
        self.chosen += 1
        return reading.ChoiceResult(choice=choice, revision=self.chosen)

    def _board(self, board: str) -> boards.Board:
        if board not in self.boards:
            raise NotFound("board")
        return self.boards[board]

    def _as_of(self, *streams: str) -> dict[str, int]:
        return {stream: self.head(stream) for stream in streams}

    def _words(self, request: Request[Any]) -> Result:
        match request:
            case threads.ListThreads(board=board, before=before):
                found = sorted(
                    (t for t in self.threads.values() if t.board == board),
                    key=lambda t: -(t.number or 0),
                )
                found = [t for t in found if before is None or (t.number or 0) < before]
                return threads_views.ThreadPage(
                    threads=tuple(found[:PAGE]),
                    next_before=found[PAGE - 1].number if len(found) > PAGE else None,
                    as_of=self._as_of(board_stream(board)),
                )
            case threads.ListThanks():
                return ThanksPage(
                    thanks=tuple(self.thanks.values()), as_of=self._as_of(member_stream(self.me.id))
                )
            case reading.ListNotices():
                kept = still_told(self.notices, self.clock())
                return NoticePage(notices=kept, as_of=self._as_of(member_stream(self.me.id)))
            case threads.ListHeld():
                return threads_views.RecentPage(posts=(), threads=())
            case threads.ListRecent(board=board, before=before):
                posts = [p for p in self.posts.values() if p.board == board]
                posts = sorted(posts, key=lambda p: -(p.seq or 0))
                posts = [p for p in posts if before is None or (p.seq or 0) < before]
                page = posts[:PAGE]
                return threads_views.RecentPage(
                    posts=tuple(page),
                    threads=tuple({p.thread: self.threads[p.thread] for p in page}.values()),
                    next_before=page[-1].seq if len(posts) > PAGE else None,
                    as_of=self._as_of(board_stream(board)),
                )
            case threads.ListLines(board=board, before=before):
                lines = [line for line in self.lines.values() if line.board == board]
                lines = [line for line in lines if before is None or line.number < before]
                return threads_views.LinePage(
                    lines=tuple(lines[-PAGE:]),
                    more_before=len(lines) > PAGE,
                    as_of=self._as_of(lounge_stream(board)),
                )
            case _:
                return self._thread(request)

    def _thread(self, request: Any) -> Result:
        if request.thread not in self.threads:
            raise NotFound("thread")
        thread = self.threads[request.thread]
        as_of = self._as_of(board_stream(thread.board))
        posts = [p for p in self.posts.values() if p.thread == thread.id]
        match request:
            case threads.GetThread():
                return threads_views.ThreadResult(thread=thread, as_of=as_of)
            case threads.ListPosts(after=after):
                posts = [p for p in posts if (p.number or 0) > after][:PAGE]
                return threads_views.PostPage(thread=thread, posts=tuple(posts), as_of=as_of)
            case threads.GetSkeleton():
                number = {p.id: p.number for p in posts}
                bones = tuple(
                    a_bone(
                        p.number or 1,
                        number.get(p.parent or ""),
                        p.author,
                        seq=p.seq,
                        state=p.state,
                    )
                    for p in posts
                )
                return threads_views.Skeleton(thread=thread, bones=bones, as_of=as_of)
            case _:
                raise AssertionError(request)

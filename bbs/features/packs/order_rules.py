"""Rules of a pack's lines among one another: what stands before what, and what they name. Pure.

What it remembers is bounded: counters, a few bytes for each id, and the chains of merged threads.
"""

import msgspec

from bbs.chain import NO_DIGEST, digest_of
from bbs.clock import to_ms
from bbs.features.packs.id_table import IdTable
from bbs.features.packs.line_rules import fault
from bbs.features.packs.pack_limits import PACK_MOVED_MAX
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackHeading,
    PackNorms,
    PackPost,
    PackSettings,
    PackThread,
)
from bbs.ids import ThreadId
from bbs.streams import acts_stream


class OrderRules:
    """Takes the lines of a pack in their order, and refuses what does not fit the lines above.

    Attributes:
        heading: The first line, once it was taken.
        settings: The second.
        norms, threads, authors, posts, acts: How many lines of each kind there were.
    """

    def __init__(self) -> None:
        """Begin without lines."""
        self.heading: PackHeading | None = None
        self.settings: PackSettings | None = None
        self.norms = self.threads = self.authors = self.posts = self.acts = 0
        self._ids, self._thread_ids = IdTable(), IdTable()
        self._moved: dict[ThreadId, ThreadId] = {}
        self._thread: PackThread | None = None
        self._authors_here = self._posts_here = 0
        self._act: PackAct | None = None

    def take(self, line: Line) -> None:
        """Take the next line, which is no check and no signature.

        Raises:
            LineFault: If it does not fit the lines above it.
        """
        match line:
            case PackHeading():
                if self.heading is not None:
                    fault("line", "a pack has one heading")
                self.heading = line
                self._ids.add(line.board)
            case PackSettings():
                if self.settings is not None:
                    fault("line", "the settings stand above it")
                self.settings = line
            case PackNorms():
                self.norms += 1
                if line.version != self.norms:
                    fault("version", f"version {self.norms} is missing above it")
            case PackThread():
                self._take_thread(line)
            case PackAuthor():
                self._take_author(line)
            case PackPost():
                self._take_post(line)
            case PackAct():
                self._take_act(line)

    def end(self) -> None:
        """Check what only the end of a pack can show.

        Raises:
            LineFault: If something is missing, or threads lead in a circle.
        """
        self._end_thread()
        self._check_norms()
        for begin, to in self._moved.items():
            if to not in self._thread_ids:
                fault("moved_to", f"the thread {begin} leads to one that the pack does not have")
        self._check_circles()

    def _check_norms(self) -> None:
        assert self.settings is not None
        if self.norms != self.settings.norms_version:
            rule = f"version {self.settings.norms_version} is in force, and there are {self.norms}"
            fault("norms_version", rule)

    def _check_circles(self) -> None:
        ended: set[ThreadId] = set()
        for begin in self._moved:
            way: list[ThreadId] = []
            on_way: set[ThreadId] = set()
            at: ThreadId | None = begin
            while at is not None and at not in ended:
                if at in on_way:
                    fault("moved_to", f"the thread {at} leads back to itself")
                way.append(at)
                on_way.add(at)
                at = self._moved.get(at)
            ended.update(way)

    def _add_id(self, key: str) -> None:
        if not self._ids.add(key):
            fault("id", "it stands above already; each id is there once")

    def _take_thread(self, line: PackThread) -> None:
        assert self.settings is not None
        self._end_thread()
        if self.threads == 0:
            self._check_norms()
        if self._thread is not None and line.number <= self._thread.number:
            fault("number", f"threads stand by number, and {self._thread.number} is above it")
        if line.number > self.settings.threads:
            fault("number", f"the settings say that the board gave {self.settings.threads} numbers")
        self._add_id(line.id)
        self._thread_ids.add(line.id)
        if line.moved_to is not None:
            if len(self._moved) == PACK_MOVED_MAX:
                fault("moved_to", f"a pack has at most {PACK_MOVED_MAX} merged threads")
            self._moved[line.id] = line.moved_to
        self.threads += 1
        self._thread, self._authors_here, self._posts_here = line, 0, 0

    def _end_thread(self) -> None:
        thread = self._thread
        if thread is None or thread.author is None:
            return
        if thread.author >= self._authors_here:
            fault("author", f"thread {thread.number} above names an author who is not there")

    def _take_author(self, line: PackAuthor) -> None:
        assert self.heading is not None
        if self._thread is None:
            fault("line", "the thread is missing above it")
        if self._posts_here:
            fault("line", "the authors of a thread stand above its posts")
        if line.number != self._authors_here:
            fault(
                "number", f"the authors of a thread are counted, and this is {self._authors_here}"
            )
        if line.home >= len(self.heading.homes):
            fault("home", f"the heading names {len(self.heading.homes)}, counted from 0")
        self._authors_here += 1
        self.authors += 1

    def _take_post(self, line: PackPost) -> None:
        if self._thread is None:
            fault("line", "the thread is missing above it")
        self._posts_here += 1
        if line.number != self._posts_here:
            fault("number", f"the posts of a thread are counted, and this is {self._posts_here}")
        if line.author is not None and line.author >= self._authors_here:
            fault("author", f"the thread has {self._authors_here} authors, counted from 0")
        if line.norms_version is not None and line.norms_version > self.norms:
            fault("norms_version", f"the board has {self.norms} versions of its norms")
        self._add_id(line.id)
        self.posts += 1

    def _take_act(self, line: PackAct) -> None:
        assert self.heading is not None
        last = self._act
        if line.home >= len(self.heading.homes):
            fault("home", f"the heading names {len(self.heading.homes)}, counted from 0")
        if last is not None and line.home < last.home:
            fault("home", f"acts stand by home, and those of {last.home} are above it")
        if last is not None and line.home == last.home:
            if line.seq != last.seq + 1 or line.before is not None:
                fault("seq", f"the acts of a home are counted, and {last.seq} is above it")
            before = bytes.fromhex(last.digest)
        elif (line.before is None) != (line.seq == 1):
            fault("before", "the first act of a home has it, unless it is number 1")
        else:
            before = bytes.fromhex(line.before) if line.before else NO_DIGEST
        if not line.is_sealed and act_digest(self.heading.board, before, line).hex() != line.digest:
            fault("digest", "it does not follow from the act above it: the log was changed")
        self._act = line
        self.acts += 1


def act_digest(board: str, before: bytes, act: PackAct) -> bytes:
    """Return the digest of an act of a board, as its server computes it. Pure.

    Args:
        before: The digest of the act before it; empty for the first.
    """
    texts = msgspec.json.encode(act.texts).decode()
    author, data = bytes(act.author).decode(), bytes(act.data).decode()
    fields = (to_ms(act.at), act.kind, author, act.subject, data, texts)
    return digest_of(before, acts_stream(board), act.seq, fields)

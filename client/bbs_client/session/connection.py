"""The connection: a task that keeps the mirror up to date with the server, and reports changes."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bbs import limits
from bbs.errors import Disconnected, FolkmootError, RetryableError
from bbs.features.presence.messages import GetPresence, PresenceChanged, SetPresence
from bbs.features.threads.tending_messages import PostsRenumbered
from bbs.messages import Command, Request, Result
from bbs.profiles import Profile
from bbs.refusals import NotSignedIn, SignInFailed
from bbs.sdk.errors import ServerKeyChanged
from bbs.sdk.server_key import known_to
from bbs.wire.messages import SysopNotices, Welcome
from bbs_client.kept_boards import kept_boards
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.connecting import Connect, connect_by_network
from bbs_client.session.errands import run_errand
from bbs_client.session.events import (
    MirrorChanged,
    NewEpoch,
    NoticesChanged,
    OnlineChanged,
    SessionEvent,
    SignedOut,
    SyncProgress,
)
from bbs_client.session.fetch_queue import FetchQueue, Sleep, until_first
from bbs_client.session.keeper import attention_for, carried_marks, proposal_told
from bbs_client.session.keeping import BoardKeeper
from bbs_client.session.sending import Sending
from bbs_client.session.sync import MirrorSync

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.updates import EventHappened

R = TypeVar("R", bound=Result)
Notify = Callable[[SessionEvent], None]


class Connection(Sending):
    """A profile's connection, run as one task by a surface.

    A surface reads everything it shows from the mirror and the outbox. The connection changes them
    and reports what to draw again. Its methods are called from the same event loop. Offline is a
    state, not an error: everything but `call` still works, and is done later.

    Attributes:
        profile: The member and the server.
        has_key: Whether this device has a key that can prove who the reader is.
        visible: Whether the reader wants to be seen, as long as this connection runs.
        failure: The reason why `run` has ended for good; None while it runs, and after `stop` or a
            sign-out.
        overhear: Called with each event after it is in the mirror, to describe news in sentences;
            must not wait and must not raise.
    """

    def __init__(
        self,
        profile: Profile,
        cache: Mirror,
        outbox: Outbox,
        notify: Notify,
        *,
        connect: Connect | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Make a connection; nothing happens before `run`.

        Args:
            profile: The member and the server.
            cache: The mirror.
            outbox: The commands to send.
            notify: Called with each change; must not wait and must not raise.
            connect: Opens the community; None to connect over the network to the profile's server.
            sleep: How to wait, in seconds.
        """
        super().__init__(cache, outbox, notify, sleep=sleep)
        self.profile = profile
        self._server_key = known_to(profile)
        self._connect = connect or (lambda: connect_by_network(self.profile, self._server_key))
        self.has_key = profile.key_private is not None
        self._stopped, self._accepted = asyncio.Event(), asyncio.Event()
        self.visible = self._seen = False
        self.failure: FolkmootError | None = None
        self._boards_kept = BoardKeeper(cache, partial(kept_boards, profile.name))
        self._shown: dict[str, str] = {}
        self._motd = ""
        self.overhear: Callable[[EventHappened], None] = lambda happened: None

    @property
    def online(self) -> bool:
        """Whether there is a connection, as far as this device knows."""
        return self._online.is_set()

    async def run(self) -> None:
        """Keep mirror and server in step until `stop`, or until the session has ended.

        Cancelling is safe: waiting commands are in the files.
        """
        self._notify(OnlineChanged(online=False, reason="connecting"))
        try:
            while not self._stopped.is_set():
                try:
                    await self._session()
                except MirrorUnwritable as error:
                    # The mirror may miss events of this session; its cursors show that.
                    self._go_offline(str(error))
                    await self._sleep(limits.LINK_RETRY_SECONDS)
                except ServerKeyChanged as error:
                    self.failure = error
                    self._go_offline(f"{error}; `try now` asks you")
                    await until_first(self._accepted.wait(), self._stopped.wait())
                    self._accepted.clear()
                else:
                    break
        except (NotSignedIn, SignInFailed) as error:
            self._keeper.wipe()
            self._notify(SignedOut(str(error)))
        except FolkmootError as error:
            self.failure = error
            self._go_offline(str(error))
        finally:
            self._community = self._keeper.sync = self._keeper.errands = None
            self._online.clear()
            with contextlib.suppress(MirrorUnwritable):
                self._marking.move_to_outbox()

    def stop(self) -> None:
        """Let `run` end soon."""
        self._stopped.set()

    def accept_server_key(self) -> None:
        """Know the server by the key that it told last, and connect, as its member wants it."""
        self._server_key.accept_refused()
        self.failure = None
        self._accepted.set()

    def try_now(self) -> bool:
        """Make the next attempt now; return False if `run` has ended, so that none would come."""
        if self._community is not None:
            self._community.try_now()
        return self._community is not None

    async def call(self, request: Request[R]) -> R:
        """Send a request now; fold its answer into the mirror.

        Cancelling is safe: it stops the waiting, not the act.

        Raises:
            Disconnected: At once when offline, or if no answer came.
            FolkmootError: The server's error.
        """
        result = await self._reachable().call(request)
        if not (isinstance(request, Command) and request.dry_run):
            self._keeper.fold_answer(result)
        return result

    async def confirm(self, request: Command[R], about: str) -> R:
        """Send a command that takes a proof, signed with the device's key over `about`.

        Cancelling is safe: it stops the waiting, not the act.

        Raises:
            Disconnected: At once when offline, or if no answer came.
            SignInFailed: If the server does not know the key any more.
            FolkmootError: The server's error.
        """
        from bbs.sdk.credentials import confirm_with_key

        key = self.profile.key
        assert key is not None
        handle = self.profile.handle
        result = await confirm_with_key(self._reachable(), request, handle, key, about=about)
        self._keeper.fold_answer(result)
        return result

    def _reachable(self) -> "Community":
        """Return the community.

        Raises:
            Disconnected: When offline.
        """
        community = self._community
        if community is None or not community.online:
            raise Disconnected("offline")
        return community

    async def open_board(self, board: str) -> None:
        """Fetch a board into the mirror and keep it up to date; when offline, once online again.

        Raises:
            FolkmootError: The server's error, except that it is busy now.
        """
        await self._show("board", board)

    async def open_thread(self, thread: str) -> None:
        """Fetch a whole thread into the mirror; when offline, once online again.

        Raises:
            FolkmootError: The server's error, except that it is busy now.
        """
        await self._show("thread", thread)

    async def watch_case(self, case: str) -> None:
        """Hear what happens in a case from now on, instead of in the one before; empty for none."""
        await self._online_sync().cases.watch(case)

    async def older_threads(self, board: str) -> bool:
        """Fetch older threads of a board; return whether there are more.

        Raises:
            Disconnected: When offline.
            FolkmootError: The server's error.
        """
        return await self._online_sync().older_threads(board)

    async def older_lines(self, board: str) -> bool:
        """Fetch older lines of a lounge; return whether there are more.

        Raises:
            Disconnected: When offline.
            FolkmootError: The server's error.
        """
        return await self._online_sync().older_lines(board)

    def set_presence(self, visible: bool) -> None:
        """Show or hide the reader as long as this connection runs (P11)."""
        self.visible = visible
        self._keeper.add("presence")

    def fetch_kept_boards(self) -> None:
        """Fetch what is missing of the boards that are kept whole; their list may have changed."""
        self._keeper.add("packs")

    async def _session(self) -> None:
        async with self._connect() as community:
            self._community = community
            self._keeper.errands = FetchQueue(
                self._run_task,
                online=self._online,
                waiting=lambda reason: self._notify(OnlineChanged(online=True, reason=reason)),
                sleep=self._sleep,
            )
            self._keeper.sync = MirrorSync(
                community,
                self._cache,
                write=self._keeper.write,
                progress=lambda done, total, what: self._notify(SyncProgress(done, total, what)),
                clock=self._cache.time,
                tell=self._notify,
            )
            await until_first(
                self._receive_updates(community),
                self._keeper.errands.run(),
                self.send_outbox(community),
                self.send_marks(community),
                self._keeper.fade_hourly(self._sleep),
                self._stopped.wait(),
                *(() if self._outbox.is_durable else (self.look_again(),)),
            )

    async def _receive_updates(self, community: "Community") -> None:
        # Imported late, as in `connect_by_network`.
        from bbs.sdk import updates as sdk

        async for happened in community.events():
            match happened:
                case sdk.EventHappened(event=event):
                    self._keeper.take(happened)
                    if isinstance(event, PostsRenumbered):
                        for first, last in carried_marks(event, self._cache):
                            self.mark(event.to, first, last)
                    self.overhear(happened)
                    for tell in (attention_for, proposal_told):
                        if (told := tell(happened, self._cache, self._cache.time())) is not None:
                            self._notify(told)
                case sdk.EphemeralHappened(ephemeral=SysopNotices() as notice):
                    self._tell_notice(notice)
                case sdk.EphemeralHappened(ephemeral=ephemeral):
                    self._keeper.write(fold(ephemeral))
                case sdk.StreamReset(lost=True) if self._cache.cursor(happened.stream) is not None:
                    # After a restore, revisions and versions start again, also those of things
                    # without a stream, so nothing in the mirror can be compared with the server's.
                    self._cache.set_epoch(None)
                    self._notify(NewEpoch())
                    self._keeper.add("bring_up")
                case sdk.StreamReset() | sdk.StreamGone():
                    self._keeper.take(happened)
                case sdk.ConnectionChanged(online=True):
                    self._go_online(community)
                case sdk.ConnectionChanged(reason=reason, retry_s=retry_s):
                    self._go_offline(reason, retry_s)

    def _go_online(self, community: "Community") -> None:
        welcome, known = community.welcome, self._cache.epoch()
        self._online.set()
        self._outgoing.set()
        self._notify(OnlineChanged(online=True))
        if welcome is not None:
            self._cache.note_time(welcome)
            self._keeper.erase_faded()
            self._tell_notice(welcome)
            if known is not None and known != welcome.epoch:
                self._notify(NewEpoch())
        sync = self._keeper.sync
        known_here = sync is not None and welcome is not None and sync.epoch == welcome.epoch
        self._keeper.add("marks" if known_here else "bring_up")
        if known_here:
            self._keeper.add("letters")
        self._seen = False
        for kind in ("cases", "presence", "packs"):
            self._keeper.add(kind)
        for kind, subject in sorted(self._shown.items()):
            self._keeper.add(kind, subject)

    def _tell_notice(self, told: Welcome | SysopNotices) -> None:
        new = told.motd != self._motd and self._cache.note_notice("motd", told.motd)
        self._motd = told.motd
        banner = isinstance(told, Welcome) and self._cache.note_notice("banner", told.banner)
        me = self._community.me if self._community is not None else None
        doubt = me.clock_doubt if me is not None and isinstance(told, Welcome) else None
        title = told.community if isinstance(told, Welcome) else ""
        self._notify(
            NoticesChanged(told.motd if new else "", told.maintenance_at, banner, doubt, title)
        )

    def _go_offline(self, reason: str, retry_s: float | None = None) -> None:
        self._online.clear()
        self._cache.time.disconnected()
        self._notify(OnlineChanged(online=False, reason=reason, retry_s=retry_s))
        if self._cache.here:
            self._keeper.write((PresenceChanged(members=()),))

    async def _run_task(self, kind: str, subject: str) -> None:
        sync = self._online_sync()
        match kind:
            case "bring_up":
                await sync.sync_all()
                # Filling an empty mirror already began with emptying it.
                self._cache.note_notice("motd", self._motd)
                if self._community is not None and (told := self._community.welcome) is not None:
                    self._cache.note_notice("banner", told.banner)
                    self._keeper.write(fold(told))
                self._notify(MirrorChanged(whole=True))
            case "marks":
                await sync.marks()
            case "letters":
                await sync.letters()
            case "wanting":
                await sync.fetch_missing_threads()
            case "presence":
                visible = self.visible
                if visible or self._seen:  # a connection begins hidden
                    await self.call(SetPresence(visible=visible))
                    self._seen = visible
                else:
                    await self.call(GetPresence())
            case _:
                for follows in await run_errand(sync, self._boards_kept, kind, subject):
                    self._keeper.add(*follows)

    async def _show(self, kind: str, subject: str) -> None:
        self._shown[kind] = subject
        try:
            sync = self._online_sync()
            await (sync.board(subject) if kind == "board" else sync.thread(subject))
        except RetryableError:
            # The next connection fetches it again.
            return

    def _online_sync(self) -> MirrorSync:
        if self._keeper.sync is None or not self.online:
            raise Disconnected("offline")
        return self._keeper.sync

"""Sync: listening to streams from a cursor on, without gaps and repetitions (protocol 6)."""

import logging
from collections.abc import Iterable

from bbs import limits
from bbs.errors import ClockInDoubt, FolkmootError
from bbs.refusals import NotSignedIn
from bbs.wire import codec
from bbs.wire.messages import StreamEnded, StreamState, Sync, SyncResult
from bbs_server.fanout.hub import BufferedEvents, Subscriber
from bbs_server.pipeline import gate
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer
from bbs_server.store import event_log, history
from bbs_server.store.api import Tx
from bbs_server.store.history import CursorVerdict, Lost

log = logging.getLogger("bbs.streams")

FROM_NOW = -1


async def sync(dispatcher: Dispatcher, caller: Peer, request: Sync) -> SyncResult:
    """Replay missed events, then send new ones as they come. Implements protocol 6.2 to 6.5.

    Raises:
        NotSignedIn: If no member is signed in, or another session signed in meanwhile.
    """
    session = caller.session
    if session is None:
        raise NotSignedIn
    hub, listener = dispatcher.hub, caller.listener
    for stream in request.drop:
        hub.unsubscribe(listener, stream)
    # Buffer events before the replay is read: an event committed meanwhile is then in the replay or
    # in the buffer.
    begun = {stream: hub.start_replay(listener, stream) for stream in request.cursors}
    try:
        states, frames, lost = await dispatcher.store.read(
            lambda tx: _replay(tx, dispatcher, session, request)
        )
        note_lost(dispatcher, lost)
        if caller.session != session:
            # Another session has signed in on this connection since the request. It did not ask for
            # this sync, so send it nothing.
            raise NotSignedIn
    except BaseException:
        for stream, pending in begun.items():
            if hub.is_paused(listener, stream, pending):
                hub.unsubscribe(listener, stream)
        raise
    # A stream that was stopped meanwhile may be lost to the member. Answer `more`, so that the
    # client asks for it again.
    held = {name for name, pending in begun.items() if hub.is_paused(listener, name, pending)}
    for appended in frames:
        if appended.stream in held:
            listener.outbox.put(appended.frame, appended.stream)
    answers: dict[str, StreamState] = {}
    for stream, state in states.items():
        if stream not in held:
            cursor = request.cursors[stream]
            seq, tag = (state.seq, state.tag) if cursor == FROM_NOW else (cursor, "")
            state = StreamState(state="more", seq=seq, base_seq=state.base_seq, tag=tag)
        elif state.state == "live":
            seq = hub.go_live(listener, stream, state.seq)
            tags = {event.seq: event.tag for event in begun[stream].events} | {state.seq: state.tag}
            tag = tags.get(seq, "")
            state = StreamState(state="live", seq=seq, base_seq=state.base_seq, tag=tag)
        else:
            # Do not drop queued frames: with `more`, the client needs the events just replayed.
            hub.stop_publishing(listener, stream)
        answers[stream] = state
    return SyncResult(streams=answers)


def _replay(
    tx: Tx, dispatcher: Dispatcher, session: str, request: Sync
) -> tuple[dict[str, StreamState], list[event_log.AppendedEvent], list[Lost]]:
    table = dispatcher.table
    moment = dispatcher.store.time.moment()
    actor = table.actor_of(tx, session, moment)
    if actor is None:
        raise NotSignedIn
    states: dict[str, StreamState] = {}
    frames: list[event_log.AppendedEvent] = []
    lost: list[Lost] = []
    room, room_bytes = limits.SYNC_EVENTS_MAX, limits.PAGE_BYTES_MAX
    other_epoch = request.epoch is not None and request.epoch != dispatcher.epoch
    for stream, cursor in request.cursors.items():
        if not gate.may_listen(tx, table.readers, actor, stream, moment.now):
            states[stream] = StreamState(state="gone")
            continue
        head = event_log.head(tx, stream)
        verdict = CursorVerdict.GOOD
        if other_epoch:
            verdict = CursorVerdict.WORTHLESS
        elif cursor != FROM_NOW:
            verdict = history.judge(tx, stream, cursor, request.tags.get(stream, ""), head)
        if verdict is CursorVerdict.LOST:
            lost.append(Lost(stream, cursor, head.seq, moment.now))
        if cursor == FROM_NOW or verdict is not CursorVerdict.GOOD:
            state = "live" if cursor == FROM_NOW else "reset"
            states[stream] = _state(tx, stream, state, head.seq, head)
            continue
        missed = []
        if cursor < head.seq and room > 0 and room_bytes > 0:
            hidden = table.readers.hidden_events
            missed = event_log.replay(tx, stream, cursor, room, room_bytes, hidden)
        room -= len(missed)
        room_bytes -= sum(len(event.frame) for event in missed)
        frames += missed
        reached = missed[-1].seq if missed else cursor
        state = "live" if reached == head.seq else "more"
        states[stream] = _state(tx, stream, state, reached, head)
    return states, frames, lost


def _state(tx: Tx, stream: str, state: str, seq: int, head: event_log.StreamRow) -> StreamState:
    tag = history.tag_at(tx, stream, seq)
    return StreamState(state=state, seq=seq, base_seq=head.base_seq, tag=tag)


def note_lost(dispatcher: Dispatcher, found: Iterable[Lost]) -> None:
    """Log, once for each stream, that a reader knows of events that the store has lost."""
    for lost in found:
        if lost.stream in dispatcher.lost_streams:
            continue
        dispatcher.lost_streams.add(lost.stream)
        log.error(
            "history was lost: a reader had %s up to %d, which is not what is here (up to %d)",
            *(lost.stream, lost.seq, lost.head),
        )
        if dispatcher.lost is None:
            dispatcher.lost = lost
            dispatcher.spawn(_keep_note(dispatcher, lost))


async def _keep_note(dispatcher: Dispatcher, lost: Lost) -> None:
    try:
        await dispatcher.store.write(lambda tx: history.note(tx, lost))
    except FolkmootError as error:
        log.warning("that history was lost could not be noted: %s", error)


def recheck(dispatcher: Dispatcher, listener: Subscriber, streams: tuple[str, ...]) -> None:
    """Stop the streams that a listener may not read any more; send `stream.ended` (protocol 6.6).

    New events are held back at once; queued frames are dropped once the rights are known. A
    listener that may still read gets the held events and no `stream.ended`.
    """
    # Held back until the check is done, then passed on or dropped.
    held = {
        stream: dispatcher.hub.pause(listener, stream)
        for stream in streams
        if stream in listener.streams
    }
    dispatcher.spawn(_recheck(dispatcher, listener, streams, held))


async def _recheck(
    dispatcher: Dispatcher,
    listener: Subscriber,
    streams: tuple[str, ...],
    held: dict[str, BufferedEvents],
) -> None:
    session, hub = listener.session, dispatcher.hub

    def allowed(tx: Tx) -> set[str]:
        table, moment = dispatcher.table, dispatcher.store.time.moment()
        actor = table.find_actor(tx, session, moment)
        if actor is None:
            return set()
        readers, now = table.readers, moment.now
        return {name for name in streams if gate.may_listen(tx, readers, actor, name, now)}

    try:
        kept = await dispatcher.store.read(allowed)
    except ClockInDoubt:
        # `stream.ended` would make the client drop text that it may still read. Close the
        # connection instead: the client reconnects and syncs.
        listener.outbox.cut_off()
        return
    except Exception:
        log.exception("rights could not be checked again; the streams are ended")
        kept = set()
    if listener.session != session:
        return  # the session that uses this connection now began without streams
    for stream in streams:
        if stream not in kept:
            # This drops the frames of a sync that was answered `more`, too.
            listener.outbox.discard_stream(stream)
        if stream not in held or not hub.is_paused(listener, stream, held[stream]):
            continue
        if stream in kept:
            hub.go_live(listener, stream)
        else:
            hub.unsubscribe(listener, stream)
            listener.outbox.put(codec.encode_ephemeral(StreamEnded(stream=stream)))

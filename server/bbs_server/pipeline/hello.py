"""Hello: the facts that a client learns before anything else (protocol 3.1)."""

from bbs import limits
from bbs.clock import instant, to_ms
from bbs.discovery import feature_names
from bbs.features.community.rules import closing_of
from bbs.ids import COMMONS
from bbs.wire.messages import ABILITIES, PROTOCOL, Hello, Welcome
from bbs_server.features.boards.records import find_board
from bbs_server.features.moderation.restriction_records import restrictions_on
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer
from bbs_server.store import signing_key

FEATURES = feature_names("bbs.features")

TOLD_LIMITS = (
    "FRAME_TO_SERVER_BYTES_MAX",
    "REQUESTS_IN_FLIGHT_MAX",
    "PAGE_ITEMS_MAX",
    "SYNC_STREAMS_MAX",
    "BODY_CHARS_MAX",
    "BODY_BYTES_MAX",
    "LINE_BODY_CHARS_MAX",
    "TITLE_CHARS_MAX",
    "PASSWORD_CHARS_MIN",
    "RECOVERY_CODES",
)


async def hello(dispatcher: Dispatcher, caller: Peer, request: Hello) -> Welcome:
    """Answer `hello` with the facts of this server (protocol 3.1).

    A server that starts answers it before the features are loaded.
    """
    moment = dispatcher.store.time.moment()
    planned = dispatcher.notice.maintenance_at
    commons, closing, key, changes = await dispatcher.store.read(
        lambda tx: (
            find_board(tx, COMMONS),
            closing_of(restrictions_on(tx, COMMONS, None)),
            signing_key.public_key(tx),
            signing_key.changes(tx),
        )
    )
    return Welcome(
        version=PROTOCOL,
        server=dispatcher.program,
        community=(commons.title if commons is not None else None) or "",
        epoch=dispatcher.epoch,
        features=(*FEATURES, *ABILITIES),
        limits={name: getattr(limits, name) for name in TOLD_LIMITS},
        motd=dispatcher.notice.motd,
        maintenance_at=planned if planned and to_ms(planned) > moment.now else None,
        closing=closing,
        now=instant(moment.now),
        proven_now=instant(moment.proven_now),
        banner=dispatcher.banner,
        key=key,
        key_changes=changes,
    )

"""For tests of bots and of Folkmoot: a clock that jumps, builders, a transport in memory."""

from bbs.sdk.memory_transport import MemoryTransport, memory_transports
from bbs.testing.builders import a_board, a_line, a_member, a_notice, a_post, a_seat, a_thread
from bbs.testing.clock import FakeClock

__all__ = [
    "FakeClock",
    "MemoryTransport",
    "a_board",
    "a_line",
    "a_member",
    "a_notice",
    "a_post",
    "a_seat",
    "a_thread",
    "memory_transports",
]

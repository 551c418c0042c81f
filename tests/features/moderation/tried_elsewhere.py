"""Uses of power whose acts are tried beside what they need: files, other servers, an heir (P8)."""

from typing import Any

from bbs.features.community.hand_over_messages import HandCommunityOver, TickHandOver
from bbs.features.packs.last_messages import BringLastPage
from bbs.features.packs.messages import SignPack
from bbs.features.packs.move_messages import BringReceipt, CancelMove, MoveBoard
from bbs.features.packs.unpack_messages import BeginUnpacking, SendPiece, StopUnpacking
from bbs.messages import Command

TRIED_ELSEWHERE: set[type[Command[Any]]] = {
    *(HandCommunityOver, TickHandOver),  # tests/features/community
    *(SignPack, BeginUnpacking, SendPiece, StopUnpacking),  # tests/features/packs
    *(MoveBoard, CancelMove, BringReceipt, BringLastPage),  # tests/features/packs
}

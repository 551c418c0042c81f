"""Reads an act of a log that came with a board. Pure."""

import msgspec

from bbs.errors import BadJson
from bbs.features.moderation.messages import Act, ActRecorded
from bbs.features.packs.views import Line, PackAct
from bbs.wire.codec import fill_text

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def read_old_act(line: str) -> Act:
    """Return the act that a line of a pack has, with the words that still existed.

    Raises:
        BadJson: If it is no such line.
    """
    try:
        found = _decoder.decode(line)
        if not isinstance(found, PackAct):
            raise BadJson(rule="it is no act of a pack")
        words = {word.id: word.body for word in found.words}
        bodies = {path: words.get(key) for path, key in found.texts.items()}
        return msgspec.json.decode(fill_text(bytes(found.data), bodies), type=ActRecorded).act
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadJson(rule="it is no act of a pack") from None

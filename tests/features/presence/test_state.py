"""How presence changes what is known of who is here."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs.features.reading.messages import Floor, FloorChanged
from bbs.ids import COMMONS, new_id
from bbs_client.features.presence.state import fold_ephemeral, fold_result
from bbs_client.mirror.changes import SetHere


def test_presence_is_a_whole_set() -> None:
    """Who is here replaces who was here: nobody is told leaving (P11)."""
    one, two = new_id(), new_id()
    whole = (SetHere(frozenset({one, two})),)
    assert fold_ephemeral(PresenceChanged(members=(one, two))) == whole
    assert fold_result(PresenceResult(members=(two, one))) == whole
    assert fold_ephemeral(FloorChanged(floor=Floor(board=COMMONS, seq=1))) == ()

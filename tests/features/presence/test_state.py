"""How presence changes what is known of who is here."""

from bbs.features.presence.messages import Here, PresenceShown
from bbs.features.reading.messages import Floor, FloorSet
from bbs.ids import COMMONS, new_id
from bbs_client.features.presence.state import fold_ephemeral, fold_result
from bbs_client.mirror.changes import SetHere


def test_presence_is_a_whole_set() -> None:
    """Who is here replaces who was here: nobody is told leaving (P11)."""
    one, two = new_id(), new_id()
    whole = (SetHere(frozenset({one, two})),)
    assert fold_ephemeral(Here(members=(one, two))) == whole
    assert fold_result(PresenceShown(members=(two, one))) == whole
    assert fold_ephemeral(FloorSet(floor=Floor(board=COMMONS, seq=1))) == ()

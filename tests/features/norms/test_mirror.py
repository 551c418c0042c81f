"""How results about norms change the mirror."""

from bbs.features.norms.messages import Clause, Norms
from bbs.ids import COMMONS
from bbs.messages import Done
from bbs_client.mirror.fold import fold


def test_norms_are_kept_as_they_are_read() -> None:
    """The norms one accepts are those the mirror shows, in their version (P5)."""
    norms = Norms(board=COMMONS, version=2, clauses=(Clause(text="Be kind.", why="We meet."),))
    assert fold(norms) == (norms,)
    assert fold(Done()) == ()

"""How results about norms change the mirror."""

from bbs.features.norms.messages import Clause, Norms
from bbs.ids import COMMONS
from bbs.messages import Done
from bbs_client.features.norms.state import fold_result
from bbs_client.mirror.changes import PutNorms


def test_norms_are_kept_as_they_are_read() -> None:
    """The norms one accepts are those the mirror shows, in their version (P5)."""
    norms = Norms(board=COMMONS, version=2, clauses=(Clause(text="Be kind.", why="We meet."),))
    assert fold_result(norms) == (PutNorms(norms),)
    assert fold_result(Done()) == ()

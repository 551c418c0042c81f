"""PresenceUpdated: the set of those who chose to be seen (P2, P11)."""

from hypothesis import given
from hypothesis import strategies as st

from bbs_server.features.presence.present_members import PresentMembers

STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["set", "hide", "gone"])), max_size=30
)
OWNER = {"a": "ana", "b": "ana", "c": "ben", "d": "cleo"}


def test_every_connection_begins_unseen() -> None:
    """Nobody is shown who did not ask for it, and leaving unseen is no change (P11)."""
    present = PresentMembers()
    assert present.members() == ()
    assert not present.remove("a")
    assert not present.set("a", "ana", visible=False)


@given(STEPS)
def test_the_set_is_who_shows_themselves(steps: list[tuple[str, str]]) -> None:
    """After any steps the set is the members with a visible connection, and each change is told."""
    present = PresentMembers()
    shown: set[str] = set()
    for connection, step in steps:
        before = present.members()
        if step == "gone":
            changed = present.remove(connection)
        else:
            changed = present.set(connection, OWNER[connection], visible=step == "set")
        shown = shown | {connection} if step == "set" else shown - {connection}
        assert present.members() == tuple(sorted({OWNER[name] for name in shown}))
        assert changed == (present.members() != before)

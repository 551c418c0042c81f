"""Words that ended before their board began to keep less: mirrors and pages agree on their end."""

from tests.journeys.test_mirror_truth import MirrorTruth


def test_what_has_ended_keeps_its_end_on_a_board_that_keeps_less() -> None:
    """A shorter retention, carried out after hidden words were erased, changes no end of theirs (P10)."""
    machine = MirrorTruth()
    machine.begin()
    machine.start(who="bo", pick=0, title="a", body="a")
    fewer = {"lounge_hours": None, "seats": None, "slug": None, "title": None, "visibility": None}
    machine.configure(pick=0, retention_days=30, **fewer)
    machine.hide_post(pick=0, then="ended")
    machine.purge_thread(pick=0, swept=False, ends="carried")
    machine.teardown()

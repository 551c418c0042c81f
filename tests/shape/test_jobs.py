"""Every job says whether it acts, tells or tidies, and the record of that decision says why."""

import re
from operator import attrgetter

import pytest

from bbs.powers import OFFICE_POWERS, ROLE_POWERS, TOKEN_POWERS, Office, Power
from bbs.wire.registry import REQUESTS
from bbs_server.composition import JOBS, make_table
from bbs_server.jobs import Job, JobKind
from tests.shape.tree import ROOT

_RECORD = ROOT / "docs" / "decisions" / "0031-timed-work-says-what-it-does.md"
_ROW = re.compile(r"^\| ([a-z ]+) \| (acts|tells|tidies) \| .+ \|$", re.MULTILINE)


def test_the_record_names_every_job_and_its_kind() -> None:
    """A new job says what it does to others, with a reason, before anybody runs it."""
    recorded = dict(_ROW.findall(_RECORD.read_text(encoding="utf-8")))
    assert recorded == {job.name: job.kind.value for job in JOBS}


@pytest.mark.parametrize(
    "job", [job for job in JOBS if job.kind is not JobKind.ACTS], ids=attrgetter("name")
)
def test_only_what_acts_can_carry_out_commands(job: Job) -> None:
    """What tells or tidies calls no handler's means of acting: it is given none."""
    names = job.run.__code__.co_names
    assert "execute_as" not in names
    assert "carry_out_due" not in names


def test_what_is_due_is_the_systems_alone() -> None:
    """No role, office of members, token or message has the power of what is due (P8)."""
    holders = {office for office, powers in OFFICE_POWERS.items() if Power.DUE in powers}
    assert holders == {Office.SYSTEM}
    assert Power.DUE not in frozenset().union(*ROLE_POWERS.values(), TOKEN_POWERS)
    assert not [name for name, cls in REQUESTS.items() if cls.needs.power is Power.DUE]
    due = {cls.method for cls in make_table().commands if cls.needs.power is Power.DUE}
    assert due == {
        *("boards.move_line", "boards.ask_to_renew", "boards.end", "boards.pass_application"),
        *("threads.publish_held", "threads.move_on", "cases.lapse_appeal", "cases.tend"),
        *("cases.settle_hold", "cases.go_on_removing", "packs.ask_authors", "packs.bring_on"),
        "ownership.go_on_leaving",
        *("packs.return_office", "packs.open_unpacked", "packs.end_announcement"),
    }
    assert not due & REQUESTS.keys()

"""`bbs norms` and `bbs admin norms`: norms as text, as a file, and what changes between versions."""

import json
import tomllib
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.norms.messages import Clause
from bbs.features.norms.templates import TEMPLATES
from bbs.terminal.norms_text import diff_lines, norms_toml
from tests.cli.house import House

KIND = Clause(text="Be kind to everybody.", why="Kindness costs nothing.")
BRIEF = Clause(text="Say a thing once.", why="Others read too.")
CLIMATE = Clause(
    text="Name the climate you write from.",
    why='It is "zone 7" here, \\ there it is not.',
    example="“Zone 7, clay” is enough.",
    judgement=True,
)
REASON = ("--reason", "Too much advice was for other places.")


@pytest.fixture
def plot(house: House) -> str:
    """A board of ana's alone, with one clause."""
    slug = f"plot-{len(house.data('ana', 'admin', 'boards', 'list')['boards'])}"
    house.ok("ana", "admin", "boards", "open", slug, "--norm", f"{KIND.text} :: {KIND.why}")
    return slug


def norms_file(folder: Path, *clauses: Clause) -> str:
    """Return the path of a file with these clauses."""
    file = folder / "norms.toml"
    file.write_text("\n".join(norms_toml(clauses, "a board")))
    return str(file)


def test_a_diff_shows_clauses_and_words() -> None:
    """Marks before the numbers and around words say what changed, without a colour."""
    kinder = Clause(text="Be kind and fair to everybody.", why="We meet again.")
    assert diff_lines((KIND, BRIEF), (CLIMATE, kinder)) == [
        "Clauses: 1 changed, 1 added, 1 removed.",
        "+ 1. Name the climate you write from.",
        '     Why: It is "zone 7" here, \\ there it is not.',
        "     Example: “Zone 7, clay” is enough.",
        "     A matter of judgement: two people agree before it is cited.",
        "~ 2. Be kind {+and fair+} to everybody. (was 1)",
        "     Why: [-Kindness costs nothing-]{+We meet again+}.",
        "- 2. Say a thing once.",
        "     Why: Others read too.",
    ]
    assert diff_lines((KIND, BRIEF), (BRIEF, KIND))[1:] == [
        "> 1. Say a thing once. (was 2)",
        "  2. Be kind to everybody. (was 1)",
    ]
    assert diff_lines((KIND,), (KIND,))[0] == "No clause differs."


def test_a_diff_fits_a_terminal() -> None:
    """On 80 columns no line of a diff is longer, and its further lines stand under the first."""
    long = Clause(text="Say where you garden and when. " * 15, why="Climates differ. " * 20)
    other = Clause(text="Say where you garden. " * 15, why=long.why, example="Zone 7. " * 30)
    for lines in (diff_lines((long,), (other,), 80), diff_lines((), (long,), 80)):
        assert max(map(len, lines)) <= 80
        assert all(line[:2] in ("  ", "~ ", "+ ") for line in lines[1:])


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_file_of_norms_holds_what_it_was_written_from(template: object) -> None:
    """What `--toml` writes is what `--norms-file` and `amend` read."""
    clauses = (*getattr(template, "clauses"), CLIMATE)  # noqa: B009 - the parameter's type is open
    found = tomllib.loads("\n".join(norms_toml(clauses, "x", 3)))
    assert found["version"] == 3
    assert tuple(Clause(**each) for each in found["norms"]) == clauses


def test_norms_are_shown_changed_in_a_file_and_amended(
    house: House, plot: str, tmp_path: Path
) -> None:
    """The way of a script: show, change the file, look at the diff, rehearse, amend, read (P5, P8)."""
    shown = house.ok("ana", "admin", "norms", "show", plot, "--toml")
    file = tmp_path / "norms.toml"
    file.write_text(shown + "\n".join(norms_toml((CLIMATE,), plot)))
    assert "version = 1" in shown
    told = house.ok("ana", "admin", "norms", "diff", plot, str(file))
    assert "Clauses: 1 added; 1 as before." in told
    amend = ("admin", "norms", "amend", plot, str(file), *REASON)
    assert house.data("ana", *amend, "--dry-run")["version"] == 2
    assert house.data("ana", "norms", plot)["version"] == 1
    assert "version 2" in house.ok("ana", *amend[:-2], *REASON)
    norms = house.data("ana", "norms", plot)
    assert (norms["version"], norms["reason"]) == (2, REASON[1])
    assert norms["clauses"][1]["judgement"] is True
    assert [each["version"] for each in norms["versions"]] == [2, 1]
    told = house.ok("ana", "norms", plot, "--diff", "1", "2")
    assert "+ 2. Name the climate you write from." in told
    changes = house.data("ana", "norms", plot, "--diff", "1", "2")["changes"]
    assert [(each["kind"], each["old"], each["new"]) for each in changes] == [
        ("kept", 1, 1),
        ("added", None, 2),
    ]
    # The file names the version that it was made from: it does not undo what came since.
    again = house.bbs(*amend, "--profile", "ana")
    assert again.exit_code == 6
    assert "version 2 is in force" in again.stderr
    log = house.ok("ana", "log", plot, "--power", "amend")
    assert "amended the norms of" in log
    assert f"“{CLIMATE.text}”" in log
    assert REASON[1] in log


def test_whoever_sits_there_accepts_them_before_writing(house: House, tmp_path: Path) -> None:
    """The refusal names the command that shows the norms, and after the yes writing goes on (P5)."""
    house.ok("ana", "admin", "boards", "open", "stall", "--norm", f"{KIND.text} :: {KIND.why}")
    file = norms_file(tmp_path, KIND, CLIMATE)
    house.ok("ana", "admin", "norms", "amend", "stall", file, *REASON)
    house.ok("bo", "seat", "stall", "--accept-norms", "2")
    house.ok("bo", "write", "stall", "--title", "T", given="words")
    file = norms_file(tmp_path, KIND)
    waits = house.bbs("admin", "norms", "amend", "stall", file, *REASON, "--profile", "ana")
    assert waits.exit_code == 7
    told = house.ok("bo", "admin", "proposals", "list", "stall")
    assert "@ana wants to amend the norms of stall" in told


@pytest.mark.parametrize(
    ("clauses", "told"),
    [
        (
            (KIND,) * 200,
            f"norms: at most {limits.NORMS_MAX} clauses, and there are 200; leave some out",
        ),
        ((KIND, Clause(text="Be brief.", why="")), "norms 2, why"),
        ((Clause(text="Be brief.", why="x" * 501),), "norms 1, why"),
    ],
)
def test_a_file_nobody_could_accept_is_refused_in_a_sentence(
    house: House, plot: str, tmp_path: Path, clauses: tuple[Clause, ...], told: str
) -> None:
    """Too many clauses and an empty why are told with their place, before anything is sent (P5)."""
    file = norms_file(tmp_path, *clauses)
    for words in (
        ("admin", "norms", "amend", plot, file, *REASON),
        ("admin", "boards", "open", "other", "--norms-file", file),
    ):
        refused = house.bbs(*words, "--profile", "ana")
        assert refused.exit_code != 0
        assert told in refused.stderr
        assert len(refused.stderr.strip().splitlines()) <= 2


def test_templates_are_listed_and_one_that_does_not_exist_is_told(
    house: House, plot: str, tmp_path: Path
) -> None:
    """Templates need no connection; the nearest name is told; their file is one of norms."""
    listed = house.bbs("admin", "norms", "templates")
    assert listed.exit_code == 0
    assert all(name in listed.stdout for name in TEMPLATES)
    missing = house.bbs("admin", "norms", "templates", "workshopp")
    assert missing.exit_code == 2
    assert "there is none called 'workshopp'" in missing.stderr
    assert "workshop" in missing.stderr
    file = tmp_path / "workshop.toml"
    file.write_text(house.bbs("admin", "norms", "templates", "workshop", "--toml").stdout)
    assert house.data("ana", "admin", "norms", "amend", plot, str(file), *REASON)["version"] == 2
    shown = json.loads(house.bbs("admin", "norms", "templates", "workshop", "--json").stdout)
    assert len(shown["clauses"]) == len(house.data("ana", "norms", plot)["clauses"])


def test_who_accepts_norms_again_is_shown_what_changed(
    house: House, plot: str, tmp_path: Path
) -> None:
    """`bbs seat` shows the difference to what was accepted; the refusal to write names it (P5)."""
    house.ok("bo", "seat", plot, "--accept-norms", "1")
    file = norms_file(tmp_path, KIND, CLIMATE)
    with house.joined_long_ago("bo"):
        words = ("admin", "norms", "amend", plot, file, *REASON, "--profile", "ana")
        assert house.bbs(*words).exit_code == 7
        password = ("--password-file", str(house.password_file))
        house.ok("bo", "admin", "proposals", "second", plot, "1", *password)
    refused = house.bbs("write", plot, "--title", "T", "-m", "words", "--profile", "bo")
    assert refused.exit_code == 1
    assert f"bbs seat {plot} shows you the board's norms" in refused.stderr
    shown = house.bbs("seat", plot, "--profile", "bo")
    assert "What changed since version 1:" in shown.stderr
    assert "+ 2. Name the climate you write from." in shown.stderr
    assert "give --accept-norms 2 (once you have read these norms)" in shown.stderr
    house.ok("bo", "seat", plot, "--accept-norms", "2")
    house.ok("bo", "write", plot, "--title", "T", "-m", "words")

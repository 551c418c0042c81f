"""Many acts as one: planned in pipes, applied exactly, followed to the end, and undone (protocol 26)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bbs.features.norms.clause_text import BY_TWO
from tests.cli.house import House

WHY = ("--reason", "A flood of adverts.")


class Flooded:
    """A board of its own with three adverts of mo's and a word of ana's."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        norm = ("--norm", "No advertisements. :: We read.")
        mild = ("--norm", f"{BY_TWO} Be kind. :: We talk.")
        house.ok("ana", "admin", "boards", "open", "tansy", *norm, *mild, "--hold-s", "0")
        house.join("mo", house.invitation)
        house.ok("mo", "seat", "tansy", "--accept-norms", "1")
        self.thread = house.ok("mo", "write", "tansy", "--title", "Buy", "-m", "adverts 1").strip()
        self.posts = [f"{self.thread}/1"]
        for n in (2, 3):
            self.posts.append(house.ok("mo", "write", self.thread, "-m", f"adverts {n}").strip())
        house.ok("ana", "write", self.thread, "-m", "Please stop.")

    def plan(self, *words: str, given: str | None = None) -> Path:
        """Make a plan in a file."""
        file = self.folder / "plan"
        self.house.ok("ana", "admin", "plan", "tansy", *words, "-o", str(file), given=given)
        return file

    def hide_all(self) -> dict[str, Any]:
        """Hide the posts of mo by a plan; return the batch."""
        plan = self.plan("--hide", "--norm", "1", "--by", "mo", *WHY)
        words = ("admin", "apply", str(plan), "--digest", digest_of(plan))
        batch: dict[str, Any] = self.house.data("ana", *words)["batch"]
        return batch

    def states(self) -> dict[str, str]:
        """Return the state of each post by mo, by its address."""
        words = ("admin", "posts", "list", "tansy", "--by", "mo")
        return {row["address"]: row["state"] for row in self.house.data("ana", *words)["posts"]}


@pytest.fixture(scope="session")
def flood(house: House, tmp_path_factory: pytest.TempPathFactory) -> Flooded:
    """Return the board that is cleaned up and restored here."""
    return Flooded(house, tmp_path_factory.mktemp("plans"))


@pytest.fixture
def flooded(flood: Flooded) -> Flooded:
    """Return the board with nothing hidden on it, whatever the test before left."""
    for post, state in flood.states().items():
        if state == "hidden":
            flood.house.ok("ana", "admin", "posts", "restore", post, *WHY)
    return flood


def digest_of(plan: Path) -> str:
    """Return the digest that a plan ends with."""
    digest: str = json.loads(plan.read_text().splitlines()[-1])["digest"]
    return digest


def test_a_flood_is_cleaned_up_in_a_pipe(house: House, flooded: Flooded) -> None:
    """A list becomes a plan, the plan a batch; applied once more, nothing is done twice."""
    rows = house.ok("ana", "admin", "posts", "list", "tansy", "--by", "mo", "--jsonl")
    planned = house.ok(
        *("ana", "admin", "plan", "tansy", "-", "--hide", "--norm", "1", *WHY, "-o", "-"),
        given=rows,
    )
    head, *items, foot = map(json.loads, planned.splitlines())
    assert (head["slug"], head["count"], head["reason"]) == ("tansy", 3, WHY[1])
    assert [item["method"] for item in items] == ["threads.hide"] * 3
    assert all(item["if_revision"] == item["found"]["revision"] for item in items)
    apply = ("admin", "apply", "-", "--digest", foot["digest"])
    assert set(flooded.states().values()) == {"published"}, "a plan changes nothing"
    done = json.loads(house.ok("ana", *apply, "--json", given=planned))["batch"]
    assert (done["state"], done["done"], done["count"]) == ("done", 3, 3)
    assert set(flooded.states().values()) == {"hidden"}

    again = house.bbs(*apply, "--profile", "ana", given=planned)
    assert again.exit_code == 0, again.output
    assert "nothing is done twice" in again.stderr
    more = house.bbs(
        "admin", "plan", "tansy", "--hide", "--norm", "1", "--by", "mo", *WHY, "--profile", "ana"
    )
    assert more.exit_code == 5, "what is hidden is not found to be hidden again"
    assert done["id"] in again.stdout
    listed = house.data("ana", "admin", "batches", "list", "tansy")["batches"]
    assert [batch["id"] for batch in listed].count(done["id"]) == 1
    shown = house.ok("ana", "admin", "batches", "show", done["id"][:8])
    assert all(f"hide the post {post}" in shown for post in flooded.posts), shown


def test_what_a_batch_touched_is_restored(house: House, flooded: Flooded) -> None:
    """By the beginning of its id, or by the clause that hides it."""
    batch = flooded.hide_all()
    by_act = ("--restore", "--act", batch["id"][:8], *WHY)
    touched = house.data("ana", "admin", "plan", "tansy", *by_act)
    by_clause = house.data("ana", "admin", "plan", "tansy", "--restore", "--hidden-by", "1", *WHY)
    assert touched["items"] == by_clause["items"]
    assert [item["method"] for item in touched["items"]] == ["threads.restore"] * 3
    plan = flooded.plan(*by_act)
    done = house.data("ana", "admin", "apply", str(plan), "--digest", digest_of(plan))["batch"]
    assert done["done"] == 3
    assert set(flooded.states().values()) == {"published"}


def test_a_batch_is_undone_by_another(house: House, flooded: Flooded) -> None:
    """As a plan that is looked at, or at once; it says that nothing is left where all came back."""
    done = flooded.hide_all()
    undo = flooded.folder / "undo"
    told = house.bbs("admin", "undo", done["id"][:8], "-o", str(undo), "--profile", "ana")
    assert told.exit_code == 0, told.output
    assert f"show the post {flooded.posts[0]}" in told.stdout
    assert f"Apply it: bbs admin apply {undo} --digest {digest_of(undo)}" in told.stdout
    assert set(flooded.states().values()) == {"hidden"}
    words = ("admin", "undo", done["id"][:8], "--digest", digest_of(undo))
    back = house.data("ana", *words)["batch"]
    assert (back["done"], back["undoes"]) == (3, done["id"])
    assert set(flooded.states().values()) == {"published"}
    once_more = house.bbs("admin", "undo", done["id"][:8], "--profile", "ana")
    assert once_more.exit_code == 5, once_more.output
    assert f"batch {back['id'][:8]} undid it" in once_more.stderr
    listed = house.ok("ana", "admin", "batches", "list", "tansy")
    assert f"done, undone by {back['id'][:8]}" in listed
    assert f"done, undoes {done['id'][:8]}" in listed
    assert f"(batch {back['id'][:8]})" in house.ok("ana", "log", "tansy")
    again = house.bbs("admin", "undo", back["id"], "--dry-run", "--profile", "ana")
    assert again.exit_code == 0, again.output
    assert f"hide the post {flooded.posts[0]}" in again.stderr
    assert f"This batch undid {done['id'][:8]}" in again.stderr


def test_commands_are_written_with_addresses(house: House, flooded: Flooded) -> None:
    """What would change nothing is left out and named; with --strict there is no plan then."""
    pin = f'{{"method":"threads.pin","params":{{"thread":"{flooded.thread}"}}}}\n'
    unpin = f'{{"method":"threads.unpin","params":{{"thread":"{flooded.thread}"}}}}\n'
    made = json.loads(
        house.ok("ana", "admin", "plan", "tansy", "-", *WHY, "--json", given=unpin + pin)
    )
    assert [item["method"] for item in made["items"]] == ["threads.pin"]
    assert [each["number"] for each in made["left_out"]] == [1]
    words = ("admin", "plan", "tansy", "-", *WHY, "--strict", "--profile", "ana")
    refused = house.bbs(*words, given=unpin + pin)
    assert refused.exit_code == 1
    assert "--strict" in refused.stderr


def test_a_mistake_in_a_line_is_told_with_what_was_meant(house: House, flooded: Flooded) -> None:
    """One sentence: the line, the field, the rule, perhaps the right name; nothing was changed."""
    post = flooded.posts[0]
    for line, parts in (
        ('{"method":"threads.hid"}', ("line 1, method", "did you mean threads.hide")),
        ('{"metod":"threads.hide"}', ("line 1, metod", "did you mean method")),
        (
            f'{{"method":"threads.hide","params":{{"post":"{post}","clause":1,"reson":"x"}}}}',
            ("params.clause", "no such field"),
        ),
        (f'{{"method":"threads.hide","params":{{"post":"{post}","norm":0}}}}', ("params.norm", "least")),
        ('{"method":"threads.hide","params":{"post":"tansy"}}', ("params.post", "garden/42/7")),
        ('{"method":"threads.pin","params":{"thread":"tansy/99"}}', ("params.thread", "no tansy/99")),
        ('{"method":"threads.pin","params":{"op":"x"}}', ("params.op", "leave it out")),
        ('{{"method":"threads.post","params":{{"thread":"{}","post":"{}","body":"x"}}}}'.format(flooded.thread, "0" * 8 + "-0000-4000-8000-" + "0" * 12), ("threads.post", "no plan")),
        ("[]", ("line 1", "object")),
        ('{"method":"threads.pin","params":{"thread":"a\\u001b[2J"}}', ("control character",)),
    ):  # fmt: skip
        words = ("admin", "plan", "tansy", "-", *WHY, "--profile", "ana")
        told = house.bbs(*words, given=f"{line}\n")
        assert told.exit_code == 1, (line, told.output)
        assert all(part in told.stderr for part in parts), (line, told.stderr)
        assert "\x1b" not in told.stderr
        assert told.stderr.count("\n") <= 2, told.stderr


def test_a_plan_whose_world_moved_does_nothing(house: House, flooded: Flooded) -> None:
    """It names the item and what moved; so does a check beforehand, and both say it by exit code 6."""
    by = ("--by", "mo", "--thread", flooded.thread)
    plan = flooded.plan("--hide", "--norm", "1", *by, *WHY)
    assert plan.stat().st_mode & 0o777 == 0o600
    checked = house.bbs("admin", "plan", "--check", str(plan), "--profile", "ana")
    assert checked.exit_code == 0, checked.output
    asked = house.bbs("admin", "apply", str(plan), "--profile", "ana")
    assert asked.exit_code == 2, "nobody is there to ask"
    assert f"--digest {digest_of(plan)}" in asked.stderr
    other = house.bbs("admin", "apply", str(plan), "--digest", "0" * 64, "--profile", "ana")
    assert f"not the digest of the plan in {plan}" in other.stderr
    house.ok("mo", "write", flooded.posts[1], "--edit", "-m", "roses")
    before = flooded.states()
    words = ("--digest", digest_of(plan), "--profile", "ana")
    for told in (
        house.bbs("admin", "plan", "--check", str(plan), "--profile", "ana"),
        house.bbs("admin", "apply", str(plan), *words),
        house.bbs("admin", "apply", str(plan), "--profile", "ana"),
        house.bbs("admin", "apply", str(plan), "--digest", "0" * 64, "--profile", "ana"),
    ):
        assert told.exit_code == 6, told.output
    assert flooded.states() == before
    broken = flooded.folder / "broken"
    broken.write_bytes(plan.read_bytes().replace(b"adverts", b"roses"))
    told = house.bbs("admin", "apply", str(broken), *words)
    assert told.exit_code == 1
    assert "digest" in told.stderr


def test_nothing_to_do_is_no_plan(house: House, flooded: Flooded) -> None:
    """A script does not apply yesterday's plan by mistake; what is asked for wrongly is told."""
    filters = ("--restore", "--hidden-by", "1", *WHY, "-o", str(flooded.folder / "none"))
    told = house.bbs("admin", "plan", "tansy", *filters, "--profile", "ana")
    assert told.exit_code == 5, told.output
    assert not (flooded.folder / "none").exists()
    last = house.bbs(
        *("admin", "plan", "tansy", "--hide", "--norm", "9", "--by", "mo", *WHY, "--profile", "ana")
    )
    assert last.exit_code == 5, last.output
    assert "Left out, because 3 items would be refused" in last.stderr, last.stderr
    assert f"1  hide a post, {flooded.posts[0]}: norm: version 1" in last.stderr
    assert "has no such clause" in last.stderr
    unmade = house.bbs(
        *("admin", "plan", "tansy", "--hide", "--norm", "9", "--by", "mo", *WHY),
        *("--json", "--profile", "ana"),
    )
    left = json.loads(unmade.stderr.splitlines()[-1])["error"]["left_out"]
    assert [each["address"] for each in left] == flooded.posts
    for words, part in (
        (("tansy", "--hide", "--by", "mo", *WHY), "--hide needs --norm"),
        (("tansy", "--hide", "--unlock", "--by", "mo", *WHY), "not both"),
        (("tansy", "--unlock", *WHY), "--thread"),
        (("tansy", "--by", "mo", *WHY), "what is to be done"),
        (("tansy", "--unlock", "--by", "mo"), "--reason"),
        (("--check", "x", "--by", "mo"), "plan alone"),
        (("tansy", "--hid", "--by", "mo", *WHY), "--hide"),
    ):
        told = house.bbs("admin", "plan", *words, "--profile", "ana")
        assert told.exit_code == 2, told.output
        assert part in told.stderr, told.stderr
    assert house.bbs("admin", "batches", "show", "ffffffff", "--profile", "ana").exit_code == 5


def test_what_waits_says_how_it_ends(house: House, flooded: Flooded) -> None:
    """Nobody can give the second key: it says when it is done, and how to take it back (26.6)."""
    plan = flooded.plan("--hide", "--norm", "2", "--by", "mo", *WHY)
    told = house.bbs("admin", "apply", str(plan), "--digest", digest_of(plan), "--profile", "ana")
    assert told.exit_code == 7, told.output
    [batch] = [
        each
        for each in house.data("ana", "admin", "batches", "list", "tansy")["batches"]
        if each["state"] == "waiting"
    ]
    back = "bbs admin proposals withdraw tansy 1"
    assert "nobody can give it" in told.stdout
    assert back in told.stdout
    for words in (("batches", "stop", batch["id"]), ("undo", batch["id"])):
        refused = house.bbs("admin", *words, "--profile", "ana")
        assert refused.exit_code == 6, refused.output
        assert back in refused.stderr
    shows = f"bbs admin batches show {batch['id'][:8]}"
    listed = house.ok("ana", "admin", "proposals", "list", "tansy")
    assert f"what it does: {shows} (reason: {WHY[1]})" in listed
    words = house.bbs("admin", "proposals", "words", "tansy", "1", "--profile", "ana")
    assert f"{shows} shows what it does" in words.stderr, words.output
    house.ok("ana", *back.split()[1:])

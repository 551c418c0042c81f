"""`bbs admin` against a real server: boards, seats, invitations, tokens."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bbs.features.norms.templates import TEMPLATES
from tests.cli.house import House


def test_a_board_is_opened_from_options_or_a_norms_file(house: House, tmp_path: Path) -> None:
    """Settings and norms of a new board come from the command line and a TOML file."""
    norms = tmp_path / "norms.toml"
    norms.write_text('[[norms]]\ntext = "Be brief."\nwhy = "Others wait."\n')
    opened = house.data(
        *("ana", "admin", "boards", "open", "workshop", "--title", "Workshop"),
        *("--charter", "Mending.", "--retention-days", "30", "--seats", "7"),
        *("--norms-file", str(norms), "--norm", "Warn first. :: People read on."),
    )
    board = opened["board"]
    assert (board["slug"], board["seats"], board["retention_days"]) == ("workshop", 7, 30)
    assert opened["seat"]["moderator"] is True
    clauses = house.data("ana", "admin", "norms", "show", "workshop")["clauses"]
    assert [clause["text"] for clause in clauses] == ["Be brief.", "Warn first."]


def test_a_board_is_opened_from_a_template(house: House) -> None:
    """Charter and norms are the template's, a norm of one's own follows; the nearest name is told."""
    words = ("admin", "boards", "open", "lumber", "--template", "workshop")
    own = ("--norm", "Sweep up. :: Others come after you.", "--title", "The shed")
    board = house.data("ana", *words, *own)["board"]
    template = TEMPLATES["workshop"]
    assert (board["title"], board["charter"]) == ("The shed", template.charter)
    clauses = house.data("ana", "admin", "norms", "show", "lumber")["clauses"]
    assert [each["text"] for each in clauses[:-1]] == [each.text for each in template.clauses]
    assert clauses[-1]["text"] == "Sweep up."
    refused = house.bbs("admin", "boards", "open", "den", "--template", "heart", "--profile", "ana")
    assert refused.exit_code == 2
    assert "--template: there is none called 'heart'; did you mean hearth?" in refused.stderr


@pytest.mark.parametrize(
    "text",
    ["norms = 3", '[[norms]]\ntext = "x"', '[[norms]]\ntext = "x"\nwhy = "y"\nwy = 1', "[[norms"],
)
def test_a_norms_file_with_mistakes_is_a_usage_error(
    house: House, tmp_path: Path, text: str
) -> None:
    """An unknown key, a missing why or broken TOML is named, and nothing is opened."""
    norms = tmp_path / "norms.toml"
    norms.write_text(text)
    words = ("admin", "boards", "open", "broken", "--norms-file", str(norms), "--profile", "ana")
    assert house.bbs(*words).exit_code == 2
    assert house.bbs("read", "broken", "--profile", "ana").exit_code == 5


def test_a_norm_without_a_why_is_no_norm(house: House) -> None:
    """A clause is a sentence with a why (P5)."""
    words = ("admin", "boards", "open", "whyless", "--norm", "Because I say so.")
    assert house.bbs(*words, "--profile", "ana").exit_code == 2


def test_configuring_is_guarded_by_revision_and_power(house: House) -> None:
    """A setting is changed once; a stale revision conflicts, a member without power is refused."""
    shown = house.data("ana", "admin", "boards", "configure", "garden", "--charter", "Soil.")
    revision = str(shown["board"]["revision"])
    words = ("admin", "boards", "configure", "garden", "--seats", "30", "--if-revision", revision)
    assert house.bbs(*words, "--dry-run", "--profile", "ana").exit_code == 0
    assert house.bbs(*words, "--profile", "ana").exit_code == 0
    assert house.bbs(*words, "--profile", "ana").exit_code == 6
    assert house.bbs("admin", "boards", "configure", "garden", "--profile", "ana").exit_code == 2
    refused = house.bbs(
        *("admin", "boards", "configure", "garden", "--seats", "1", "--profile", "bo", "--json")
    )
    assert refused.exit_code == 1
    assert json.loads(refused.stderr)["error"]["power"] == "configure"


def test_a_private_board_takes_who_was_offered_a_seat(house: House) -> None:
    """Offer, take and leave a seat; a private board does not exist for others."""
    house.ok(
        *("ana", "admin", "boards", "open", "cellar", "--visibility", "private"),
        *("--norm", "Keep it here. :: It is private."),
    )
    assert house.bbs("read", "cellar", "--profile", "bo").exit_code == 5
    house.ok("ana", "admin", "seats", "offer", "cellar", "@bo")
    house.ok("bo", "seat", "cellar", "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", "cellar", "bo")
    seats = house.data("bo", "admin", "seats", "list", "cellar")["seats"]
    assert [seat.get("moderator", False) for seat in seats] == [True, True]
    house.ok("bo", "admin", "boards", "appoint", "cellar", "bo", "--end")
    assert house.bbs("seat", "cellar", "--leave", "--profile", "bo").exit_code == 2, "it asks"
    house.ok("bo", "seat", "cellar", "--leave", "--yes")
    assert house.bbs("read", "cellar", "--profile", "bo").exit_code == 5


def test_the_last_moderator_hands_the_office_over(house: House) -> None:
    """The refusal names the command that is the way out, and afterwards the seat can be left (P8)."""
    norm = ("--norm", "Keep it dry. :: It rains in.")
    house.ok("ana", "admin", "boards", "open", "loft", *norm)
    house.ok("bo", "seat", "loft", "--accept-norms", "1")
    refused = house.bbs("seat", "loft", "--leave", "--yes", "--profile", "ana", "--json")
    error = json.loads(refused.stderr)["error"]
    assert (refused.exit_code, error["code"]) == (1, "boards.last_in_office")
    assert "bbs admin boards hand-over" in error["hint"]
    told = house.ok("ana", "admin", "boards", "hand-over", "loft", "bo")
    assert told == "loft: @bo moderator\n"
    house.ok("ana", "seat", "loft", "--leave", "--yes")
    assert house.ok("bo", "log", "loft").endswith("@ana handed moderation over to @bo\n")


def test_an_invitation_is_printed_once_and_can_be_revoked(house: House) -> None:
    """The link that is printed lets one in; revoked, it does not."""
    made = house.data("ana", "admin", "invitations", "make", "--note", "for the mill")
    assert made["link"].startswith(house.url)
    code = made["link"].partition("#")[2]
    listed = house.ok("ana", "admin", "invitations", "list")
    assert "for the mill" in listed
    assert code not in listed
    house.ok("ana", "admin", "invitations", "revoke", made["invitation"]["id"][:13])
    words = ("join", made["link"], "--handle", "mona", "--name", "Mona", "--accept-norms", "1")
    assert house.bbs(*words, "--password-file", str(house.password_file)).exit_code == 1


def test_a_token_does_what_it_was_issued_for_and_nothing_else(house: House) -> None:
    """A token is narrowed to powers and boards, and ends when revoked (protocol 3.7)."""
    issued = house.data(
        *("bo", "admin", "tokens", "issue", "almanac", "--power", "read"),
        *("--board", "garden", "--days", "3"),
    )
    env = {"BBS_TOKEN": issued["token"], "BBS_URL": house.url}
    assert house.bbs("read", "garden", **env).exit_code == 0
    boards = house.bbs("read", **env)
    assert boards.exit_code == 0
    assert "All caught up" not in boards.output  # what is unread is its owner's business (P2)
    assert house.bbs("read", "garden", "--unread", **env).exit_code == 1
    assert house.bbs("read", "commons", **env).exit_code == 5
    assert house.bbs("chat", "garden", "-m", "no", **env).exit_code == 1
    session = issued["session"]["id"]
    assert "almanac" in house.ok("bo", "admin", "tokens", "list")
    house.ok("bo", "admin", "tokens", "revoke", session[:13])
    assert house.bbs("read", "garden", **env).exit_code == 4


def test_a_token_file_is_private_and_refused_when_it_is_not(house: House, tmp_path: Path) -> None:
    """--to-file writes 0600 and never over a file; a file open to others is not used."""
    path = tmp_path / "token"
    words = ("admin", "tokens", "issue", "almanac", "--power", "read", "--to-file", str(path))
    shown = house.bbs(*words, "--profile", "bo")
    assert shown.exit_code == 0, shown.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() not in shown.output
    assert house.bbs(*words, "--profile", "bo").exit_code == 1
    use = ("read", "--url", house.url, "--token-file", str(path))
    assert house.bbs(*use).exit_code == 0
    path.chmod(0o644)
    assert house.bbs(*use).exit_code == 1


def test_a_refused_token_leaves_no_file(house: House, tmp_path: Path) -> None:
    """A token that was not issued leaves no file behind."""
    path = tmp_path / "token"
    words = ("admin", "tokens", "issue", "x", "--power", "read", "--board", "nowhere")
    assert house.bbs(*words, "--to-file", str(path), "--profile", "bo").exit_code == 5
    too_long = ("admin", "tokens", "issue", "x" * 500, "--power", "read", "--to-file", str(path))
    assert house.bbs(*too_long, "--profile", "bo").exit_code != 0
    assert not path.exists()


def test_resetting_a_member_is_the_sysops_and_asks(house: House) -> None:
    """Only the sysop draws a recovery code for another, and never without asking (P8)."""
    assert house.bbs("admin", "members", "reset", "@bo", "--profile", "ana").exit_code == 2
    refused = house.bbs("admin", "members", "reset", "@ana", "--yes", "--profile", "bo")
    assert refused.exit_code == 1
    house.join("nils", house.invitation)
    shown = house.data("ana", "admin", "members", "reset", "nils", "--yes")
    assert len(shown["code"]) >= 32


def test_the_end_of_a_community_is_rehearsed_announced_and_called_off(house: House) -> None:
    """A day needs a reason and a zone or none; with others there it waits, and can be taken back."""
    day = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    close = ("admin", "close", "--on", day)
    assert house.bbs(*close, "--profile", "ana").exit_code == 2
    edges = ("0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    for wrong in ("tomorrow", f"{day}T12:00:00", *edges):
        words = ("admin", "close", "--on", wrong, "--reason", "Why")
        assert house.bbs(*words, "--profile", "ana").exit_code == 2
    assert house.bbs(*close, "--reason", "Why", "--profile", "bo", "--yes").exit_code == 1
    tried = house.bbs(*close, "--reason", "Enough", "--dry-run", "--profile", "ana")
    assert tried.exit_code == 7
    assert "would wait" in tried.stderr
    moved = house.bbs(*close, "--reason", "Enough", "--yes", "--profile", "ana")
    assert moved.exit_code == 7
    assert "No end" in house.ok("bo", "admin", "close")
    told = house.ok("bo", "admin", "proposals", "list", "commons")
    assert f"@ana wants to end the community: read-only from: {day}: Enough" in told
    number = told.split()[1]
    house.ok("ana", "admin", "proposals", "withdraw", "commons", number)
    off = house.bbs("admin", "close", "--cancel", "--reason", "Bo goes on", "--profile", "ana")
    assert off.exit_code == 6, "nothing was announced"


def test_sizes_and_quotas_of_boards(house: House) -> None:
    """The sysop sees what boards take and bounds it; a post beyond is refused, saying what helps."""
    house.ok("ana", "admin", "boards", "open", "larder", "--norm", "Label jars. :: Mould.")
    house.ok("bo", "seat", "larder", "--accept-norms", "1")
    shown = house.data("ana", "admin", "disk", "show")["boards"]
    board_of = {size.get("slug"): size["board"] for size in shown}
    assert {"commons", "larder"} <= board_of.keys()
    assert "SHARE" in house.ok("ana", "admin", "disk", "show")
    house.ok("ana", "admin", "disk", "quota", "larder", "0.0001")
    refused = house.bbs(
        *("write", "larder", "--title", "Long", "--profile", "bo"), given="word " * 50
    )
    assert refused.exit_code == 1
    assert "quota" in refused.stderr
    house.ok("ana", "admin", "disk", "quota", board_of["larder"], "0")
    assert house.bbs("admin", "disk", "quota", "larder", "1", "--profile", "bo").exit_code == 1


def hidden_notice(house: House) -> str:
    """Return the command that bo was told of, once the timed work has told it."""
    for _ in range(200):
        for newest in house.data("bo", "inbox", "--limit", "1")["items"]:
            if (key := newest.get("notice", {}).get("proposal")) is not None:
                return str(key)
    raise AssertionError("nobody told bo that words are hidden")


def test_a_purge_names_its_law_and_waits_where_others_sit(house: House) -> None:
    """By address, rehearsed first, with a law; meanwhile the words are hidden from all but their
    writer, who reads them by what waits; taken back, they are there again."""
    house.ok("bo", "write", "garden", "--title", "Bad", given="what a law forbids")
    [thread] = [
        one for one in house.data("bo", "read", "garden")["threads"] if one.get("title") == "Bad"
    ]
    address = f"garden/{thread['number']}"
    house.ok("bo", "write", address, given="and once more")
    words = ("admin", "purge", address, "--reason", "An order of the court")
    assert house.bbs(*words, "--profile", "ana").exit_code == 2
    words += ("--law", "StGB 130")
    assert house.bbs(*words, "--profile", "bo", "--yes").exit_code == 1
    tried = house.bbs(*words, "--dry-run", "--profile", "ana")
    assert (tried.exit_code, "would wait" in tried.stderr) == (7, True)
    assert house.bbs(*words, "--yes", "--profile", "ana").exit_code == 7
    posts = house.data("bo", "read", address)["posts"]
    assert [(post["state"], post.get("body")) for post in posts] == [("hidden", None)] * 2
    told = house.ok("ana", "admin", "proposals", "list", "garden")
    assert "@ana wants to purge a thread by StGB 130: An order of the court" in told
    [line] = [line for line in told.splitlines() if "StGB 130" in line]  # others' may wait, too
    number = line.split()[1]
    shown = house.ok("bo", "admin", "proposals", "words", "garden", number)
    assert "what a law forbids" in shown
    assert f"purge the thread {address} (2 posts)" in shown
    key = hidden_notice(house)
    assert house.data("bo", "admin", "proposals", "words", key)["words"][0]["title"] == "Bad"
    refused = house.bbs("admin", "proposals", "words", "garden", number, "--profile", "ana")
    assert refused.exit_code == 5
    house.ok("ana", "admin", "proposals", "withdraw", "garden", number)
    posts = house.data("bo", "read", address)["posts"]
    assert [post["body"] for post in posts] == ["what a law forbids", "and once more"]
    assert house.bbs(*words, "--yes", "--profile", "ana").exit_code == 6
    assert house.bbs(
        *("admin", "purge", "garden", *words[3:]), "--profile", "ana", "--yes"
    ).exit_code


def test_a_purge_of_a_profile_waits_as_every_purge(house: House) -> None:
    """The sysop names a member; what they say of themselves stays until others have agreed (P10)."""
    house.ok("bo", "account", "profile", "-m", "I live in a house that a law forbids to name.")
    words = ("admin", "purge", "@bo", "--reason", "An order", "--law", "StGB 130")
    tried = house.bbs(*words, "--dry-run", "--profile", "ana")
    assert (tried.exit_code, "would wait" in tried.stderr) == (7, True)
    assert house.bbs(*words, "--yes", "--profile", "bo").exit_code == 1
    assert house.bbs(*words, "--yes", "--profile", "ana").exit_code == 7
    told = house.ok("bo", "admin", "proposals", "list")
    assert "@ana wants to purge the profile and the away line of @bo by StGB 130: An order" in told
    assert "somebody in office wants to do something about you or your words" in house.ok(
        "bo", "inbox"
    )


def test_where_nobody_else_sits_a_purge_is_done_at_once(house: House) -> None:
    """By address or id; the lounge is within a law's reach (P8)."""
    house.ok("ana", "admin", "boards", "open", "cell", "--norm", "Be alone. :: It is quiet.")
    cited = ("--reason", "An order", "--law", "StGB 130", "--yes")
    lines = [house.data("ana", "chat", "cell", "-m", word) for word in ("one", "two")]
    for target in (f"cell/lounge/{lines[0]['number']}", lines[1]["id"]):
        done = house.data("ana", "admin", "purge", target, *cited)
        assert done == {"posts": 0, "lines": 1, "dry_run": False}

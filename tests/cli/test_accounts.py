"""Joining, devices, accounts and profiles, against a real server."""

import json
import re
import stat
from pathlib import Path

import msgspec
import pytest

from bbs import limits
from bbs.profiles import Profile
from tests.cli.house import House

NEW_PASSWORD = "nine loud geese under a bridge"


def secret_file(house: House, name: str, text: str) -> str:
    """Write a file only its owner can read; return its path."""
    path = house.home / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return str(path)


def test_joining_leaves_a_profile_and_gives_recovery_codes(house: House) -> None:
    """One command makes a member: seated, with a 0600 profile and eight codes shown once."""
    joined = house.join("cleo", house.invitation)
    assert joined["member"]["handle"] == "cleo"
    assert len(set(joined["recovery_codes"])) == 8
    path = house.home / "config" / "profiles" / "cleo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert house.data("cleo", "account")["recovery_codes_left"] == 8
    assert not any(code in path.read_text() for code in joined["recovery_codes"])


def test_joining_needs_the_norms_in_force(house: House) -> None:
    """A script that accepts another version of the norms, or none, does not join (P5)."""
    words = ("join", house.invitation, "--handle", "dora", "--name", "Dora")
    words += ("--password-file", str(house.password_file))
    assert house.bbs(*words, "--accept-norms", "7").exit_code == 1
    shown = house.bbs(*words)
    assert shown.exit_code == 2
    assert "--accept-norms 1" in shown.stderr
    assert "Why:" in shown.stderr


def test_a_script_that_joins_is_told_all_that_is_missing_at_once(house: House) -> None:
    """Without a terminal one refusal names every option, not one after the other."""
    shown = house.bbs("join", house.invitation)
    assert shown.exit_code == 2
    needed = "give --handle, --name, --password-file and --accept-norms 1"
    assert needed in " ".join(shown.stderr.split())
    shown = house.bbs("join", house.invitation, "--accept-norms", "1", "--handle", "dora")
    assert "give --name and --password-file: there is no terminal" in shown.stderr


def test_joining_is_refused_for_what_it_is(house: House) -> None:
    """A taken handle, a bad password and a bad link are each told, and leave no profile."""
    words = ("join", house.invitation, "--accept-norms", "1", "--name", "Somebody")
    taken = house.bbs(*words, "--handle", "ana", "--password-file", str(house.password_file))
    assert taken.exit_code == 1
    short = secret_file(house, "short", "too short")
    weak = house.bbs(*words, "--handle", "emil", "--password-file", short)
    assert weak.exit_code == 1
    assert "password" in weak.stderr
    assert house.bbs("join", "bbs://127.0.0.1:1/#short").exit_code == 2
    assert not (house.home / "config" / "profiles" / "emil.json").exists()


def test_the_password_comes_from_a_file_only_its_owner_reads(house: House) -> None:
    """A password file others may read is refused."""
    loose = house.home / "loose"
    loose.write_text("seven quiet herons on a wire\n")
    loose.chmod(0o644)
    words = ("join", house.invitation, "--accept-norms", "1", "--handle", "fay", "--name", "Fay")
    result = house.bbs(*words, "--password-file", str(loose))
    assert result.exit_code == 1
    assert "others on this machine" in result.stderr


def test_a_password_may_come_from_stdin(house: House) -> None:
    """--password-file - takes the first line of stdin, for pipes from a password manager."""
    words = ("join", house.invitation, "--accept-norms", "1", "--handle", "gil", "--name", "Gil")
    result = house.bbs(
        *words, "--password-file", "-", "--profile", "gil", given="seven quiet herons on a wire\n"
    )
    assert result.exit_code == 0, result.output


def test_signing_in_on_another_device_and_ending_it(house: House) -> None:
    """A second device signs in by password, is listed, and can be ended from the first."""
    house.join("hal", house.invitation)
    second = house.bbs(
        *("sign-in", house.url, "--handle", "@hal", "--device", "attic", "--json"),
        *("--password-file", str(house.password_file), "--profile", "hal-attic"),
    )
    assert second.exit_code == 0, second.output
    session = json.loads(second.stdout)["session"]
    assert "attic" in house.ok("hal", "devices")
    house.ok("hal", "devices", "--end", session[:8])
    assert house.bbs("read", "--profile", "hal-attic").exit_code == 4
    house.ok("hal", "read")


def test_a_session_is_renewed_with_the_devices_key(house: House) -> None:
    """`bbs sign-in` without a URL signs in with the key this device kept (protocol 3.4)."""
    house.join("ines", house.invitation)
    profile = load_of(house, "ines")
    house.ok("ines", "sign-in")
    renewed = load_of(house, "ines")
    assert renewed.session != profile.session
    assert renewed.key_private == profile.key_private
    house.ok("ines", "read")


def load_of(house: House, name: str) -> Profile:
    """Return a profile of the house as it is on disk."""
    path = house.home / "config" / "profiles" / f"{name}.json"
    return msgspec.json.decode(path.read_bytes(), type=Profile)


def test_a_recovery_code_sets_a_new_password(house: House) -> None:
    """With a code from paper one is back in, and the other sessions are over (protocol 3.6)."""
    codes = house.join("jo", house.invitation)["recovery_codes"]
    result = house.bbs(
        *("sign-in", house.url, "--handle", "jo", "--recover", "--profile", "jo-new"),
        *("--code-file", secret_file(house, "code", codes[3])),
        *("--password-file", secret_file(house, "new", NEW_PASSWORD)),
    )
    assert result.exit_code == 0, result.output
    assert house.bbs("read", "--profile", "jo").exit_code == 4
    assert house.data("jo-new", "account")["recovery_codes_left"] == 7


def test_a_recovery_code_is_typed_from_paper_as_people_type(house: House) -> None:
    """Case, spaces and hyphens do not count; what can be no code is told before it is sent (3.6)."""
    codes = house.join("jin", house.invitation)["recovery_codes"]
    assert all(re.fullmatch("([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code) for code in codes)
    words = ("sign-in", house.url, "--handle", "jin", "--recover", "--profile", "jin-new")
    words += ("--password-file", secret_file(house, "new-jin", NEW_PASSWORD))
    short = house.bbs(*words, "--code-file", secret_file(house, "part", codes[5][:20]))
    assert short.exit_code == 2
    assert "7 groups of 4" in short.stderr
    typed = codes[5].lower().replace("-", "  ").replace("1", "l").replace("0", "o")
    done = house.bbs(*words, "--code-file", secret_file(house, "typed", typed))
    assert done.exit_code == 0, done.output


def test_a_known_device_signs_in_while_strangers_guess(house: House) -> None:
    """After wrong guesses of strangers this device is let in at once, another told when (3.3)."""
    house.join("mia", house.invitation)
    kept = load_of(house, "mia")
    words = ("sign-in", house.url, "--handle", "mia", "--device", "guesser", "--profile", "none")
    wrong = secret_file(house, "wrong", "a wrong one that is long enough")
    elsewhere = {"BBS_HOME": str(house.home / "elsewhere")}
    for _ in range(limits.GUESSES_FREE + 5):
        refused = house.bbs(*words, "--password-file", wrong, **elsewhere)
        if refused.exit_code == 75:
            break
    right = ("--password-file", str(house.password_file))
    stranger = house.bbs(*words, *right, "--json", **elsewhere)
    error = json.loads(stranger.stderr)["error"]
    assert (stranger.exit_code, error["code"]) == (75, "throttled")
    assert error["retry_after_s"] > 10
    house.ok("mia", "devices", "--end", kept.session, "--yes")
    back = house.bbs(*("sign-in", house.url, "--handle", "mia", "--profile", "mia"), *right)
    assert back.exit_code == 0, back.output
    house.ok("mia", "forget-device", "--yes")
    again = house.bbs(*("sign-in", house.url, "--handle", "mia", "--profile", "mia"), *right)
    assert again.exit_code == 75, "forgotten here, it is a device like any other"


def test_a_known_device_that_has_to_wait_is_told_its_own_ways_in(house: House) -> None:
    """After its own wrong passwords a known device hears of its key and of codes, not that known
    devices need not wait; the sentence says how long (3.3)."""
    house.join("nia", house.invitation)
    wrong = secret_file(house, "wrong", "a wrong one that is long enough")
    words = ("sign-in", house.url, "--handle", "nia", "--password-file", wrong)
    for _ in range(limits.GUESSES_FREE + 5):
        refused = house.bbs(*words)
        if refused.exit_code == 75:
            break
    assert refused.exit_code == 75
    assert "bbs sign-in --profile nia, without a URL" in refused.stderr
    assert "signed in on before" not in refused.stderr
    assert "retry_after_s" not in refused.stderr
    house.ok("nia", "sign-in")


@pytest.mark.parametrize("handle", ["Bo", "b\u00f6", "bo b", "@Bo"])
def test_a_handle_of_another_form_is_refused_before_it_is_sent(house: House, handle: str) -> None:
    """Signing in says the rule for handles as joining does, and counts no guess (3.2, 3.3)."""
    words = ("sign-in", house.url, "--handle", handle, "--password-file", str(house.password_file))
    refused = house.bbs(*words)
    assert refused.exit_code == 1
    assert "handle: 2 to 32 small letters" in refused.stderr
    assert "named character" not in refused.stderr


def test_a_wrong_old_password_is_called_that(house: House) -> None:
    """Who is signed in and mistypes the present password is told that, under the same code (3.3)."""
    house.join("lea", house.invitation)
    wrong = secret_file(house, "old-lea", "a wrong one that is long enough")
    new = secret_file(house, "new-lea", NEW_PASSWORD)
    files = ("--old-password-file", wrong, "--new-password-file", new)
    refused = house.bbs("account", "--password", *files, "--profile", "lea", "--json")
    error = json.loads(refused.stderr)["error"]
    assert (refused.exit_code, error["code"]) == (4, "members.sign_in_failed")
    assert error["message"] == "that is not your present password"


def test_input_that_ends_before_the_second_secret_is_told_so(house: House) -> None:
    """One line where two are expected is not called empty."""
    files = ("--old-password-file", "-", "--new-password-file", "-")
    refused = house.bbs("account", "--password", *files, "--profile", "bo", given="one line\n")
    assert refused.exit_code == 1
    assert "stdin: it ended before the line" in refused.stderr


def test_who_has_to_wait_for_a_seat_hears_which_setting_says_so(house: House) -> None:
    """Also with -q, a newcomer to a full commons reads it beside the codes, and in refusals (P3)."""
    full = ("admin", "boards", "configure", "commons", "--seats")
    before = house.data("ana", "read", "commons")["board"]["seats"]
    # As many as sit: fewer would wait for others.
    seats = house.data("ana", "admin", "seats", "list", "commons")["seats"]
    house.ok("ana", *full, str(sum(seat["state"] == "seated" for seat in seats)))
    try:
        words = ("join", house.invitation, "--handle", "otto", "--name", "Otto", "-q")
        words += ("--password-file", str(house.password_file), "--accept-norms", "1")
        joined = house.bbs(*words, "--profile", "otto")
        assert joined.exit_code == 0
        refused = house.bbs("write", "garden", "--title", "No", "-m", "no", "--profile", "otto")
        assert "(its setting seats" in joined.stdout
        for told in (joined.stdout, refused.stderr):
            assert "bbs seat commons" in told
    finally:
        house.ok("ana", *full, str(before))


def test_name_password_and_codes_can_be_changed(house: House) -> None:
    """`bbs account` changes what only its owner may change, proving the old password."""
    house.join("kim", house.invitation)
    assert house.ok("kim", "account", "--name", "Kimberley").strip() == "Kimberley"
    old, new = str(house.password_file), secret_file(house, "new-kim", NEW_PASSWORD)
    files = ("--old-password-file", old, "--new-password-file", new)
    house.ok("kim", "account", "--password", *files)
    assert house.bbs("account", "--password", *files, "--profile", "kim").exit_code == 4
    assert len(house.data("kim", "account", "--renew-codes")["recovery_codes"]) == 8


def test_forgetting_a_device_leaves_nothing_here_and_no_session_there(house: House) -> None:
    """`bbs forget-device` ends the session and deletes profile and state (P10)."""
    house.join("lou", house.invitation)
    kept = load_of(house, "lou")
    state = house.home / "state" / "lou"
    state.mkdir(parents=True, exist_ok=True)
    (state / "mirror.db").write_bytes(b"words")
    assert house.bbs("forget-device", "--profile", "lou").exit_code == 2, "it asks first"
    house.ok("lou", "forget-device", "--yes")
    assert not state.exists()
    assert not (house.home / "config" / "profiles" / "lou.json").exists()
    token = {"BBS_TOKEN": kept.token}
    assert house.bbs("read", "--url", house.url, **token).exit_code == 4


def test_profiles_are_listed_without_secrets(house: House) -> None:
    """`bbs profiles` says who one is where, and shows no token and no key."""
    listed = house.bbs("profiles", "--json").stdout
    secret = load_of(house, "ana").token
    assert secret not in listed
    handles = {each["handle"] for each in json.loads(listed)["profiles"]}
    assert {"ana", "bo"} <= handles
    assert house.bbs("profiles", "--default", "bo", "--json").exit_code == 0
    chosen = json.loads(house.bbs("profiles", "--json").stdout)["profiles"]
    assert [each["name"] for each in chosen if each["default"]] == ["bo"]


def test_a_profile_others_can_read_is_not_used(house: House) -> None:
    """A profile whose file is open to others is refused, not used silently."""
    path: Path = house.home / "config" / "profiles" / "bo.json"
    path.chmod(0o640)
    try:
        assert house.bbs("read", "--profile", "bo").exit_code == 1
    finally:
        path.chmod(0o600)

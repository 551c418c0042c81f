"""Profiles: kept to oneself, found by name, and forgotten whole."""

import stat
from pathlib import Path

import pytest

from bbs.errors import BadParams
from bbs.ids import new_id
from bbs.profiles import (
    Profile,
    ProfileAmbiguous,
    ProfileMissing,
    ProfileUnsafe,
    default_profile,
    delete_profile,
    list_profiles,
    load_profile,
    save_profile,
    set_default,
    state_folder,
)
from bbs.testing import a_board
from bbs_client.mirror.errors import ProfileBusy
from bbs_client.session.storage import drafts_folder, mirror_path, open_storage, outbox_path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def profile(name: str = "village") -> Profile:
    return Profile(
        name=name,
        url="bbs://localhost:2323",
        handle="ana",
        member=new_id(),
        session=new_id(),
        token="bbs_" + "x" * 40,
        host="localhost",
    )


def test_a_profile_is_kept_to_oneself() -> None:
    """A profile's file, which holds a token, is 0600 in a 0700 folder."""
    path = save_profile(profile())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_only_profile_is_the_default() -> None:
    """Who has one profile need not name it; who has several, once."""
    with pytest.raises(ProfileMissing):
        load_profile()
    one = profile("one")
    save_profile(one)
    assert load_profile() == one
    save_profile(profile("two"))
    assert list_profiles() == ["one", "two"]
    with pytest.raises(ProfileAmbiguous, match="one, two"):
        load_profile()
    set_default("two")
    assert default_profile() == "two"
    assert load_profile("one") == one
    save_profile(profile("three"), default=True)
    assert load_profile().name == "three"
    with pytest.raises(ProfileMissing):
        set_default("four")


def test_a_token_others_could_read_is_refused() -> None:
    """A profile others may read is not used: the token may be known."""
    path = save_profile(profile())
    path.chmod(0o644)
    with pytest.raises(ProfileUnsafe, match="others"):
        load_profile()


def test_a_file_that_is_no_profile_is_named() -> None:
    """A damaged profile is told as such, without its content."""
    path = save_profile(profile())
    path.write_bytes(b'{"token": "secret"')
    with pytest.raises(ProfileUnsafe) as refused:
        load_profile()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", "a..b", ".hidden", "a" * 200, "a\n"])
def test_names_cannot_lead_elsewhere(name: str) -> None:
    """No name of a profile is a way out of its folder."""
    with pytest.raises(BadParams):
        load_profile(name)
    with pytest.raises(BadParams):
        state_folder(name)


def test_forgetting_leaves_nothing(home: Path) -> None:
    """`bbs forget-device` deletes token, mirror, outbox and drafts (P10)."""
    one = profile()
    save_profile(one, default=True)
    kept = open_storage(one)
    kept.cache.apply([a_board()])
    kept.drafts.save("a", "words")
    with pytest.raises(ProfileBusy):
        open_storage(one)
    kept.close()
    assert mirror_path(one).exists()
    assert outbox_path(one).exists()
    assert drafts_folder(one).exists()
    delete_profile(one)
    assert [path for path in home.rglob("*") if path.is_file()] == []
    delete_profile(one)

"""The client's settings: where they come from, and what is said of those that cannot be."""

from pathlib import Path

import pytest

from bbs_client.settings import BadSetting, ClientSettings, load, save


def test_flag_goes_before_environment_before_file(tmp_path: Path) -> None:
    """Each of the four places is asked in its turn."""
    path = tmp_path / "client.toml"
    assert load({}, {}, path) == ClientSettings()
    path.write_text('[client]\ntheme = "dusk"\nkeys = "vi"\n', "utf-8")
    assert load({"theme": None}, {}, path) == ClientSettings(theme="dusk", keys="vi")
    assert load({}, {"BBS_THEME": "amber"}, path).theme == "amber"
    assert load({"theme": "mono"}, {"BBS_THEME": "amber"}, path).theme == "mono"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[client]\nthene = "a"', "{path}: there is no setting 'thene'; did you mean theme?"),
        ('[client]\nnotices = "loud"', "{path}: notices takes none, bell or desktop"),
        ("[client]\ntheme = 3", "{path}: theme takes text in quotes"),
        ('[client]\ntheme = "amer"', "theme: 'amer' is not one of "),
        ('theme = "a"', "theme: stands outside of [client] in client.toml"),
        ("[client", "{path}: no TOML: "),
        ("client = 1", "client: write it as a table: [client] on a line of its own"),
    ],
)
def test_a_bad_setting_is_named_with_what_to_do(tmp_path: Path, content: str, told: str) -> None:
    """Whatever is wrong in the file, one line says which setting, and how it should be."""
    path = tmp_path / "client.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadSetting) as refused:
        load({}, {}, path)
    assert str(refused.value).startswith(told.format(path=path))


def test_saving_changes_one_line(tmp_path: Path) -> None:
    """What was chosen in the client is remembered; comments and the rest stay."""
    path = tmp_path / "sub" / "client.toml"
    save("theme", "amber", path)
    assert load({}, {}, path) == ClientSettings(theme="amber")
    path.write_text('# mine\n[client]\nkeys = "vi"  # hjkl\ntheme = "amber"\n# end\n', "utf-8")
    save("theme", "mono", path)
    save("notices", "none", path)
    assert load({}, {}, path) == ClientSettings(theme="mono", keys="vi", notices="none")
    kept = path.read_text("utf-8")
    assert all(words in kept for words in ("# mine", '"vi"  # hjkl', "# end"))


def test_saving_leaves_a_broken_file_alone(tmp_path: Path) -> None:
    """A file that cannot be read is not written over."""
    path = tmp_path / "client.toml"
    for content in ("[client\n", 'client.theme = "a"\n'):
        path.write_text(content, "utf-8")
        with pytest.raises(BadSetting):
            save("keys", "vi", path)
        assert path.read_text("utf-8") == content

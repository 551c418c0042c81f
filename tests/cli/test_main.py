"""The root command: quick, lazy, helpful, and honest in its exit codes."""

import importlib.util
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bbs import errors, refusals
from bbs.cli.admin import MEANT, admin, nouns
from bbs.cli.lazy_group import CommandEntry
from bbs.cli.main import cli
from bbs.terminal.error_report import report
from bbs.wire import error_codec as wire_errors
from tests.support.programs import take_interrupts

HEAVY = ("asyncio", "msgspec", "websockets", "cryptography", "textual", "aiosqlite")


def modules_after(*words: str) -> set[str]:
    """Run a command line in a fresh interpreter; return which heavy modules it loaded."""
    program = (
        "import sys; from bbs.cli.main import cli\n"
        "try: cli.main(sys.argv[1:], 'bbs')\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))


@pytest.mark.parametrize(
    "words", [("--help",), ("admin", "--help"), ("admin", "posts", "--help"), ("--version",)]
)
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    """Help comes from the table: no network, store or screen library is imported for it."""
    assert modules_after(*words) == set()


def test_no_command_loads_the_screen_or_the_server() -> None:
    """`bbs admin` and `bbs read` start without Textual and the server."""
    for words in (("admin", "boards", "list"), ("read", "--help")):
        assert not modules_after(*words, "--help") & {"textual", "aiosqlite"}


NOUNS = [getattr(nouns, name) for name in admin.table if hasattr(nouns, name)]
GROUPS = [cli, admin, *NOUNS]


@pytest.mark.parametrize(
    "table", [group.table for group in GROUPS], ids=[str(group.name) for group in GROUPS]
)
def test_every_entry_names_a_module_and_says_what_it_does(table: dict[str, CommandEntry]) -> None:
    """Each command of the tables exists as a module and has a help line that fits a screen."""
    for name, (target, line) in table.items():
        module = target.partition(":")[0]
        package = module.partition(".")[0]
        if package == "bbs":
            assert importlib.util.find_spec(module), name
        assert line.endswith(".")
        assert len(line) < 60, name


def test_commands_of_this_package_load_and_explain_themselves() -> None:
    """Every command shows its own help, with exit code 0."""
    runner = CliRunner()
    names = [[name] for name, entry in cli.table.items() if entry.target.startswith("bbs.cli")]
    names += [["admin", name] for name in admin.table]
    names += [["admin", str(noun.name), verb] for noun in NOUNS for verb in noun.table]
    for words in names:
        result = runner.invoke(cli, [*words, "--help"])
        assert result.exit_code == 0, (words, result.output)
        assert "Usage:" in result.output


def test_a_typo_is_answered_with_the_likely_name() -> None:
    """A mistyped command exits 2 and names what was probably meant."""
    result = CliRunner().invoke(cli, ["serach"])
    assert result.exit_code == 2
    assert "'search'" in result.stderr


@pytest.mark.parametrize(("word", "meant"), MEANT.items())
def test_an_act_without_its_noun_is_answered_with_both(word: str, meant: str) -> None:
    """`bbs admin hide` exits 2 and names `bbs admin posts hide`, which is there (decision 0068)."""
    result = CliRunner().invoke(cli, ["admin", word], prog_name="bbs")
    assert result.exit_code == 2
    assert result.stderr.endswith(f"It is: bbs admin {meant}\n")
    assert CliRunner().invoke(cli, ["admin", *meant.split(), "--help"]).exit_code == 0


def test_version_is_printed() -> None:
    """`bbs --version` names the program and its version on stdout."""
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"folkmoot {version('folkmoot')}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refusals.NotAllowed("write"), 1),
        (refusals.NameTaken("handle"), 1),
        (errors.BadParams("address", "like garden"), 2),
        (click.UsageError("no"), 2),
        (refusals.NotSignedIn(), 4),
        (refusals.SignInFailed(), 4),
        (refusals.NotFound("board"), 5),
        (refusals.Conflict("changed"), 6),
        (refusals.OpConflict(), 6),
        (errors.Throttled(1.0), 75),
        (errors.Disconnected(), 75),
        (errors.StorageUnavailable("full"), 75),
        (ConnectionRefusedError(111, "refused"), 75),
        (FileNotFoundError(2, "No such file", "x"), 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    """Scripts tell refusal, usage, sign-in, absence, conflict and bad luck apart."""
    assert report(error, as_json=False) == code


def test_with_json_an_error_is_one_object_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads code, sentence, hint and facts of an error as JSON, never on stdout."""
    report(refusals.Conflict("the board changed", revision=4), as_json=True)
    out, err = capsys.readouterr()
    told = json.loads(err)["error"]
    assert out == ""
    assert (told["code"], told["message"], told["revision"]) == ("conflict", "the board changed", 4)
    assert told["hint"]


def test_usage_errors_are_json_too_where_json_was_asked_for() -> None:
    """Even a mistyped option answers with one JSON object when --json is there."""
    result = CliRunner().invoke(cli, ["read", "--jsn", "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stderr)["error"]["code"] == "usage"


def test_an_error_of_the_server_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """Foreign text in an error is cleaned before it reaches the terminal (P13)."""
    report(wire_errors.UnknownError(seen_code="x", message="no\x1b[2Jway\u202e"), as_json=False)
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\u202e" not in err


def test_an_interrupt_exits_130() -> None:
    """Ctrl-C in a question ends the command with 130."""
    command = click.Command("ask", callback=lambda: click.get_current_context().abort())
    program = type(cli)(name="bbs", sections={})
    program.add_command(command)
    program.get_command = lambda _ctx, _name: command  # type: ignore[method-assign]  # the test's own stand-in
    assert CliRunner().invoke(program, ["ask"]).exit_code == 130


def test_an_interrupt_while_loading_exits_130_without_a_word(tmp_path: Path) -> None:
    """Ctrl-C during the imports, before any command runs, shows no traceback."""
    # Stands before the real one on the path, so the signal comes in the middle of the imports.
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [sys.executable, "-c", "from bbs.cli.entry_point import main; main()"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
        preexec_fn=take_interrupts,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_reader_who_leaves_is_no_error() -> None:
    """`bbs … | head` ends quietly when head has seen enough."""
    done = subprocess.run(
        f"{sys.executable} -m bbs.cli.main completion bash | head -c 1",
        shell=True,
        capture_output=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert done.stderr == b""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell: str) -> None:
    """`bbs completion SHELL` prints a script that asks `bbs` itself for words."""
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0
    assert f"_BBS_COMPLETE={shell}_complete" in result.stdout


def completed(words: str, **env: str) -> list[str]:
    """Ask for completion as bash does; return the words offered."""
    asked = {"_BBS_COMPLETE": "bash_complete", "COMP_WORDS": words}
    asked["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    result = CliRunner(env={**asked, **env}).invoke(cli, prog_name="bbs")
    assert result.stderr == ""
    return [line.partition(",")[2] for line in result.stdout.splitlines() if line]


def test_names_of_commands_are_completed_without_loading_them(tmp_path: Path) -> None:
    """A Tab after `bbs ad` offers admin, and after `bbs admin t` tokens."""
    assert completed("bbs ad", BBS_HOME=str(tmp_path)) == ["admin"]
    assert completed("bbs admin to", BBS_HOME=str(tmp_path)) == ["tokens"]


def test_completion_of_boards_is_silent_without_a_profile(tmp_path: Path) -> None:
    """A Tab where nobody is signed in offers nothing and prints nothing."""
    assert completed("bbs read g", BBS_HOME=str(tmp_path)) == []

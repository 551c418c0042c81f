"""Ask a person on stderr: for lines, passwords and consent to norms; never in a script."""

import shutil
import socket
import sys
from collections.abc import Callable, Sequence

import click

from bbs import terminal
from bbs.features.members.rules import check_password
from bbs.features.norms.messages import Norms
from bbs.refusals import NormsFirst, PasswordRefused, Refused
from bbs.terminal.norms_text import diff_lines, norms_lines
from bbs.terminal.secret_files import read_secret
from bbs.terminal.wrapping import wrapped
from bbs.text import compose, sanitize

PASSWORD_RULE = "At least 15 characters; four or five unrelated words are good."  # noqa: S105 - a rule, not a password

_ROWS_KEPT = 5  # of a page, for its heading and the question below it


def is_interactive() -> bool:
    """Return whether a person can answer: stdin and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def missing(*options: str) -> click.UsageError:
    """Return the error that names all options that are needed where no person can be asked."""
    *others, last = options
    named = f"{', '.join(others)} and {last}" if others else last
    return click.UsageError(f"give {named}: there is no terminal to ask on")


def ask(question: str, *, default: str | None = None, option: str) -> str:
    """Ask for a line; return it in NFC, as it will be sent.

    Args:
        question: The question, without a colon.
        default: The meaning of an empty answer; None to ask again.
        option: The option for scripts that gives the same value.

    Raises:
        UsageError: If there is no person to ask.
    """
    if not is_interactive():
        raise missing(option)
    return compose(terminal.ask(question, default=default).strip())


def ask_number(choices: Sequence[str], *, option: str) -> int:
    """Show choices, a line each, and ask for a number until one of these is typed; return its index.

    Args:
        choices: What each is called and does, in words.
        option: The option for scripts that gives the same.

    Raises:
        UsageError: If there is no person to ask.
    """
    for number, choice in enumerate(choices, 1):
        for line in wrapped(f"  {number}  {choice}", terminal.columns(), " " * 5):
            terminal.tell(line)
    numbers = [str(number) for number in range(1, len(choices) + 1)]
    while (answer := ask(f"Which? (1 to {numbers[-1]})", option=option)) not in numbers:
        terminal.tell(f"  Type {', '.join(numbers[:-1])} or {numbers[-1]}.")
    return numbers.index(answer)


def ask_checked(
    question: str, check: Callable[[str], None], *, default: str | None = None, option: str
) -> str:
    """Ask for a line until `check` accepts it; print each refusal."""
    while True:
        answer = ask(question, default=default, option=option)
        try:
            check(answer)
        except Refused as error:
            show_refusal(error)
        else:
            return answer


def show_refusal(error: Refused) -> None:
    """Tell why an answer was refused and what helps, before asking again."""
    text = f"{error}; {error.hint}" if error.hint else str(error)
    for line in wrapped(f"  {text}", shutil.get_terminal_size().columns):
        terminal.tell(line)


def confirm(question: str, *, yes: bool) -> None:
    """Ask a person to confirm a command.

    Args:
        question: The question.
        yes: Whether the caller gave `--yes`.

    Raises:
        UsageError: If there is no person to ask.
        Abort: If the answer is no.
    """
    if yes:
        return
    if not is_interactive():
        raise click.UsageError(f"give --yes: there is no terminal to ask on ({question})")
    terminal.confirm(question)


def read_password(
    file: str | None, *, question: str = "Password", option: str = "--password-file"
) -> str:
    """Return an existing password or code: from a file, from stdin, or by asking.

    The result is in NFC, so that it is the same from every keyboard.

    Args:
        file: A file that only its owner can read, or `-` for the next line of stdin; None to ask.
        question: The question.
        option: The option for scripts that gives the same value.

    Raises:
        UsageError: If there is neither a file nor a person.
        SecretFileUnsafe: If others may read the file.
        SecretUnreadable: If the file or line does not hold one secret.
    """
    if file is not None:
        return compose(read_secret(file))
    if not is_interactive():
        raise missing(option)
    return compose(terminal.ask(question, hidden=True))


def new_password(
    file: str | None,
    *,
    names: tuple[str, ...],
    question: str = "Password",
    option: str = "--password-file",
) -> str:
    """Return a new password that meets the rule; ask a person for it twice.

    Args:
        file: As in `read_password`.
        names: Names that it must not be made of: handle, display name, title of the community.
        question: As in `read_password`.
        option: As in `read_password`.

    Raises:
        PasswordRefused: If the one from the file does not meet the rule.
        UsageError, SecretFileUnsafe, SecretUnreadable: As in `read_password`.
    """
    if file is not None:
        password = read_password(file, option=option)
        check_password(password, names=names)
        return password
    if is_interactive():
        terminal.tell(PASSWORD_RULE)
    while True:
        password = read_password(None, question=question, option=option)
        try:
            check_password(password, names=names)
        except PasswordRefused as error:
            show_refusal(error)
            continue
        if read_password(None, question="The same password again", option=option) == password:
            return password
        terminal.tell("  the two passwords are not the same")


def accept_norms(
    norms: Norms,
    accepted: int | None,
    *,
    whose: str,
    before: Norms | None = None,
    also: Sequence[str] = (),
) -> int:
    """Show norms and ask to accept them; return the version (P5).

    Args:
        norms: In the version in force.
        accepted: The version a script says it accepts; None to ask.
        whose: The board or community of the norms, for the heading.
        before: The version that was accepted before, to show the changes first; None for none.
        also: Other options that are missing where there is no person to ask.

    Raises:
        UsageError: If there is no person to ask.
        NormsFirst: If the version is not the one in force.
        Abort: If the person does not accept them.
    """
    if accepted is not None:
        if accepted != norms.version:
            error = NormsFirst(norms.board, norms.version)
            error.add_note(f"--accept-norms {norms.version} accepts them, once you have read them")
            raise error
        return accepted
    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else None
    if before is not None:
        terminal.tell(f"\nWhat changed since version {before.version}:\n", multiline=True)
        for line in diff_lines(before.clauses, norms.clauses, width):
            terminal.tell(line)
    terminal.tell(f"\nNorms of {sanitize(whose)}, version {norms.version}:\n", multiline=True)
    tell_by_page(norms_lines(norms, width))
    terminal.tell("")
    if not is_interactive():
        raise missing(*also, f"--accept-norms {norms.version} (once you have read these norms)")
    try:
        terminal.confirm("Do you accept them?")
    except click.Abort:
        terminal.tell("Nothing was done: you accept the norms before you write.")
        terminal.tell("The same command asks again.")
        raise
    return norms.version


def tell_by_page(lines: Sequence[str]) -> None:
    """Print lines on stderr; a person reads on by Enter, so that nothing leaves the screen unread.

    Args:
        lines: The lines, as wide as the terminal at most.

    Raises:
        Abort: If the person interrupts, or the input ends.
    """
    page = max(1, shutil.get_terminal_size().lines - _ROWS_KEPT)
    for at, line in enumerate(lines):
        # A last page of a line or two is no page.
        if at and not at % page and len(lines) - at >= _ROWS_KEPT and is_interactive():
            terminal.ask(f"Enter shows the rest ({len(lines) - at} lines)", default="")
        terminal.tell(line)


def device_name() -> str:
    """Return the default name of this device: its host name."""
    return socket.gethostname().partition(".")[0][:40] or "this device"

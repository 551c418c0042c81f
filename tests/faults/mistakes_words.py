"""Mistakes at the gates to the terminal and the shell: foreign words that pass as they come."""


def asks_past_the_gate() -> None:
    """Ask with the words of others as they came."""
    import click

    from bbs import terminal

    def confirm(question: str) -> None:
        click.confirm(question, abort=True, err=True)

    terminal.confirm = confirm


def cleans_nothing() -> None:
    """Print what the server sends as it came."""
    from bbs import text

    text.sanitize = lambda value, *, multiline=False: value


def believes_names() -> None:
    """Take for a slug or handle whatever stands in its place."""
    from bbs import address
    from bbs.features.boards import messages
    from bbs.features.members import views

    address.is_name = lambda text: True
    for module in (messages, views):
        module.drop_unless_name = lambda view, field: None  # type: ignore[attr-defined]  # the test's own stand-in


WORD_MISTAKES = {
    "asks-past-the-gate": asks_past_the_gate,
    "cleans-nothing": cleans_nothing,
    "believes-names": believes_names,
}

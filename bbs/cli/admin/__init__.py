"""`bbs admin`: scripting a house; its table of commands."""

import click

from bbs.cli.lazy_group import CommandEntry, LazyGroup

TABLE = {
    "boards": CommandEntry(
        "bbs.cli.admin.boards:boards", "List, open and configure boards, and seats."
    ),
    "members": CommandEntry(
        "bbs.cli.admin.members:members", "List members; give a member a new recovery code."
    ),
    "invitations": CommandEntry(
        "bbs.cli.admin.invitations:invitations", "Make, list and revoke them."
    ),
    "tokens": CommandEntry(
        "bbs.cli.admin.tokens:tokens", "Issue, list and revoke tokens for scripts."
    ),
    "close": CommandEntry(
        "bbs.cli.admin.close:close", "Announce the community's end, or call it off."
    ),
    "clock": CommandEntry("bbs.cli.admin.clock:clock", "Show what the server knows of the time."),
    "disk": CommandEntry("bbs.cli.admin.disk:disk", "Show what each board takes, and its quota."),
    "quota": CommandEntry("bbs.cli.admin.disk:quota", "Set what a board's words may take."),
    "purge": CommandEntry(
        "bbs.cli.admin.purge:purge", "Erase a post or thread that a law wants gone."
    ),
    "import-mbox": CommandEntry(
        "bbs.cli.admin.import_mbox:import_mbox", "Bring a mailing list in."
    ),
}


@click.group(cls=LazyGroup, table=TABLE)
def admin() -> None:
    """Look after a community from scripts: everything here takes --json and --dry-run."""

"""A clause on a command line: `3` is one of the board's norms, `commons 3` one of the commons'."""

import click

from bbs import limits
from bbs.features.norms.clause_text import ClauseNumber, parse_clause_number


class ClauseType(click.ParamType[ClauseNumber]):
    """A clause of the board's norms, or of the commons', which hold everywhere."""

    name = "clause"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ClauseNumber:
        """Return which clause was named."""
        if (clause := parse_clause_number(str(value))) is None:
            says = f'{value!r} is no clause: give a number from 1 to {limits.NORMS_MAX}, or "commons 3"'
            self.fail(says, param, ctx)
        return clause

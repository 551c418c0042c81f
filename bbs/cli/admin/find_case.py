"""Find a case or an appeal on a command line: `garden/case/12`, or the first characters of its id."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import click

from bbs import limits
from bbs.cli.completion_places import complete_case
from bbs.cli.context import CliContext
from bbs.features.cases.listing import list_cases
from bbs.features.cases.messages import CaseList, ListCases
from bbs.features.cases.views import Appeal, CaseHead
from bbs.refusals import Conflict, NotFound
from bbs.sdk import lookup

_PREFIX_MIN = 4
_BY_ID = re.compile(f"[0-9a-f-]{{{_PREFIX_MIN},36}}")
_BY_NUMBER = re.compile("([a-z0-9-]+)/case/([1-9][0-9]{0,8})")


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)
F = TypeVar("F", bound=Callable[..., Any])


def _check(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Refuse what names no case."""
    if _BY_ID.fullmatch(value) or _BY_NUMBER.fullmatch(value):
        return value
    says = f"name a case as garden/case/12, or by at least {_PREFIX_MIN} characters of its id"
    raise click.BadParameter(says)


def case_argument(function: F) -> F:
    """Give a command the argument CASE."""
    return click.argument("case", callback=_check, shell_complete=complete_case)(function)


def parse_case(case: str) -> tuple[str, int] | None:
    """Return board and number of a case that is named by them; None for the beginning of an id."""
    found = _BY_NUMBER.fullmatch(case)
    return None if found is None else (found[1], int(found[2]))


async def list_handled(
    caller: CliContext, *, board: str | None = None, closed: bool = False
) -> CaseList:
    """Return the cases and appeals that the caller handles, all pages in one.

    Args:
        board: The id of the board whose cases they are; None for all.
        closed: Whether closed ones, too.
    """
    query = ListCases(board=board, closed=closed, limit=limits.PAGE_ITEMS_MAX)
    return await list_cases(caller.community.call, query)


async def find_case(caller: CliContext, case: str, *, closed: bool = True) -> CaseHead:
    """Return the case that is named on the command line.

    Raises:
        NotFound: If the caller handles none.
        Conflict: If more than one id begins so.
    """
    if (named := parse_case(case)) is None:
        return only((await list_handled(caller, closed=closed)).cases, case, "case")
    place = await lookup.find_board(caller.community, named[0])
    query = ListCases(board=place.id, number=named[1], closed=closed)
    found = (await caller.community.call(query)).cases
    if not found:
        raise NotFound(what="case")
    return found[0]


async def find_appeal(caller: CliContext, prefix: str) -> Appeal:
    """Return the appeal that the caller may decide about, whose id begins with `prefix`.

    Raises:
        NotFound: If there is none.
        Conflict: If more than one begins so.
    """
    return only((await list_handled(caller)).appeals, prefix, "appeal")


def only(found: Sequence[T], prefix: str, what: str) -> T:
    """Return the only one whose id begins with `prefix`.

    Raises:
        NotFound: If there is none.
        Conflict: If there are more.
    """
    same = [each for each in found if each.id.startswith(prefix)]
    if not same:
        raise NotFound(what=what)
    if len(same) > 1:
        raise Conflict(what=f"more than one {what} begins like that")
    return same[0]

"""Sentences about letters that commands and screens share."""

from collections.abc import Mapping, Sequence

from bbs.features.letters.views import Report
from bbs.features.members.author_text import member_name
from bbs.features.members.views import Member
from bbs.ids import MemberId
from bbs.plural import counted
from bbs.text import sanitize


def may_come_text(names: Sequence[str], awaited: int, until: str) -> str:
    """Return who may still come into a letter and would read all of it; empty for nobody.

    Args:
        names: Those of them whose names are known, cleaned.
        awaited: How many they are.
        until: The day on which that ends.
    """
    if not names and not awaited:
        return ""
    unnamed = awaited - len(names)
    more = counted(unnamed, "member", "members") if not names else f"{unnamed} more"
    who = [*names, *([more] if unnamed > 0 else [])]
    were = "was" if max(awaited, len(names)) == 1 else "were"
    named = " and ".join(filter(None, (", ".join(who[:-1]), who[-1])))
    return f"{named} {were} asked, too, and would read all of it from the beginning, until {until}."


def report_heading(report: Report, by: str) -> str:
    """Return who reported how much of a letter, in one line.

    Args:
        report: The report.
        by: The reporter's name, cleaned.
    """
    return f"{by} reports {counted(len(report.quotes), 'post')} of a letter"


def report_lines(report: Report, members: Mapping[MemberId, Member]) -> list[str]:
    """Return the clause, the reporter's words and the quoted posts of a report, line by line; cleaned."""
    lines = [f"Clause {report.norm} of the commons’ norms, version {report.norms_version}."]
    if report.words is not None:
        lines += sanitize(report.words, multiline=True).split("\n")
    for quote in report.quotes:
        lines.append(f"{sanitize(member_name(quote.author, members))} wrote:")
        body = "(erased)" if quote.body is None else sanitize(quote.body, multiline=True)
        lines += [f"  {line}" for line in body.split("\n")]
    return lines

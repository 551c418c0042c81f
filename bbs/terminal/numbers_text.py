"""Describes the numbers of a board's moderation, each with its base. Pure, clean text."""

from datetime import timedelta

from bbs import limits
from bbs.features.moderation.numbers_messages import BoardNumbers, NumbersResult
from bbs.features.norms.clause_text import clause_name
from bbs.plural import counted


def months_text(found: NumbersResult) -> str:
    """Return which months the numbers are of: `March 2025 to February 2026`."""
    last = found.until - timedelta(days=1)
    return f"{found.since:%B %Y} to {last:%B %Y}"


def why_no_numbers() -> str:
    """Return why a board has no numbers."""
    return (
        f"Fewer than {limits.NUMBERS_SEATS_MIN} people have a seat here: a count would name somebody,"
        " so there are none."
    )


def number_rows(numbers: BoardNumbers) -> list[tuple[str, str]]:
    """Return what is counted and how many, with the base, a row each; no share of nothing."""
    posts, cases = counted(numbers.posts, "post"), counted(numbers.cases, "case")
    rows = [("reports", f"{numbers.reports} of {posts}")]
    for each in numbers.clauses:
        clause = clause_name(each.norm, of_commons=each.of_commons)
        label = f"  by {clause}, version {each.norms_version}"
        rows.append((label, f"{each.reports} of {posts}"))
    appeals = counted(numbers.appealed, "appeal")
    told = [
        *rows,
        ("cases", f"{numbers.cases}"),
        ("  decided within a day", f"{numbers.within_day} of {cases}"),
        ("  within three days", f"{numbers.within_three_days} of {cases}"),
        ("  later", f"{numbers.later} of {cases}"),
        ("  not decided in time", f"{numbers.not_decided} of {cases}"),
        ("  still open", f"{numbers.waiting} of {cases}"),
        ("let be", f"{numbers.let_be} of {cases}"),
        ("decided by a clause", f"{numbers.decided} of {cases}"),
        ("appeals", f"{numbers.appealed}"),
        ("  upheld", f"{numbers.upheld} of {appeals}"),
        ("  overturned", f"{numbers.overturned} of {appeals}"),
        ("held at once", f"{numbers.held} of {cases}"),
        ("  confirmed", f"{numbers.confirmed} of {counted(numbers.held, 'hold')}"),
    ]
    return [(label, said) for label, said in told if " of 0 " not in said]

"""The personal data that the feature of cases stores."""

from bbs.features.cases.export_views import ExportedCase
from bbs_server.features.cases import given
from bbs_server.forgetting import blank
from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

SECTIONS = (
    Section(
        name="cases",
        about=(
            "The cases about you of which you were told, or that are over: the copies of your words,"
            " and what moderators noted and did, by their office."
        ),
        rows=given.give_cases,
        key=tuple[str],
        shows=ExportedCase,
    ),
    Section(
        name="case_entries",
        about="What you said and did in cases as a moderator.",
        rows=given.give_entries,
        key=tuple[str, int],
        shows=given.ENTRY_FIELDS,
    ),
    Section(
        name="case_reports",
        about="What you reported, until a year after the case ended.",
        rows=OwnedRows(
            table="case_reports",
            owner="reporter",
            key=("id",),
            columns=(
                *("id", "of_case", "at", "post", "line", "norm", "norms_version", "of_commons"),
                *("words_text", "revision", "via"),
            ),
            times=("at",),
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="cases.about",
        what="a case about words of yours, until a year after it ended",
        sections=("cases",),
        leaving=Leaving.STAYS,
        why="what was decided is known to those who judge later, for a year",
    ),
    PersonalData(
        column="cases.claimed_by",
        what="that you handle a case as a moderator",
        why_not="what you did with it is in the section `case_entries`",
        leaving=Leaving.GOES,
        why="somebody else takes it on",
        forget=blank("cases.claimed_by"),
    ),
    PersonalData(
        column="case_reports.reporter",
        what="a report of yours, until a year after the case ended",
        sections=("case_reports",),
        leaving=Leaving.GOES,
        why="what was reported is judged without you",
        words=("words_text",),
    ),
    PersonalData(
        column="case_names.member",
        what="that a report names you, so that you do not handle the case",
        why_not="it would tell what somebody reported",
        leaving=Leaving.GOES,
        why="nobody is left who could handle it",
    ),
    PersonalData(
        column="evidence.author",
        what="a copy of words of yours that were reported, or that reported words answer",
        sections=("cases",),
        leaving=Leaving.STAYS,
        why="the copy ends by itself, 30 days after the case",
        words=("body_text",),
    ),
    PersonalData(
        column="case_entries.by_member",
        what="what you did or said in a case, as a moderator or as whom it is about",
        sections=("case_entries", "cases"),
        leaving=Leaving.STAYS,
        why="it ends with the case, after a year",
        words=("said_text",),
    ),
    PersonalData(
        column="removed_members.member",
        what="that you were removed because you never were a member",
        why_not="you are told of it, with the act and the appeal",
        leaving=Leaving.STAYS,
        why="your words stay hidden until they are erased; then it says that the account is gone",
    ),
)

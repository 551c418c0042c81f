"""The personal data of decisions, sanctions and appeals."""

from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

_HOW = "what was decided is known to those who judge later, for a year"

SECTIONS = (
    Section(
        name="sanctions",
        about="What was decided about you in cases, for a year from the decision on.",
        rows=OwnedRows(
            table="sanctions",
            owner="member",
            key=("of_case",),
            columns=(
                *("of_case", "board", "kind", "state", "seconds", "norm", "norms_version"),
                *("of_commons", "decided_at", "since", "until", "act", "restriction"),
                "reason_text",
            ),
            times=("decided_at", "since", "until"),
        ),
    ),
    Section(
        name="appeals",
        about="Your appeals, with what was answered, until a year after they ended.",
        rows=OwnedRows(
            table="appeals",
            owner="member",
            key=("id",),
            columns=(
                *("id", "board", "act", "of_case", "kind", "thing", "asked_at", "decide_by"),
                *("state", "level", "words_text", "ended_at", "reason_text", "until", "revision"),
            ),
            times=("asked_at", "decide_by", "ended_at", "until"),
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="case_decisions.decided_by",
        what="that you decided a case as a moderator, until a year after it ended",
        why_not="the log of the board has it, and an export that named it would tell of a case",
        leaving=Leaving.STAYS,
        why="nobody who decided hears the appeal",
    ),
    PersonalData(
        column="case_decisions.seconded_by",
        what="that you gave the second key to a decision, until a year after its case ended",
        why_not="the log of the board has it, and an export that named it would tell of a case",
        leaving=Leaving.STAYS,
        why="nobody who agreed hears the appeal",
    ),
    PersonalData(
        column="sanctions.member",
        what="a sanction of yours, for a year from its decision on",
        sections=("sanctions",),
        leaving=Leaving.STAYS,
        why=_HOW,
        words=("reason_text",),
    ),
    PersonalData(
        column="appeals.member",
        what="an appeal of yours, until a year after it ended",
        sections=("appeals",),
        leaving=Leaving.STAYS,
        why="it is decided without you, too",
        words=("words_text", "reason_text"),
        secrets=("decided_by",),
    ),
    PersonalData(
        column="appeals.decided_by",
        what="that you decided about an appeal, until a year after it ended",
        why_not="the log of the board has it, and an export that named it would tell of an appeal",
        leaving=Leaving.STAYS,
        why="the log names who decided",
    ),
)

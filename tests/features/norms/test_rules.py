"""How two versions of norms differ: clause by clause, and word by word (P5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadParams
from bbs.features.norms.messages import Clause
from bbs.features.norms.rules import (
    ClauseChange,
    ClauseChangeKind,
    PieceKind,
    changes_between,
    check_clauses,
    diff_norms,
    diff_words,
)
from bbs.refusals import TextRefused

KIND = Clause(text="Be kind to everybody.", why="Kindness costs nothing.")
BRIEF = Clause(text="Say a thing once.", why="Others read too.")
PLANTS = Clause(text="Stay with plants.", why="That is what people come here for.")
STOP = Clause(text="Whoever is asked to stop stops.", why="A quarrel ends there.", judgement=True)

_words = st.lists(st.sampled_from(["be", "kind", "brief", "to", "plants", "all"]), min_size=1)
_sentences = _words.map(" ".join)
_clauses = st.builds(Clause, text=_sentences, why=_sentences, example=st.none() | _sentences)
_norms = st.lists(_clauses, min_size=1, max_size=8)


def kinds(changes: tuple[ClauseChange, ...]) -> list[tuple[str, int | None, int | None]]:
    """Return what became of which clause."""
    return [(change.kind.value, change.old, change.new) for change in changes]


def test_each_clause_is_kept_changed_moved_added_or_removed() -> None:
    """A reader sees what became of each clause, in the order of the new version (P5)."""
    kinder = Clause(text="Be kind to everybody here.", why=KIND.why)
    new = Clause(text="Write in whichever language you like.", why="Many do.")
    assert kinds(diff_norms((KIND, BRIEF, PLANTS, STOP), (STOP, kinder, PLANTS, new))) == [
        ("moved", 4, 1),
        ("changed", 1, 2),
        ("removed", 2, None),
        ("kept", 3, 3),
        ("added", None, 4),
    ]


def test_a_clause_before_others_leaves_them_as_they_are() -> None:
    """Other numbers alone are no change: the clauses below a new one are kept."""
    changes = diff_norms((KIND, BRIEF), (PLANTS, KIND, BRIEF))
    assert kinds(changes) == [("added", None, 1), ("kept", 1, 2), ("kept", 2, 3)]


@pytest.mark.parametrize(
    "other",
    [
        Clause(text=KIND.text, why="We meet again."),
        Clause(text=KIND.text, why=KIND.why, example="Greet newcomers."),
        Clause(text=KIND.text, why=KIND.why, judgement=True),
    ],
)
def test_why_example_and_judgement_are_part_of_a_clause(other: Clause) -> None:
    """Members accept whys and examples with the norms: another why or example is a change (P5)."""
    assert kinds(diff_norms((KIND,), (other,))) == [("changed", 1, 1)]


@given(_norms, _norms)
def test_no_clause_is_left_out_of_a_diff_or_told_twice(
    before: list[Clause], after: list[Clause]
) -> None:
    """A diff shows every clause of both versions once, and the new ones in their order (P5)."""
    changes = diff_norms(before, after)
    assert sorted(each.old for each in changes if each.old) == list(range(1, len(before) + 1))
    assert [each.new for each in changes if each.new] == list(range(1, len(after) + 1))
    for change in changes:
        assert change.before == (before[change.old - 1] if change.old else None)
        assert change.after == (after[change.new - 1] if change.new else None)
        same = change.kind in (ClauseChangeKind.KEPT, ClauseChangeKind.MOVED)
        assert same == (change.before == change.after)


@given(_norms)
def test_the_same_norms_differ_in_nothing(norms: list[Clause]) -> None:
    """Of norms that nobody changed every clause is kept."""
    assert {each.kind for each in diff_norms(norms, norms)} == {ClauseChangeKind.KEPT}
    assert [change.field for change in changes_between(norms, norms, 1)] == ["norms"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_words_of_a_diff_are_those_of_both_texts(before: str, after: str) -> None:
    """Without the new words a text is as it was, without those gone as it is now."""
    pieces = diff_words(before, after)
    assert "".join(each.text for each in pieces if each.kind is not PieceKind.NEW) == before
    assert "".join(each.text for each in pieces if each.kind is not PieceKind.GONE) == after


def test_a_diff_of_words_is_bounded() -> None:
    """Texts of a hostile server are not compared word by word beyond a bound (P13)."""
    one, other = "a b " * 500, "b a " * 500
    assert [piece.kind for piece in diff_words(one, other)] == [PieceKind.GONE, PieceKind.NEW]
    assert [piece.kind for piece in diff_words(one, one)] == [PieceKind.SAME]


def test_an_act_says_what_an_amendment_changed() -> None:
    """Norms are words of office: the act holds the clauses that changed, and no others (P8)."""
    kinder = Clause(text="Be kind to everybody here.", why=KIND.why, example="Greet.")
    changes = changes_between((KIND, BRIEF, PLANTS), (PLANTS, kinder), 4)
    assert [
        (each.field, each.before or each.said_before, each.after or each.said_after)
        for each in changes
    ] == [
        ("norms", 4, 5),
        ("place_of_norm_3", 3, 1),
        ("norm_2", KIND.text, kinder.text),
        ("example_of_norm_2", None, "Greet."),
        ("removed_norm_2", BRIEF.text, None),
    ]


def test_norms_that_nobody_could_keep_are_refused_in_a_sentence() -> None:
    """Too many clauses, none, or one without a why: each is one sentence that names the place (P5)."""
    with pytest.raises(BadParams, match=f"at most {limits.NORMS_MAX} clauses, and there are 200"):
        check_clauses((KIND,) * 200)
    with pytest.raises(BadParams, match="there are none; write one"):
        check_clauses(())
    with pytest.raises(TextRefused, match=r"norms 2, why"):
        check_clauses((KIND, Clause(text="Be brief.", why="")))
    with pytest.raises(TextRefused, match=r"norms 1, example"):
        check_clauses((Clause(text="Be brief.", why="Why.", example=" "),))

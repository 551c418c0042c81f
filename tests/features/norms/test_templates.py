"""Starter charters: what people begin with is what they could have written themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.norms.rules import check_clauses
from bbs.features.norms.templates import FLOOR, TEMPLATES, Template, find_template
from bbs.settings import SettingsError
from bbs.text import check_body, check_line
from tests.support.moot import open_moot


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_each_template_passes_the_gate_of_a_new_board(template: Template) -> None:
    """Title, charter and five or six clauses, each a sentence with a why, as a member's words (P5)."""
    check_line(template.title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    check_body(
        template.charter,
        field="charter",
        chars_max=limits.CHARTER_CHARS_MAX,
        bytes_max=limits.CHARTER_CHARS_MAX * 4,
        lines_max=1,
    )
    check_clauses(template.clauses)
    assert 5 <= len(template.clauses) <= 6
    sentences = [part for clause in template.clauses for part in (clause.text, clause.why)]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)
    assert sum(clause.example is not None for clause in template.clauses) >= 3


def test_there_are_few_templates_and_the_floor_is_one_of_them() -> None:
    """A founder can read all before choosing: there are three to five, the default among them."""
    assert 3 <= len(TEMPLATES) <= 5
    assert find_template(FLOOR) is TEMPLATES[FLOOR]
    assert all(name == template.name for name, template in TEMPLATES.items())


def test_a_template_that_does_not_exist_is_told_with_the_nearest() -> None:
    """One sentence: what was typed, the nearest name, and all there are."""
    with pytest.raises(SettingsError) as raised:
        find_template("workshp", field="--template")
    assert raised.value.field == "--template"
    assert raised.value.rule == (
        "there is none called 'workshp'; did you mean workshop?"
        " (there are: table, workshop, circle, hearth, assembly)"
    )


@given(st.text(max_size=40))
def test_whatever_is_typed_finds_a_template_or_is_refused(name: str) -> None:
    """Capitals and blanks around a name change nothing; nothing else is taken for a template."""
    if name.strip().lower() in TEMPLATES:
        assert find_template(name).name == name.strip().lower()
    else:
        with pytest.raises(SettingsError):
            find_template(name)


async def test_a_new_community_begins_with_the_norms_of_its_template(tmp_path: Path) -> None:
    """The setting counts at the first start alone: norms in force are not changed by a setting (P5)."""
    for chosen in ("assembly", "circle"):
        async with open_moot(tmp_path / "data", template=chosen) as moot:
            norms = await moot.line().ask(GetCommonsNorms())
            assert norms.clauses == TEMPLATES["assembly"].clauses

"""Rows with names become what readers see."""

from typing import NamedTuple

import pytest

from bbs.messages import View
from bbs.rows import view_of


class PlantRow(NamedTuple):
    """A plant as it is stored."""

    name: str
    name_text: str
    hardy: int
    height: int


class Plant(View, frozen=True, kw_only=True):
    """A plant as readers see it."""

    name: str
    hardy: bool
    height: int = 1


class Tree(View, frozen=True, kw_only=True):
    """A plant of which no column says everything."""

    name: str
    rings: int


ROW = PlantRow("medlar", "id of a text", 1, 300)


def test_a_view_has_the_columns_of_its_fields_names() -> None:
    """Columns that are no field stay out of the view; what is given comes before a column."""
    assert view_of(Plant, ROW, hardy=True) == Plant(name="medlar", hardy=True, height=300)
    assert view_of(Plant, ROW, hardy=True, name="quince").name == "quince"


def test_a_view_is_whole() -> None:
    """A field that neither the row nor the caller gives is an error, and so is an unknown one."""
    with pytest.raises(TypeError, match="rings"):
        view_of(Tree, ROW)
    with pytest.raises(TypeError, match="leaves"):
        view_of(Plant, ROW, leaves=3)

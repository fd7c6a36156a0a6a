"""Documents that are generated, or that name what the code holds, agree with it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from geoplan import tables
from geoplan.messages import MESSAGES
from geoplan.planner import OUTPUTS

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_is_the_generated_one() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "generate.py"))["data_dictionary"]()
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8") == made


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_every_file_that_the_readme_links_exists(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [link for link in links if not (ROOT / link).exists()]
    assert links
    assert missing == []


def test_every_table_sorts_by_columns_that_it_has() -> None:
    for table in (*tables.INPUT_TABLES, *tables.OUTPUT_TABLES):
        assert set(table.key) <= set(table.names), table.name


def test_every_fault_says_what_to_do() -> None:
    assert all(message and advice for message, advice in MESSAGES.values())


def test_the_architecture_names_every_package() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = sorted(path.parent.name for path in (ROOT / "geoplan").glob("*/__init__.py"))
    assert [name for name in packages if f"`{name}/`" not in text] == []
    modules = sorted(path.name for path in (ROOT / "geoplan").glob("[a-z]*.py"))
    assert [name for name in modules if f"`{name}`" not in text] == []
    assert len(OUTPUTS) == 6

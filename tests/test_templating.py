"""Templates that clerks edit: what they may say, and what is told of what they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoplan.faults import ScenarioError
from geoplan.report.document.model import (
    Heading,
    NewPage,
    Paragraph,
    Points,
    Run,
    Signatures,
    letters,
    plain,
)
from geoplan.report.document.templating import Supply, fill, load

SUPPLY = Supply(
    {"name": "*Xã* # [[table: x]] {{ name }} <b>", "n": 3, "none": ""},
    {"table": {"targets": lambda: [Paragraph(plain("bảng"))]}},
)


def faults_of(template: str) -> list[tuple[str, int | None]]:
    with pytest.raises(ScenarioError) as caught:
        fill(template, SUPPLY, file="report.md")
    assert all(fault.file == "report.md" for fault in caught.value.faults)
    return [(fault.code, fault.row) for fault in caught.value.faults]


def test_markdown_becomes_parts() -> None:
    filled = fill(
        "# Tiêu đề\n\n## Mục\n\nCó **{{ n }}** *thôn*.\n\n- a\n- b\n\n1. c\n\n"
        "[[table: targets]]\n\n[[new page: landscape]]\n\n[[signatures: A | B]]\n",
        SUPPLY,
    )
    assert letters(filled.title) == "Tiêu đề"
    assert filled.parts == (
        Heading(plain("Mục"), 1),
        Paragraph((Run("Có "), Run("3", bold=True), Run(" "), Run("thôn", italic=True), Run("."))),
        Points((plain("a"), plain("b"))),
        Points((plain("c"),), is_ordered=True),
        Paragraph(plain("bảng")),
        NewPage("landscape"),
        Signatures(("A", "B")),
    )


def test_a_value_is_never_markup_nor_a_directive() -> None:
    (part,) = fill("Tên: {{ name }}", SUPPLY).parts
    assert isinstance(part, Paragraph)
    assert letters(part.text) == "Tên: *Xã* # [[table: x]] {{ name }} <b>"
    assert not any(run.bold or run.italic for run in part.text)
    (alone,) = fill("{{ name }}", SUPPLY).parts
    assert isinstance(alone, Paragraph)


def test_conditions_choose_what_is_said() -> None:
    assert fill("{% if none %}\nA\n{% else %}\nB\n{% endif %}\n", SUPPLY).parts == (
        Paragraph(plain("B")),
    )


def test_a_style_stands_before_its_paragraph() -> None:
    (part,) = fill("[[note]] Chú ý **này**.", SUPPLY).parts
    assert part == Paragraph((Run("Chú ý "), Run("này", bold=True), Run(".")), "note")


@pytest.mark.parametrize(
    ("template", "faults"),
    [
        ("a\n\n{{ unknown }}", [("template_broken", 3)]),
        ("a\n\n{% if n %}", [("template_broken", 3)]),
        ("a\n\n[[table: none]]\n\n[[film: x]]", [("template_unknown", 3), ("template_unknown", 5)]),
        ("{{ ''.__class__.__mro__ }}", [("template_broken", None)]),
        ("{{ 1 / 0 }}", [("template_broken", None)]),
    ],
)
def test_what_cannot_be_filled_is_told_with_its_row(
    template: str, faults: list[tuple[str, int | None]]
) -> None:
    assert faults_of(template) == faults


def test_the_users_template_goes_before_ours(tmp_path: Path) -> None:
    assert load("report", "vi", tmp_path)[0].startswith("# BÁO CÁO")
    (tmp_path / "report.md").write_text("# Của tôi\n", "utf-8-sig")
    assert load("report", "vi", tmp_path) == ("# Của tôi\n", "report.md")
    (tmp_path / "report.md").write_bytes("# Của tôi".encode("utf-16"))
    with pytest.raises(ScenarioError):
        load("report", "vi", tmp_path)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_languages_have_the_same_directives(language: str) -> None:
    def directives(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("[[") and "sign" not in line
                and "note" not in line]  # fmt: skip

    assert directives(load("report", language)[0]) == directives(load("report", "vi")[0])

"""Every message of a fault exists in Vietnamese, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import geoplan
from geoplan import faults, text
from geoplan import messages as words

CATALOGUE = Path(geoplan.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "faults.po"
MESSAGES = sorted(
    {
        *words.PLACES,
        words.DATE,
        *words.HINTS.values(),
        *(text for pair in words.MESSAGES.values() for text in pair),
    }
)


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def placeholders(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_has_a_translation_with_its_placeholders(
    message: str, translated: dict[str, str]
) -> None:
    assert translated.get(message, "")
    assert placeholders(translated[message]) == placeholders(message)


def test_no_translation_is_left_over(translated: dict[str, str]) -> None:
    assert set(translated) == set(MESSAGES)


def test_translations_are_composed_text(translated: dict[str, str]) -> None:
    assert all(text.nfc(words) == words for words in translated.values())


def test_a_fault_in_vietnamese() -> None:
    fault = faults.Fault("not_a_number", file="tram.csv", row=17, column="Vĩ độ", value="108,8o1")
    told = faults.describe(fault, text.translator("vi", "faults"))
    assert told.startswith("tram.csv, dòng 17, cột Vĩ độ = '108,8o1': không phải là số → ")

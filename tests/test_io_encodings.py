"""Text in any encoding: marked, named, or told by its syllables; never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import garbling
import pytest
from io_case import SITES, codes_of, read, write_province

from geoplan.io import encodings, syllables

NAMES = (
    *("Quảng Ngãi", "Sơn Tịnh", "Nghĩa Hành", "Tư Nghĩa", "Mộ Đức", "Đức Phổ", "Ba Tơ", "Trà Bồng"),
    *("Lý Sơn", "Bình Sơn", "Thôn Phú Mỹ", "Ấp Tân Hòa", "Khóm Vĩnh Thuận", "Tổ dân phố Hương Sơ"),
    *("Xã Hiệp Đức", "Phường Mỹ Tho", "Gò Công", "Cái Bè", "Cai Lậy", "Chợ Gạo", "Kiến Tường"),
    *("Nhà mạng", "Công nghệ", "Băng tần", "Độ cao ăng ten", "Ngày phát sóng", "Chủ sở hữu cột"),
    *("Đơn vị quản lý", "Mã vị trí", "Kinh độ", "Vĩ độ", "Số hộ", "Huỳnh Thúc Kháng", "Quyển Sơn"),
    *("Thuận Yên", "Ngũ Hành Sơn", "Krông Nô", "Đắk Tô"),
)
WRITERS: dict[str, Callable[[str], bytes]] = {
    "windows-1258": garbling.windows_1258,
    "tcvn3": garbling.tcvn3,
    "vni": garbling.vni,
}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


@pytest.mark.parametrize("encoding", WRITERS)
def test_a_list_of_names_is_told_by_its_syllables(encoding: str) -> None:
    text = "\n".join(NAMES)
    decoded = encodings.decode(WRITERS[encoding](text))
    assert decoded is not None
    assert decoded.detected == encoding
    # ABC fonts have capitals with accents in a font of their own.
    fold = str.lower if encoding == "tcvn3" else str
    assert fold(decoded.text) == fold(text)


@pytest.mark.parametrize("encoding", WRITERS)
def test_few_words_are_read_rightly_or_not_at_all(encoding: str) -> None:
    read_rightly = 0
    for pair in combinations(NAMES, 2):
        decoded = encodings.decode(WRITERS[encoding]("\n".join(pair)))
        assert decoded is None or decoded.text.lower() == "\n".join(pair).lower()
        read_rightly += decoded is not None
    assert read_rightly > 0.85 * len(list(combinations(NAMES, 2)))


def test_the_right_encoding_makes_syllables_and_a_wrong_one_does_not() -> None:
    text = "\n".join(NAMES)
    for name, write in WRITERS.items():
        for other in ("tcvn3", "vni"):
            words = syllables.odd_words(
                encodings.MENDERS[other](write(text).decode("latin-1")) or ""
            )
            assert (syllables.share(words) > 0.95) == (name == other)
            assert name == other or syllables.share(words) < 0.6


def test_every_letter_of_the_fonts() -> None:
    letters = "".join(sorted(set("".join(garbling.TCVN3))))
    assert encodings.MENDERS["tcvn3"](garbling.tcvn3(letters).decode("latin-1")) == letters
    for case in (letters, letters.upper()):
        assert encodings.MENDERS["vni"](garbling.vni(case).decode("latin-1")) == case


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "latin-1"])
def test_utf8_that_was_read_as_another_encoding_is_mended(encoding: str) -> None:
    garbled = {garbling.utf8_read_as(name, encoding): name for name in NAMES}
    mended, way = encodings.mend(sorted(garbled))
    assert way == ("utf-8 as cp437" if encoding == "cp437" else "utf-8 as windows-1252")
    kept = {text: mended.get(text, text) for text in garbled}
    # A name with a syllable of another language is mended only where all of it is Vietnamese.
    assert {name: garbled[text] for text, name in kept.items() if text in mended} == {
        name: name for text, name in kept.items() if text in mended
    }
    assert len(mended) >= len(NAMES) - 2


def test_one_garbled_cell_is_enough_for_utf8() -> None:
    cells = ["Xã Bình Hòa", garbling.utf8_read_as("Xã Tịnh Khê", "cp437"), "Tân Lân"]
    mended, _ = encodings.mend(cells)
    assert mended == {cells[1]: "Xã Tịnh Khê"}


def test_a_mixed_workbook_keeps_what_is_text_already() -> None:
    old = [garbling.tcvn3(name).decode("latin-1") for name in ("trạm gốc", "Nghĩa Hành", "mã")]
    cells = ["Tân Lân", "Bình Hòa", "Café Müller", *old]
    mended, way = encodings.mend(cells)
    assert way == "tcvn3"
    assert [mended.get(cell, cell) for cell in cells] == [
        *cells[:3],
        "trạm gốc",
        "Nghĩa Hành",
        "mã",
    ]


def test_where_all_is_garbled_a_word_that_reads_either_way_is_too() -> None:
    words = ("Mã trạm", "Công nghệ", "Độ cao", "cột", "Nghĩa Hành")
    cells = [garbling.tcvn3(word).decode("latin-1") for word in words]
    assert syllables.is_syllable(cells[3])
    mended, _ = encodings.mend(cells)
    assert [mended[cell].lower() for cell in cells] == [word.lower() for word in words]


@pytest.mark.parametrize("text", ["Café", "naïve Zoë", "Škoda, Łódź", "Ý", "Ã", "§ 5 °C"])
def test_text_that_nothing_explains_stays(text: str) -> None:
    assert encodings.mend([text]) == ({}, "")


def test_bytes_that_are_no_text_are_refused() -> None:
    assert encodings.decode(bytes(range(128, 256)) * 4) is None
    assert encodings.decode("Café Müller".encode("cp1252")) is None
    assert encodings.decode("trạm".encode()[:-1] + b"\xff") is None


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_unicode_with_and_without_its_mark(encoding: str, mark: bool) -> None:
    text = "Mã trạm,Công nghệ\nA,4G\n"
    data = (("\ufeff" if mark else "") + text).encode(encoding)
    assert encodings.decode(data) == encodings.Decoded(text)


def test_decomposed_text_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Quảng Ngãi")
    assert encodings.decode(decomposed.encode()) == encodings.Decoded("Quảng Ngãi")


@pytest.mark.parametrize("name", ["tcvn3", "ABC", "TCVN-3", "vni", "windows-1258"])
def test_a_named_encoding_needs_no_certainty(name: str) -> None:
    kind = {"ABC": "tcvn3", "TCVN-3": "tcvn3"}.get(name, name)
    decoded = encodings.decode(WRITERS[kind]("tổ"), name)
    assert decoded == encodings.Decoded("tổ")


def test_a_file_in_an_old_font_is_read_and_told(province: Path) -> None:
    wanted = read(province).sites
    text = SITES.replace("operator", "Nhà mạng").replace("technology", "Công nghệ")
    text = text.replace("site_id", "Mã trạm").replace("S1", "Trạm nghĩa")
    (province / "old.csv").write_bytes(garbling.tcvn3(text))
    found = read(province, sites=["old.csv"])
    assert found.sites["longitude"].tolist() == wanted["longitude"].tolist()
    assert set(found.sites["site_id"]) == {"trạm nghĩa".replace("t", "T", 1)}
    assert [warning.code for warning in found.warnings] == ["encoding_detected"]
    assert found.warnings[0].params["encoding"] == "tcvn3"


def test_the_wrong_name_of_an_encoding_is_a_fault(province: Path) -> None:
    (province / "old.csv").write_bytes(garbling.tcvn3(SITES.replace("site_id", "Mã trạm")))
    named = [{"path": "old.csv", "encoding": "utf-8"}]
    assert codes_of(province, sites=named) == ["encoding"]

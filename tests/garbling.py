"""Writes Vietnamese as old fonts, code pages and careless programs do: the inverse of reading.

Written from the published code charts and not from ``geoplan.io.encodings``, whose tests use it.
"""

from __future__ import annotations

import unicodedata

TCVN3 = dict(
    zip(
        "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        bytes.fromhex(
            "a8a9aaabacadae b5b6b7b8b9 bbbcbdbe c6 c7c8c9ca cb ccce cfd0d1 d2d3d4d5d6 d7d8dcddde"
            "dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
        ),
        strict=True,
    )
)
VNI_TONES = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
VNI_CIRCUMFLEX = {
    "": "â",
    "\u0300": "à",
    "\u0301": "á",
    "\u0309": "å",
    "\u0303": "ã",
    "\u0323": "ä",
}
VNI_BREVE = {"": "ê", "\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
VNI_I = {"\u0300": "ì", "\u0301": "í", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò"}


def tcvn3(text: str) -> bytes:
    """Write for an ABC font: capitals with a tone come from another font and are small here."""
    return bytes(TCVN3.get(char, TCVN3.get(char.lower(), ord(char))) for char in nfc(text))


def vni(text: str) -> bytes:
    """Write for a VNI font: an accent stands behind its vowel."""
    return "".join(_vni_letter(char) for char in nfc(text)).encode("latin-1")


def _vni_letter(char: str) -> str:
    small = char.lower()
    if small == "đ":
        return "ñ" if char == small else "Ñ"
    base, *marks = unicodedata.normalize("NFD", small)
    shape = next((mark for mark in marks if mark in "\u0302\u0306\u031b"), "")
    tone = next((mark for mark in marks if mark in VNI_TONES), "")
    if shape == "\u031b":
        written = {"o": "ô", "u": "ö"}[base] + VNI_TONES.get(tone, "")
    elif shape == "\u0302":
        written = base + VNI_CIRCUMFLEX[tone]
    elif shape == "\u0306":
        written = base + VNI_BREVE[tone]
    elif tone and base == "i":
        written = VNI_I[tone]
    elif small == "ỵ":
        written = "î"
    else:
        written = base + VNI_TONES.get(tone, "")
    return written if char == small else written.upper()


def windows_1258(text: str) -> bytes:
    """Write in the code page, with tones as combining marks where it has no letter."""
    out = b""
    for char in nfc(text):
        try:
            out += char.encode("cp1258")
        except UnicodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = "".join(mark for mark in parts if mark in VNI_TONES)
            letter = nfc("".join(mark for mark in parts if mark not in VNI_TONES))
            out += (letter + tones).encode("cp1258")
    return out


def utf8_read_as(text: str, encoding: str) -> str:
    """Read UTF-8 as another encoding; bytes that it leaves free become control characters."""
    shown = []
    for byte in nfc(text).encode("utf-8"):
        try:
            shown.append(bytes([byte]).decode(encoding))
        except UnicodeError:
            shown.append(chr(byte))
    return "".join(shown)


def nfc(text: str) -> str:
    """Compose."""
    return unicodedata.normalize("NFC", text)

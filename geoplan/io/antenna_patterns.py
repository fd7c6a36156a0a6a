"""Antenna patterns from a folder of MSI and PLN text files, the format of Planet.

What a pattern does is left to ``propagation.antennas``; which cell hangs which antenna stands in
the column ``antenna`` of the sites table, by the NAME within a file or by the file's own name.

A file holds lines of a word and a value (NAME, FREQUENCY, GAIN, TILT …) and two cuts: HORIZONTAL
and VERTICAL, each with the number of its lines, then an angle and an attenuation a line. A gain
without unit is in dBd, as the format says. Vertical angles grow downwards from the horizon.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Faults
from geoplan.io import encodings
from geoplan.io.rows import Rows
from geoplan.propagation.antennas import DEGREES, Pattern, at_angle_db
from geoplan.results import InputFile
from geoplan.scenario import Scenario

Floats = NDArray[np.float64]

ENDINGS: Final = (".msi", ".pln", ".ant", ".txt")
"""A text file is read where it has a cut; files of the other endings must be patterns."""
DIPOLE_DBI: Final = 2.15
"""Gain of a half-wave dipole: dBi = dBd + 2.15."""

_CUTS: Final = ("HORIZONTAL", "VERTICAL")
_PARTS: Final = ("GAIN", *_CUTS)
_MOST_BYTES: Final = 4_000_000
_MOST_ANGLES: Final = 3601
_GAIN_DBI, _ATTENUATION_DB = (-30.0, 70.0), 400.0
_WIDEST_STEP_DEG: Final = 10.0
"""Between angles farther apart nothing is known of the lobes."""
_TILTED_DEG: Final = 20.0
"""A beam farther off the horizon is no downtilt, but an antenna that looks elsewhere."""
_SEEN: Final = ("Thumbs.db", "desktop.ini")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_SHOWN: Final = 60


class _Wrong(Exception):
    """What is wrong with a pattern file, as the values of its one fault."""

    def __init__(self, code: str, row: int | None = None, **more: object) -> None:
        super().__init__(code)
        self.code, self.row, self.more = code, row, more


@dataclass(frozen=True)
class Antennas:
    """The patterns of a scenario.

    ``by_name`` holds each under its folded NAME and under its folded file name (``text.fold``).
    """

    by_name: Mapping[str, Pattern] = field(default_factory=dict)
    files: tuple[InputFile, ...] = ()


def read(scenario: Scenario, faults: Faults, warnings: Faults) -> Antennas:
    """Read every pattern of the scenario's folder, in the order of the file names.

    A file that is no whole pattern gives one fault, with the line at which it goes wrong.
    """
    given = scenario.inputs.antennas
    if given is None:
        return Antennas()
    by_name: dict[str, Pattern] = {}
    by_file: dict[str, Pattern] = {}
    first: dict[str, str] = {}
    files = []
    for path, name in _files(scenario, given, faults, warnings):
        data = _content(path, name, faults)
        if data is None:
            continue
        words = _decode(data)
        if path.suffix.lower() == ".txt" and not _has_cut(words):
            warnings.add("pattern_left_out", file=name)
            continue
        try:
            pattern, remarks = parse(words, path.stem)
        except _Wrong as wrong:
            faults.add(wrong.code, file=name, row=wrong.row, **wrong.more)  # type: ignore[arg-type]
            continue
        for code, value in remarks:
            warnings.add(code, file=name, column="VERTICAL", value=value)
        key = text.fold(pattern.name)
        if key in by_name:
            warnings.add("pattern_same_name", file=name, value=pattern.name, first=first[key])
        first.setdefault(key, name)
        by_name.setdefault(key, pattern)
        by_file.setdefault(text.fold(path.stem), pattern)
        digest = hashlib.sha256(data).hexdigest()
        files.append(InputFile("antennas", name, "", digest, read=1, accepted=1, refused=0))
    return Antennas({**by_file, **by_name}, tuple(files))


def warn_unknown(lists: Sequence[Rows], antennas: Antennas) -> None:
    """Warn of rows of sites whose antenna has no pattern: they take the default of their band."""
    known = ", ".join(sorted({one.name for one in antennas.by_name.values()})[:6]) or "–"
    for rows in lists:
        named = rows.frame["antenna"].fillna("")
        there = named.map(lambda name: not name or text.fold(name) in antennas.by_name)
        rows.ledger.warn(
            ~there.to_numpy(dtype=bool), "unknown_antenna", column="antenna", known=known
        )


def parse(words: str, stem: str) -> tuple[Pattern, tuple[tuple[str, str], ...]]:
    """Make a pattern of the text of a file, with warnings: their codes and values.

    Raises
    ------
    _Wrong
        With code, line and values of the one fault.
    """
    said, cuts = _sections(words.splitlines())
    missing = [part for part in _PARTS if part not in said and part not in cuts]
    if missing:
        raise _Wrong("pattern_missing", part=", ".join(missing))
    vertical, tilt, remarks = _beam(cuts["VERTICAL"], _tilt_said(said))
    pattern = Pattern(
        name=text.nfc(said["NAME"][1]) if "NAME" in said else text.nfc(stem),
        gain_dbi=_gain_dbi(*said["GAIN"]),
        horizontal_db=cuts["HORIZONTAL"],
        vertical_db=vertical,
        frequency_mhz=_frequency_mhz(said.get("FREQUENCY", (0, ""))[1]),
        electrical_tilt_deg=tilt,
    )
    return pattern, remarks


def _files(
    scenario: Scenario, given: str, faults: Faults, warnings: Faults
) -> Iterator[tuple[Path, str]]:
    """Give path and shown name of each pattern file of the folder."""
    place = scenario.folder / given
    shown = Path(given).name if Path(given).is_absolute() else given.rstrip("/")
    if not place.is_dir():
        faults.add("missing_file", file=shown, column="inputs.antennas")
        return
    count = 0
    for path in sorted(place.iterdir(), key=lambda path: path.name):
        if path.name.startswith(("~$", ".")) or path.name in _SEEN:
            continue
        if path.is_file() and path.suffix.lower() in ENDINGS:
            count += 1
            yield path, f"{shown}/{path.name}"
        else:
            warnings.add("pattern_left_out", file=f"{shown}/{path.name}")
    if not count:
        warnings.add("empty_file", file=shown)


def _content(path: Path, name: str, faults: Faults) -> bytes | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            faults.add("pattern_missing", file=name, part=", ".join(_PARTS))
            return None
        return path.read_bytes()
    except OSError as error:
        faults.add("unreadable_file", file=name, why=error.strerror or type(error).__name__)
        return None


def _decode(data: bytes) -> str:
    """Give the text of a file; where the encoding is doubtful, the one of Western programs.

    Only names and comments have other letters than ASCII.
    """
    told = encodings.decode(data)
    return told.text if told is not None else data.decode("cp1252", "replace")


def _has_cut(words: str) -> bool:
    return any(_keyword(line)[0] in _CUTS for line in words.splitlines())


def _sections(
    lines: Sequence[str],
) -> tuple[dict[str, tuple[int, str]], dict[str, Floats]]:
    """Part a file into words with their line and value, and cuts."""
    said: dict[str, tuple[int, str]] = {}
    cuts: dict[str, Floats] = {}
    at = 0
    while at < len(lines):
        row, line = at + 1, lines[at].strip()
        at += 1
        if not line:
            continue
        key, value = _keyword(line)
        if not key:
            pair = _pair(line)
            # A cut may close with the angle that it began with; other lines are remarks.
            if pair is not None and not (cuts and pair[0] == DEGREES):
                raise _Wrong("pattern_left_over", row, value=line[:_SHOWN])
            continue
        if key in cuts or (key in _PARTS and key in said):
            raise _Wrong("pattern_again", row, part=key)
        if key in _CUTS:
            at, cuts[key] = _cut(key, value, row, lines)
        elif value or key not in said:
            said.setdefault(key, (row, value))
    return {key: told for key, told in said.items() if told[1] or key == "GAIN"}, cuts


def _keyword(line: str) -> tuple[str, str]:
    """Give the word that a line begins with, in capitals, and what follows; else empty."""
    found = re.match(r"\s*([^\W\d]\w*)\s*[:=;,]?\s*(.*)", line)
    return (found[1].upper(), found[2].strip()) if found else ("", "")


def _cut(part: str, value: str, row: int, lines: Sequence[str]) -> tuple[int, Floats]:
    """Read the lines of a cut; give where the next section begins and 360 attenuations."""
    expected = _expected(part, value, row)
    angles: list[float] = []
    losses: list[float] = []
    at = row
    while len(angles) < expected:
        line = lines[at].strip() if at < len(lines) else ""
        if at >= len(lines) or _keyword(line)[0] or (_pair(line) is None and _ends(lines, at)):
            last = min(at + 1, len(lines))
            raise _Wrong(
                "pattern_cut_short", last, column=part, found=len(angles), expected=expected
            )
        at += 1
        if not line:
            continue
        pair = _pair(line)
        if pair is None:
            raise _Wrong("pattern_line", at, column=part, value=line[:_SHOWN])
        _check_pair(part, at, pair, angles)
        angles.append(pair[0])
        losses.append(pair[1])
    _check_round(part, at, angles)
    return at, _by_degree(part, row, np.array(angles), np.array(losses))


def _ends(lines: Sequence[str], at: int) -> bool:
    """Tell whether nothing stands behind a line."""
    return not any(line.strip() for line in lines[at + 1 :])


def _expected(part: str, value: str, row: int) -> int:
    """Give the number of lines that a cut announces; 360 where it says none."""
    if not value:
        return DEGREES
    if not re.fullmatch(r"\d{1,5}", value, re.ASCII):
        raise _Wrong("not_a_number", row, column=part, value=value[:_SHOWN])
    if not 4 <= int(value) <= _MOST_ANGLES:
        raise _Wrong("pattern_value", row, column=part, value=value, range=f"4 … {_MOST_ANGLES}")
    return int(value)


def _pair(line: str) -> tuple[float, float] | None:
    """Read an angle and an attenuation; None where a line does not hold just these."""
    tokens = [one for one in re.split(r"[\s;]+", line.strip()) if one]
    if len(tokens) == 1 and tokens[0].count(",") == 1:
        tokens = tokens[0].split(",")
    elif len(tokens) == 2:
        tokens[0] = tokens[0].removesuffix(",")
    if len(tokens) != 2 or not all(_NUMBER.fullmatch(one) for one in tokens):
        return None
    angle, loss = (float(one.replace(",", ".")) for one in tokens)
    return angle, loss


def _check_pair(part: str, row: int, pair: tuple[float, float], angles: Sequence[float]) -> None:
    angle, loss = pair
    if angles and not angle > angles[-1]:
        raise _Wrong(
            "pattern_angle", row, column=part, value=f"{angle:g}", before=f"{angles[-1]:g}"
        )
    if not -DEGREES <= angle <= DEGREES:
        raise _Wrong("pattern_value", row, column=part, value=f"{angle:g}", range="0 … 360")
    if not abs(loss) <= _ATTENUATION_DB:
        known = f"0 … {_ATTENUATION_DB:g} dB"
        raise _Wrong("pattern_value", row, column=part, value=f"{loss:g}", range=known)


def _check_round(part: str, row: int, angles: Sequence[float]) -> None:
    """Hold that the angles go once round, without a hole."""
    steps = np.diff([*angles, angles[0] + DEGREES])
    if steps.min() < 0.0 or steps.max() > _WIDEST_STEP_DEG:
        after = angles[int(np.argmax(steps))]
        raise _Wrong(
            "pattern_hole", row, column=part, value=f"{after:g}", step=f"{_WIDEST_STEP_DEG:g}"
        )


def _by_degree(part: str, row: int, angles: Floats, losses: Floats) -> Floats:
    """Give attenuation by the whole degree, its least 0, of losses or of gains below the beam."""
    if losses.max() <= 0.0:
        losses = -losses
    if losses.min() < -1.0:
        value = f"{losses.min():g}"
        raise _Wrong("pattern_signs", row, column=part, value=value)
    # Closed at both ends, so that every whole degree lies between two angles.
    turned = np.mod(angles, DEGREES)
    order = np.argsort(turned, kind="stable")
    x, y = turned[order], losses[order]
    x, y = np.r_[x[-1] - DEGREES, x, x[0] + DEGREES], np.r_[y[-1], y, y[0]]
    found = np.interp(np.arange(DEGREES, dtype=np.float64), x, y)
    return np.asarray(found - found.min())


def _gain_dbi(row: int, value: str) -> float:
    """Give a gain in dBi of one in dBi, dBd or of no unit, which is dBd."""
    found = re.match(rf"({_NUMBER.pattern})\W*(dBd|dBi)?\W*$", value, re.ASCII | re.IGNORECASE)
    if found is None:
        code = "not_a_number" if value else "missing_value"
        raise _Wrong(code, row, column="GAIN", value=value[:_SHOWN])
    gain = float(found[1].replace(",", "."))
    gain += 0.0 if (found[2] or "").casefold() == "dbi" else DIPOLE_DBI
    if not _GAIN_DBI[0] <= gain <= _GAIN_DBI[1]:
        known = f"{_GAIN_DBI[0]:g} … {_GAIN_DBI[1]:g} dBi"
        raise _Wrong("pattern_value", row, column="GAIN", value=value[:_SHOWN], range=known)
    return gain


def _frequency_mhz(value: str) -> float:
    """Give a frequency, or the middle of a range, in MHz; NaN where none is told."""
    found = [float(one.replace(",", ".")) for one in _NUMBER.findall(value.replace("-", " "))]
    if not found:
        return math.nan
    mhz = sum(found[:2]) / len(found[:2]) * (1e3 if "ghz" in value.casefold() else 1.0)
    return mhz if 1.0 <= mhz <= 300_000.0 else math.nan


def _tilt_said(said: Mapping[str, tuple[int, str]]) -> float:
    """Give the electrical tilt that a file names; NaN where it names none."""
    for key in ("ELECTRICAL_TILT", "ELECTRICALTILT", "TILT"):
        found = _NUMBER.search(said.get(key, (0, ""))[1])
        if found:
            return float(found[0].replace(",", "."))
    return math.nan


def _beam(vertical: Floats, said_deg: float) -> tuple[Floats, float, tuple[tuple[str, str], ...]]:
    """Give the vertical cut with its angles downwards, its electrical tilt, and warnings.

    The tilt is where the beam stands: what the file says, where that is within a degree of it.
    Where the beam stands as far *up* as the file says it is tilted down, its angles grow upwards.
    """
    angles = np.arange(-90.0, 91.0)
    front = at_angle_db(vertical, angles)
    lowest = angles[front <= front.min() + 1e-9]
    beam = float(min(lowest, key=lambda angle: (abs(angle), angle)))
    remarks: tuple[tuple[str, str], ...] = ()
    if said_deg >= 1.0 and abs(beam + said_deg) <= 1.0 and beam < 0.0:
        vertical, beam = np.roll(vertical[::-1], 1), -beam
        remarks = (("pattern_turned", f"{-beam:g}"),)
    if front.min() > 0.0 or abs(beam) > _TILTED_DEG:
        away = int(np.argmin(vertical)) if front.min() > 0.0 else round(beam)
        return vertical, 0.0, (("pattern_elsewhere", f"{away}"),)
    is_said = not math.isnan(said_deg) and abs(beam - said_deg) <= 1.0
    return vertical, said_deg if is_said else beam, remarks

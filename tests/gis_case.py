"""A run with everything that bites: odd names, sites planned and switched off, sectors."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from small_run import small_run

from geoplan import tables
from geoplan.results import RunResult

ODD_NAMES = (
    "<script>alert('x')</script> & \"quoted\"",
    "ends a section ]]> here",
    "Thôn 😀 của sóng",
    "قرية تجريبية",
    "Đ" * 200,
    "line\x0bbreak\x00 and {braces} %s",
)


def odd_run(*, language: str = "vi") -> RunResult:
    """Give the small run with odd names of hamlets, communes, operators and sites."""
    run = small_run(language=language)
    baseline = run.baseline
    hamlets = baseline.hamlets.assign(name=list(ODD_NAMES))
    communes = baseline.communes.assign(name=list(ODD_NAMES[:2]))
    outlines = run.inputs.communes.assign(name=list(ODD_NAMES[:2]))
    return replace(
        run,
        inputs=replace(run.inputs, communes=outlines, sites=sites()),
        baseline=replace(baseline, hamlets=hamlets, communes=communes),
    )


def sites() -> pd.DataFrame:
    """Give rows of sites: three sectors on air, one switched off, one planned, one proposed."""
    rows = [
        ("Viettel", "4G", 108.751, 15.051, "A1", 0.0, 65.0, "existing", None),
        ("Viettel", "4G", 108.751, 15.051, "A1", 120.0, 65.0, "existing", None),
        ("Viettel", "5G", 108.751, 15.051, "A1", 120.0, 140.0, "existing", None),
        ("Viettel", "4G", 108.761, 15.061, "A2", None, None, "", "2024-01-01"),
        ("VNPT", "4G", 108.851, 15.051, "<b>&V", None, None, "planned", None),
        ("Nhà mạng <mới>", "5G", 108.852, 15.052, "N1", 350.0, None, "proposed", None),
    ]
    names = ["operator", "technology", "longitude", "latitude", "site_id", "azimuth_deg"]
    frame = pd.DataFrame(rows, columns=[*names, "beamwidth_deg", "status", "off_air_date"])
    frame["off_air_date"] = pd.to_datetime(frame["off_air_date"])
    frame["installation_key"] = frame["site_id"]
    return tables.check(frame, tables.SITES)


def empty_run(*, language: str = "vi") -> RunResult:
    """Give the small run without sites, located hamlets, holes, proposals or places."""
    run = small_run(language=language)
    baseline = run.baseline
    hamlets = baseline.hamlets.assign(longitude=float("nan"), latitude=float("nan"))
    none = {
        name: getattr(baseline, name).iloc[:0]
        for name in ("clusters", "positions", "cells", "holes", "places")
    }
    return replace(
        run,
        inputs=replace(run.inputs, zones=run.inputs.zones.iloc[:0]),
        baseline=replace(
            baseline,
            operators=(),
            hamlets=hamlets.assign(status_mbb="unknown", status_4g="unknown"),
            **none,
        ),
        plan=replace(run.plan, proposals=run.plan.proposals.iloc[:0]),
    )

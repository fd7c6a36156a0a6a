"""The texts of the sample province: its scenario, and the page that says where it comes from."""

from __future__ import annotations

from typing import Final

from geoplan.demo import names

OPERATOR_FILES: Final = {
    "Viettel": "sites_viettel.csv",
    "VNPT": "sites_vnpt.csv",
    "MobiFone": "sites_mobifone.csv",
    "Vietnamobile": "sites_vietnamobile.csv",
}

_SCENARIO: Final = """\
# Tỉnh Mẫu là tỉnh hư cấu: mọi số liệu do chương trình sinh ra, không phải số liệu thật.
# The province is invented: all of its data come out of a generator (geoplan.demo).
schema = 1
name = "{name}"
language = "vi"
as_of = 2025-12-31
planning_crs = "EPSG:5898"

[inputs]
communes = "{data}boundaries/communes.geojson"
hamlets = "{data}boundaries/hamlets.csv"
clusters = "{data}boundaries/clusters.csv"
sites = [
{sites}
]
places = "{data}boundaries/places.csv"
zones = "{data}boundaries/zones.geojson"
structures = "{data}sites/structures.csv"
reported = "{data}reported.csv"
max_rejected_share = 0.05
outside_tolerance_m = 2000

[coverage]
model = "radius"
technologies = ["4G", "5G"]
mbb = ["4G", "5G"]
environment_from = "type"
min_cluster_households = 1
min_share = 0.95
sector_width_deg = 120
cell_m = 100

[coverage.radius_m]
"4G" = {{ urban = 1200, suburban = 2500, rural = 3500 }}
"5G" = {{ urban = 600, suburban = 1000, rural = 1900 }}

[sharing]
merge_distance_m = 30
structure_ids = "own"
period = ["2025-01-01", "2025-12-31"]

[siting]
technology = "4G"
positions = 20
operators = ["Viettel", "VNPT", "MobiFone", "Vietnamobile"]
frequency_mhz = 1800
antenna_agl_m = 40
min_gain_people = 150
existing_tolerance = 0.1
hole_link_m = 1000

[siting.weights]
total = 1.0
partial = 0.0

[targets]
plans = ["quang-ngai-194"]
"""

_SOURCE: Final = """\
# Nguồn số liệu: tỉnh hư cấu / Source: an invented province

**{name} không có thật.** Ranh giới, tên, dân số, trạm BTS, số liệu báo cáo đều do chương trình
sinh ra; tên xã nào cũng bắt đầu bằng "Mẫu", mã tỉnh là "{code}", mã xã là các mã không đơn vị
nào dùng. Đây không phải bản đồ hành chính và không phải số liệu của doanh nghiệp viễn thông nào;
tên doanh nghiệp chỉ để bảng trông như bảng thật. Vị trí trên bản đồ cũng là bịa.

**{name} does not exist.** `geoplan.demo` made every border, name, person, mast and reported value
here, with seed {seed} and scale {scale:g}. Every commune's name begins with "Mẫu", the province
code is "{code}", and no unit uses the commune codes. The operators' names are real, what is said
of them is not. The place on the globe is arbitrary.

| file | content |
|---|---|
| boundaries/communes.geojson | communes, wards and a special zone of several islands |
| boundaries/hamlets.csv | hamlets, some without coordinates or population |
| boundaries/clusters.csv | groups of houses of the hamlets |
| boundaries/places.csv | schools, hospitals, industrial parks and other places |
| boundaries/zones.geojson | areas with a class: urban, industrial park, demand, inhabited |
| boundaries/river.geojson | the river, for drawing |
| sites/sites_*.csv | cells of each operator: on air, planned, switched off |
| sites/structures.csv | masts without BTS, public buildings and power masts |
| sites/proposed.csv | proposed sites, for `geoplan whatif --add` |
| reported.csv | values entered by hand |

Coordinates are longitude and latitude (WGS 84). Files are UTF-8.

Write them again: `python -m geoplan.demo .` in the root of the repository; a test compares.
Licence: the project's own (Apache-2.0).
"""


def scenario_text(*, data: str = "") -> str:
    """Give the scenario; ``data`` goes before every path, such as ``"../data/"``."""
    sites = ",\n".join(f'  "{data}sites/{file}"' for file in OPERATOR_FILES.values())
    return _SCENARIO.format(name=names.PROVINCE, data=data, sites=sites + ",")


def source_text(*, seed: int, scale: float) -> str:
    """Give the page that says that all is invented, and how it was made."""
    return _SOURCE.format(name=names.PROVINCE, code=names.PROVINCE_CODE, seed=seed, scale=scale)

"""Words for indicators, technologies and classes, in Vietnamese and English.

A name says what is measured, what is counted and what is missing where there is no figure.
Formulas are left to ``catalogue`` and ``compute``, sentences to ``sentences``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Name:
    """The words of one indicator, each as (Vietnamese, English).

    ``{technology}`` and ``{hamlets}`` are filled in by the sentence: the technology, and the
    plan's own word for thôn, ấp, khóm … ``missing`` is what a user must bring for a figure.
    """

    subject: tuple[str, str]
    counted: tuple[str, str]
    missing: tuple[str, str]
    merges_positions: bool = False
    in_period: bool = False


_SITES = ("tệp trạm (sites) của các nhà mạng", "the operators' sites files")
_STATIONS = (
    "trạm {technology} trong tệp trạm (sites) của các nhà mạng",
    "{technology} stations in the operators' sites files",
)
_DATED = (
    "tệp trạm (sites) có ngày phát sóng (on_air_date, built_date)",
    "sites files with on-air dates (on_air_date, built_date)",
)
_HAMLETS = (
    "tệp {hamlets} có tọa độ và trạm {technology} của các nhà mạng",
    "a hamlets file with locations, and the operators' {technology} sites",
)
_CLUSTERS = (
    "tệp {hamlets} và cụm dân cư có tọa độ, trạm {technology} của các nhà mạng",
    "hamlets and clusters with locations, and the operators' {technology} sites",
)
_PEOPLE = (
    "dân số theo {hamlets} (hoặc raster dân số) và trạm {technology}",
    "population by hamlet (or a population raster) and {technology} sites",
)
_PLACES = (
    "danh sách địa điểm (places) theo loại và trạm {technology}",
    "a places file with classes, and {technology} sites",
)
_FIBRE = (
    "cột has_fibre trong tệp {hamlets} (đã có cáp quang hay chưa)",
    "the column has_fibre of the hamlets file",
)
_HAND = (
    "giá trị nhập tay kèm nguồn trong reported.csv",
    "a value entered by hand, with its source, in reported.csv",
)
_POST_AND_PEOPLE = (
    "điểm phục vụ bưu chính có tọa độ (places, loại post_office) và dân số",
    "post offices with locations (places, class post_office) and population",
)
_POSITIONS = ("vị trí", "positions")
_OF_HAMLETS = ("{hamlets}", "hamlets")
_OF_PEOPLE = ("người", "people")
_NONE = ("", "")

REPORTED: Final = "reported"
"""The indicator of a target that has no formula: its value is entered by hand."""

INDICATORS: Final[dict[str, Name]] = {
    "HAMLET_NOT_WHITE": Name(
        (
            "Tỷ lệ {hamlets} có sóng {technology} tại trung tâm",
            "Share of hamlets with {technology} signal at their centre",
        ),
        _OF_HAMLETS,
        _HAMLETS,
    ),
    "HAMLET_COVERED": Name(
        (
            "Tỷ lệ {hamlets} được phủ sóng {technology} và không còn cụm dân cư lõm sóng",
            "Share of hamlets with {technology} coverage and no dead-spot cluster",
        ),
        _OF_HAMLETS,
        _CLUSTERS,
    ),
    "HAMLET_WHITE": Name(
        ("Tỷ lệ {hamlets} trắng sóng {technology}", "Share of hamlets without {technology} signal"),
        _OF_HAMLETS,
        _HAMLETS,
    ),
    "HAMLET_DEAD_SPOT": Name(
        (
            "Tỷ lệ {hamlets} có cụm dân cư lõm sóng {technology}",
            "Share of hamlets with a {technology} dead-spot cluster",
        ),
        _OF_HAMLETS,
        _CLUSTERS,
    ),
    "HAMLET_STATION": Name(
        (
            "Tỷ lệ {hamlets} có trạm BTS {technology} trên địa bàn",
            "Share of hamlets with a {technology} station inside",
        ),
        _OF_HAMLETS,
        (
            "ranh giới (đa giác) của {hamlets} và trạm {technology}",
            "hamlet polygons and {technology} sites",
        ),
    ),
    "HAMLET_FIBRE": Name(
        (
            "Tỷ lệ {hamlets} được phủ băng rộng cố định (cáp quang)",
            "Share of hamlets with fixed broadband (fibre)",
        ),
        _OF_HAMLETS,
        _FIBRE,
    ),
    "HAMLET_MOBILE_AND_FIBRE": Name(
        (
            "Tỷ lệ {hamlets} được phủ cả băng rộng di động và cáp quang",
            "Share of hamlets with both mobile broadband and fibre",
        ),
        _OF_HAMLETS,
        _FIBRE,
    ),
    "POP_SERVED": Name(
        (
            "Tỷ lệ dân số được phủ sóng {technology}",
            "Share of the population with {technology} coverage",
        ),
        _OF_PEOPLE,
        _PEOPLE,
    ),
    "AREA_SERVED": Name(
        (
            "Tỷ lệ diện tích được phủ sóng {technology}",
            "Share of the area with {technology} coverage",
        ),
        ("km²", "km²"),
        (
            "ranh giới xã và trạm {technology} của các nhà mạng",
            "commune boundaries and the operators' {technology} sites",
        ),
    ),
    "COMMUNE_SERVED_STATION": Name(
        (
            "Tỷ lệ xã, phường có trạm {technology}",
            "Share of communes with a {technology} station",
        ),
        ("xã, phường", "communes"),
        _SITES,
    ),
    "COMMUNE_SERVED_HAMLET": Name(
        (
            "Tỷ lệ xã, phường có ít nhất một {hamlets} có sóng {technology}",
            "Share of communes with at least one hamlet with {technology} signal",
        ),
        ("xã, phường", "communes"),
        _HAMLETS,
    ),
    "PLACE_SERVED": Name(
        (
            "Tỷ lệ địa điểm được phủ sóng {technology}",
            "Share of places with {technology} coverage",
        ),
        ("địa điểm", "places"),
        _PLACES,
    ),
    "PLACES": Name(
        ("Số địa điểm", "Number of places"), _NONE, ("danh sách địa điểm (places)", "a places file")
    ),
    "ROAMING_GAIN": Name(
        (
            "Số dân {operator} phủ thêm được nếu roaming {technology}",
            "People {operator} would gain by {technology} roaming",
        ),
        _OF_PEOPLE,
        _PEOPLE,
    ),
    "SHARE_POS": Name(
        ("Tỷ lệ dùng chung vị trí BTS", "Share of BTS positions used by two or more operators"),
        _POSITIONS,
        _SITES,
        True,
    ),
    "SHARE_NEW": Name(
        (
            "Tỷ lệ trạm phát triển mới dùng chung hạ tầng hiện trạng",
            "Share of new stations on existing infrastructure",
        ),
        ("trạm mới", "new stations"),
        _DATED,
        True,
        True,
    ),
    "SHARE_NEW_STRICT": Name(
        (
            "Tỷ lệ trạm phát triển mới trên hạ tầng hiện trạng của đơn vị khác",
            "Share of new stations on existing infrastructure of another owner",
        ),
        ("trạm mới", "new stations"),
        (
            "tệp trạm (sites) có ngày phát sóng và chủ sở hữu cột (structure_owner)",
            "sites files with on-air dates and structure_owner",
        ),
        True,
        True,
    ),
    "SHARE_NEW_JOIN": Name(
        (
            "Tỷ lệ điểm lắp đặt mới của nhà mạng trên hạ tầng hiện trạng",
            "Share of operators' new installations on existing infrastructure",
        ),
        ("điểm lắp đặt mới", "new installations"),
        _DATED,
        True,
        True,
    ),
    "TENANCY": Name(
        (
            "Số điểm lắp đặt bình quân trên một vị trí BTS",
            "Installations for each BTS position (tenancy)",
        ),
        _NONE,
        _SITES,
        True,
    ),
    "POSITIONS": Name(("Số vị trí BTS", "Number of BTS positions"), _NONE, _SITES, True),
    "INSTALLATIONS": Name(("Số điểm lắp đặt", "Number of installations"), _NONE, _SITES),
    "STATIONS": Name(("Số trạm {technology}", "Number of {technology} stations"), _NONE, _STATIONS),
    "CELLS": Name(("Số cell {technology}", "Number of {technology} cells"), _NONE, _STATIONS),
    "STATION_RATIO_5G_4G": Name(
        ("Tỷ lệ trạm 5G so với trạm 4G", "5G stations as a share of 4G stations"),
        ("trạm", "stations"),
        _SITES,
    ),
    "MASTS_TOTAL": Name(
        ("Tổng số vị trí cột ăng ten thu phát sóng", "Mast positions in all"), _NONE, _SITES, True
    ),
    "MASTS_NEW": Name(
        (
            "Số vị trí cột ăng ten thu phát sóng phát triển mới",
            "New mast positions",
        ),
        _NONE,
        _DATED,
        True,
        True,
    ),
    "SERVICE_RADIUS_MEAN": Name(
        (
            "Khoảng cách trung bình từ người dân đến điểm phục vụ gần nhất",
            "Mean distance of people to the nearest service point",
        ),
        _NONE,
        _POST_AND_PEOPLE,
    ),
    "SERVICE_RADIUS_P95": Name(
        (
            "Khoảng cách mà 95% người dân không vượt quá đến điểm phục vụ gần nhất",
            "Distance to the nearest service point that 95% of people do not exceed",
        ),
        _NONE,
        _POST_AND_PEOPLE,
    ),
    "POST_RADIUS": Name(
        (
            "Bán kính phục vụ bình quân của mạng bưu chính công cộng",
            "Mean service radius of the public postal network",
        ),
        _NONE,
        (
            "điểm phục vụ bưu chính có tọa độ (places, loại post_office)",
            "post offices with locations (places, class post_office)",
        ),
    ),
    "COMMUNES_WITH_PLACE": Name(
        ("Tỷ lệ xã có điểm phục vụ", "Share of communes with a service point"),
        ("xã", "communes"),
        ("điểm phục vụ có tọa độ (places)", "service points with locations (places)"),
    ),
    "HOUSEHOLD_FIBRE": Name(
        (
            "Tỷ lệ hộ gia đình có Internet cáp quang",
            "Share of households with fibre internet",
        ),
        ("hộ", "households"),
        (
            "số hộ có thuê bao cáp quang và tổng số hộ, nhập vào reported.csv",
            "households with fibre and households in all, entered in reported.csv",
        ),
    ),
    "SPEED_MEAN": Name(
        ("Tốc độ tải xuống {technology}", "Download speed, {technology}"),
        _NONE,
        (
            "kết quả đo i-Speed (ghi rõ trung bình hay trung vị, kỳ đo), nhập vào reported.csv",
            "i-Speed results (saying mean or median, and the period), entered in reported.csv",
        ),
    ),
    "SHARE_POLE": Name(
        ("Tỷ lệ dùng chung cột treo cáp", "Share of cable poles used by two or more enterprises"),
        ("cột", "poles"),
        (
            "số cột treo cáp có từ hai doanh nghiệp trở lên và tổng số cột treo cáp, "
            "nhập vào reported.csv",
            "cable poles of two or more enterprises and poles in all, entered in reported.csv",
        ),
    ),
    "SHARE_DUCT": Name(
        ("Tỷ lệ dùng chung cống bể cáp", "Share of cable ducts used by two or more enterprises"),
        ("km cống bể", "km of duct"),
        (
            "chiều dài (km) hoặc số tuyến cống bể dùng chung và tổng số, nhập vào reported.csv",
            "length (km) or number of shared ducts and their total, entered in reported.csv",
        ),
    ),
    "ESTATES_BURIED": Name(
        (
            "Tỷ lệ khu dân cư, khu đô thị mới được ngầm hóa hạ tầng thông tin dùng chung",
            "Share of new estates with buried shared ducts",
        ),
        ("khu", "estates"),
        (
            "danh sách khu dân cư, khu đô thị mới và tình trạng ngầm hóa, nhập vào reported.csv",
            "new estates and whether their cables are buried, entered in reported.csv",
        ),
    ),
    "STREETS_BURIED": Name(
        (
            "Tỷ lệ tuyến đường trung tâm được ngầm hóa hạ tầng thông tin",
            "Share of central streets with buried cables",
        ),
        ("tuyến đường", "streets"),
        (
            "danh sách tuyến đường (số tuyến hoặc km) và tình trạng ngầm hóa, "
            "nhập vào reported.csv",
            "streets (number or km) and whether their cables are buried, entered in reported.csv",
        ),
    ),
    "OFFICES_TSLCD": Name(
        (
            "Tỷ lệ cơ quan kết nối mạng truyền số liệu chuyên dùng",
            "Share of offices on the state data network (TSLCD)",
        ),
        ("cơ quan", "offices"),
        (
            "số cơ quan đã kết nối và tổng số cơ quan, nhập vào reported.csv",
            "offices connected and offices in all, entered in reported.csv",
        ),
    ),
    "WIFI_POINTS": Name(
        ("Số điểm Wifi công cộng miễn phí", "Number of free public Wi-Fi points"),
        _NONE,
        (
            "danh sách điểm Wifi công cộng, nhập vào reported.csv",
            "public Wi-Fi points, entered in reported.csv",
        ),
    ),
    "IOT_ZONES": Name(
        (
            "Tỷ lệ khu công nghiệp, khu sản xuất có kết nối IoT",
            "Share of industrial and production zones with IoT coverage",
        ),
        ("khu", "zones"),
        (
            "danh sách khu công nghiệp, khu sản xuất có NB-IoT/LTE-M, nhập vào reported.csv",
            "zones with NB-IoT or LTE-M, entered in reported.csv",
        ),
    ),
    "SATELLITE_RESIDUE": Name(
        (
            "Số {hamlets} không cột nào phủ được với mức tăng tối thiểu (cần vệ tinh)",
            "Hamlets that no mast serves within the minimum gain (satellite)",
        ),
        _NONE,
        (
            "kết quả đề xuất vị trí (proposals) cho {hamlets} trắng sóng",
            "site proposals for the white hamlets",
        ),
    ),
    REPORTED: Name(("Chỉ tiêu", "Target"), _NONE, _HAND),
}

TECHNOLOGIES: Final[dict[str, tuple[str, str]]] = {
    "MBB": ("băng rộng di động", "mobile broadband"),
    "": ("di động", "mobile"),
    "4G/5G": ("4G hoặc 5G", "4G or 5G"),
    "4G+5G": ("cả 4G và 5G", "both 4G and 5G"),
}
"""Words of technologies that are not their own name."""

CLASSES: Final[dict[str, tuple[str, str]]] = {
    "industrial_park": ("khu công nghiệp", "industrial parks"),
    "industrial_cluster": ("cụm công nghiệp", "industrial clusters"),
    "economic_zone": ("khu kinh tế", "economic zones"),
    "high_tech_park": ("khu công nghệ cao", "high-tech parks"),
    "it_park": ("khu công nghệ thông tin tập trung", "concentrated IT parks"),
    "tourism": ("điểm du lịch", "tourist places"),
    "park": ("công viên", "parks"),
    "public_place": ("điểm công cộng", "public places"),
    "university": ("cơ sở đào tạo đại học", "universities"),
    "research": ("cơ sở nghiên cứu phát triển", "research centres"),
    "innovation": ("cơ sở đổi mới sáng tạo", "innovation centres"),
    "government_office": ("cơ quan nhà nước", "government offices"),
    "school": ("trường học", "schools"),
    "hospital": ("bệnh viện", "hospitals"),
    "post_office": ("điểm phục vụ bưu chính", "post offices"),
    "urban_quarter": ("khu đô thị", "urban quarters"),
    "urban_area": ("vùng thành phố", "city areas"),
    "residential_area": ("khu dân cư", "residential areas"),
    "demand_area": ("khu vực có nhu cầu sử dụng", "areas with demand"),
    "inhabited_area": (
        "khu vực có dân cư sinh sống và làm việc",
        "areas where people live and work",
    ),
}
"""Classes of places and zones that the plans of the register speak of."""


UNITS: Final[dict[str, str]] = {
    "vị trí": "positions",
    "người": "people",
    "điểm": "points",
    "khu vực": "areas",
    "xã": "communes",
    "đơn vị": "units",
    "tuyến đường": "streets",
    "trường hợp": "cases",
    "trạm": "stations",
    "thôn, tổ dân phố": "hamlets",
    "triệu đồng": "million VND",
}
"""English words of the units that targets stand in; others are the same in both languages."""


def _side(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == "vi" else pair[1]


def technology_words(technology: str, language: str) -> str:
    """Say a technology: "5G", "băng rộng di động" …"""
    pair = TECHNOLOGIES.get(technology)
    return _side(pair, language) if pair else technology


def class_words(name: str, language: str) -> str:
    """Say a class of places or zones; one that is not known stays as it is."""
    pair = CLASSES.get(name)
    return _side(pair, language) if pair else name


def unit_words(unit: str, language: str) -> str:
    """Say a unit of the register, which is written in Vietnamese."""
    return unit if language == "vi" else UNITS.get(unit, unit)


def _name(indicator: str) -> Name:
    return INDICATORS.get(indicator, INDICATORS[REPORTED])


def _fill(text: str, technology: str, hamlets: str, operator: str, language: str) -> str:
    return text.format(
        technology=technology_words(technology, language), hamlets=hamlets, operator=operator
    )


def subject(
    indicator: str,
    language: str,
    *,
    technology: str = "",
    hamlets: str = "thôn",
    operator: str = "",
) -> str:
    """Say what an indicator measures, such as "Tỷ lệ dân số được phủ sóng 5G"."""
    if not operator:
        operator = "mỗi nhà mạng" if language == "vi" else "an operator"
    return _fill(_side(_name(indicator).subject, language), technology, hamlets, operator, language)


def counted(indicator: str, language: str, *, hamlets: str = "thôn") -> str:
    """Say what the denominator counts, such as "vị trí"; blank for a plain count."""
    return _side(_name(indicator).counted, language).format(hamlets=hamlets)


def missing(indicator: str, language: str, *, technology: str = "", hamlets: str = "thôn") -> str:
    """Say what a user must bring before the indicator has a figure."""
    return _fill(_side(_name(indicator).missing, language), technology, hamlets, "", language)


def merges_positions(indicator: str) -> bool:
    """Whether the figure depends on the distance within which positions are joined."""
    return _name(indicator).merges_positions


def in_period(indicator: str) -> bool:
    """Whether the figure counts what is new in the period of the scenario."""
    return _name(indicator).in_period

"""Tables of what was measured: levels, speeds, what they say of the model's levels.

Reading them is left to ``io``, the calibration to ``propagation.calibration``.
"""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    METRES,
    RATIO,
    Column,
    Table,
    count_column,
    flag_column,
    lon_lat_columns,
    number_column,
    shape_column,
    text_column,
)
from geoplan.units import TECHNOLOGIES

LEAST_RSRP_DBM, MOST_RSRP_DBM = -156.0, -31.0
"""What a terminal can report: SS-RSRP of 3GPP TS 38.133 §10.1.6.1; RSRP of TS 36.133 §9.1.4 lies
within it. [dBm]"""

MEASUREMENTS = Table(
    "measurements",
    "measured levels: a row for each, from a list or from the export of a drive-test tool",
    (
        Column("operator", "text", "operator that was measured", required=True),
        text_column(
            "technology", "4G or 5G; blank = told by the channel number", values=TECHNOLOGIES
        ),
        *lon_lat_columns("the measurement"),
        shape_column("point of the measurement"),
        number_column("frequency_mhz", "carrier frequency", "MHz", 3, low=400, high=6000),
        text_column("band", "or its band: 1800, B3, n78"),
        number_column("earfcn", "or its downlink channel number of 4G", "", 0),
        number_column("nr_arfcn", "or its channel number of 5G", "", 0),
        number_column("arfcn", "or one of which the technology tells what it is", "", 0),
        Column(
            "rsrp_dbm",
            "number",
            "level of a resource element: RSRP (4G) or SS-RSRP (5G)",
            "dBm",
            1,
            required=True,
            low=LEAST_RSRP_DBM,
            high=MOST_RSRP_DBM,
        ),
        text_column("time", "moment in Vietnam, ISO 8601; a day or a time of day alone"),
        text_column("cell_id", "number of the cell that was received"),
        text_column("site_id", "number of its station, as in the sites files"),
    ),
)

SPEED_CHECKS = Table(
    "speed_checks",
    "medians of speed tests, as i-Speed publishes them: a row for each area, operator, technology",
    (
        text_column("commune_code", "code of the commune; blank, with its name too = the province"),
        text_column("commune_name", "or its name"),
        Column("operator", "text", "operator that was tested", required=True),
        text_column("technology", "technology; blank = all together", values=TECHNOLOGIES),
        number_column("download_mbps", "download", "Mbit/s", 2, low=0, high=100_000),
        number_column("upload_mbps", "upload", "Mbit/s", 2, low=0, high=100_000),
        number_column("rsrp_dbm", "level", "dBm", 1, low=LEAST_RSRP_DBM, high=MOST_RSRP_DBM),
        number_column("samples", "tests behind the figures", "", 0, low=0),
        text_column("statistic", "mean or median; blank = median", values=("mean", "median")),
        text_column("period", "month or days of the tests"),
        text_column("document", "where the figures stand"),
    ),
)

_ERRORS: Final = tuple(
    number_column(f"{name}_{when}_db", f"{words} of measured − predicted, {stage}", "dB", 2)
    for when, stage in (("before", "model as it is"), ("after", "corrected"))
    for name, words in (
        ("mean", "mean"),
        ("sd", "standard deviation"),
        ("rmse", "root mean square"),
        ("abs90", "90 % of the absolute values are at most this"),
    )
)

CALIBRATION_OUT = Table(
    "calibration",
    "corrections of the predicted level by environment and band, with their errors",
    (
        text_column("environment", "class of the place as for sites; blank = all"),
        number_column("band_mhz", "band; blank = all", "MHz", 0),
        count_column("samples", "measurements with a prediction"),
        count_column("cells", "pixels of the ground, each of which counts once"),
        count_column("blocks", "blocks of the ground, by which the errors are cross-validated"),
        number_column("offset_db", "added to the predicted level at 1 km", "dB", 2),
        number_column(
            "slope_db_per_decade", "and further, for each tenfold distance", "dB per decade", 2
        ),
        number_column("from_m", "nearest distance measured; nearer, the correction stays", "m", 0),
        number_column("to_m", "farthest distance measured; beyond, the correction stays", "m", 0),
        *_ERRORS,
        number_column(
            "rmse_cv_db", "root mean square in blocks that the correction has not seen", "dB", 2
        ),
        number_column("abs90_cv_db", "90 % of the absolute values there are at most this", "dB", 2),
        number_column("sigma_db", "spread of the levels that the chance of service uses", "dB", 2),
        flag_column("used", "whether it is applied: only where it helps in blocks not seen"),
    ),
    ("environment", "band_mhz"),
)

MEASUREMENTS_OUT = Table(
    "measurements",
    "every measurement beside what the model predicts there, in columns of their own",
    (
        text_column("operator", "operator", need=True),
        text_column("technology", "technology"),
        number_column("frequency_mhz", "carrier frequency", "MHz", 3),
        number_column("band_mhz", "band that it counts with", "MHz", 0),
        *lon_lat_columns("the measurement"),
        text_column("time", "moment of the measurement"),
        text_column("cell_id", "number of the cell that was received"),
        text_column("environment", "class of the place as for sites"),
        number_column("distance_m", "distance to the predicted cell", "m", METRES),
        number_column("measured_dbm", "MEASURED level", "dBm", 1),
        number_column(
            "predicted_dbm", "PREDICTED median level, not corrected; blank = none", "dBm", 1
        ),
        number_column("residual_db", "measured − predicted", "dB", 1),
        number_column("residual_after_db", "measured − predicted, corrected", "dB", 1),
        flag_column("outlier", "farther than three robust σ from the rest of its kind"),
        text_column("source_file", "file of the measurement"),
        count_column("source_row", "its row there"),
    ),
    ("operator", "technology", "band_mhz", "source_file", "source_row"),
)

SPEED_COMPARISON_OUT = Table(
    "speed_comparison",
    "measured speeds and predicted service of communes side by side; nothing is corrected by them",
    (
        text_column("commune_code", "code of the commune", need=True),
        text_column("commune_name", "its name"),
        text_column("operator", "operator", need=True),
        text_column("technology", "technology; blank = all together"),
        number_column("download_mbps", "MEASURED download", "Mbit/s", 2),
        number_column("rsrp_dbm", "MEASURED level", "dBm", 1),
        number_column("samples", "tests behind it", "", 0),
        text_column("statistic", "mean or median"),
        text_column("period", "month or days of the tests"),
        number_column("served_share", "PREDICTED share of people served", "", RATIO),
        number_column("rank_measured", "place by speed, 1 = fastest", "", 1),
        number_column("rank_predicted", "place by predicted share, 1 = best", "", 1),
        number_column("rank_difference", "rank_measured − rank_predicted", "", 1),
    ),
    ("operator", "technology", "period", "commune_code"),
)

SPEED_AGREEMENT_OUT = Table(
    "speed_agreement",
    "how far the order of communes by speed and by predicted service agree",
    (
        text_column("operator", "operator", need=True),
        text_column("technology", "technology; blank = all together"),
        text_column("period", "month or days of the tests"),
        text_column("measure", "what was measured", values=("download_mbps", "rsrp_dbm")),
        count_column("communes", "communes that have both figures"),
        number_column("rank_correlation", "Spearman's ρ; blank = fewer than 5 communes", "", 3),
    ),
    ("operator", "technology", "period", "measure"),
)

MEASURED_TABLES: Final = (
    CALIBRATION_OUT,
    MEASUREMENTS_OUT,
    SPEED_COMPARISON_OUT,
    SPEED_AGREEMENT_OUT,
)
"""What measurements give, where a scenario names some."""

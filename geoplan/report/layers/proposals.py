"""Proposals: the shared sites to open next, each with who gains by it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(proposals: pd.DataFrame, gains: pd.DataFrame) -> dict[str, Any]:
    """Give the points of the tables ``proposals`` and ``gains`` with what their popups say."""
    site = proposals["position_id"].where(proposals["position_id"] != "", proposals["structure_id"])
    return {
        **coding.places(proposals),
        "rank": coding.whole(proposals["rank"]),
        "kind": coding.category(proposals["kind"]),
        "site": site.tolist(),
        "commune": coding.category(proposals["commune_code"]),
        "technology": coding.category(proposals["technology"]),
        "operators": coding.category(proposals["operators"]),
        "people": coding.whole(proposals["gained_people"]),
        "hamlets": coding.whole(proposals["gained_hamlets"]),
        "sum": coding.whole(proposals["cumulative_people"]),
        "cost": coding.whole(proposals["cost_vnd"]),
        "basis": coding.category(proposals["cost_basis"]),
        "tried": proposals["existing_tried"].tolist(),
        "loss": coding.whole(proposals["existing_loss_people"]),
        "reason": coding.category(proposals["reason"]),
        "gains": _gains(proposals, gains),
    }


def _gains(proposals: pd.DataFrame, gains: pd.DataFrame) -> list[list[list[Any]]]:
    """Give, for each proposal, its operators with the people whom each gains, most first."""
    ordered = gains.sort_values(["gained_people", "operator"], ascending=[False, True])
    by_rank = {
        rank: [
            [operator, people]
            for operator, people in zip(
                rows["operator"].tolist(), coding.whole(rows["gained_people"]), strict=True
            )
        ]
        for rank, rows in ordered.groupby("rank")
    }
    return [by_rank.get(rank, []) for rank in proposals["rank"].tolist()]

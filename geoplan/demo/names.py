"""Names of the sample province: Vietnamese in form, and every commune's begins with "Mẫu".

So nobody can take a table or a map of it for one of a real place.
"""

from __future__ import annotations

from typing import Final

import numpy as np

PROVINCE: Final = "Tỉnh Mẫu (hư cấu)"
PROVINCE_CODE: Final = "00"
INVENTED: Final = "số liệu hư cấu"
OLD_PROVINCES: Final = ("Tỉnh Mẫu Bắc cũ (hư cấu)", "Tỉnh Mẫu Nam cũ (hư cấu)")

# One text each, taken apart where it is used.
_FIRST: Final = (
    "An Bình Cát Châu Chánh Cường Cẩm Diên Duy Dương Đại Điền Đoan Đông Đức Giang Gia Hà Hạ Hải "
    "Hành Hiệp Hòa Hoàng Hồng Hưng Hương Khánh Khê Kiên Kim Kỳ Lâm Lạc Lập Lễ Liên Linh Long Lộc "
    "Lương Minh Mỹ Nam Nghi Nghĩa Ngọc Nguyên Nhân Nhơn Ninh Phong Phú Phúc Phước Phương Quang "
    "Quế Quý Sa Tam Tân Thái Thanh Thạch Thành Thắng Thịnh Thọ Thuận Thượng Tiên Tịnh Trà Trung "
    "Trường Tú Vạn Văn Vân Vĩnh Xuân Yên"
)
_SECOND: Final = (
    "An Bình Châu Điền Đông Giang Hà Hải Hòa Khê Lâm Lộc Long Mỹ Nam Ninh Phong Phú Quang Sơn "
    "Tây Thành Thạnh Thịnh Thuận Trung Trường Vinh Xuân Yên"
)
_UPLAND: Final = (
    "Suối Đá|Gò Tranh|Nước Lạnh|Đồi Sim|Khe Mơ|Làng Dầu|Đèo Gió|Hố Sâu|Núi Ngang|Bãi Bằng|"
    "Suối Cát|Gò Sim|Nước Trong|Đồi Chè|Khe Đá|Hang Dơi|Đá Chồng|Cây Da|Ruộng Gò|Vực Liêm"
)
_GROUPS_OF_HOUSES: Final = (
    "Xóm Trên|Xóm Dưới|Xóm Giữa|Xóm Gò|Xóm Bến|Xóm Chùa|Xóm Đình|Xóm Mới|Xóm Đồng|Xóm Cầu|"
    "Xóm Suối|Xóm Núi|Xóm Chợ|Xóm Bàu"
)
_BY_THE_SEA: Final = "Xóm Bến|Xóm Cồn|Xóm Lưới|Xóm Rạn|Xóm Bãi|Xóm Trên|Xóm Mới|Xóm Đèn"


def communes(rng: np.random.Generator, count: int) -> list[str]:
    """Give ``count`` different names of communes.

    "Mẫu Sơn" is a real place, so no short name ends in "Sơn".
    """
    short = [f"Mẫu {first}" for first in _FIRST.split()]
    chosen = [short[i] for i in _shuffled(rng, len(short))]
    longer = [f"{name} {second}" for second in _SECOND.split() for name in short]
    more = [longer[i] for i in _shuffled(rng, len(longer))]
    names = [*chosen, *more][:count]
    return names + [f"Mẫu {number}" for number in range(len(names) + 1, count + 1)]


def hamlets(rng: np.random.Generator, count: int, *, kind: str) -> list[str]:
    """Give the names of the hamlets of one commune, with their kind as first word."""
    word = kind[0].upper() + kind[1:]
    numbered = kind == "tổ dân phố" or rng.random() < 0.3
    if numbered:
        return [f"{word} {number}" for number in range(1, count + 1)]
    if kind == "bản":
        own = _UPLAND.split("|")
    else:
        own = [f"{a} {b}" for a in _FIRST.split() for b in _SECOND.split() if a != b]
    order = _shuffled(rng, len(own))
    picked = [own[order[i % len(own)]] for i in range(count)]
    rounds = [i // len(own) for i in range(count)]
    return [
        f"{word} {name} {turn + 1}" if turn else f"{word} {name}"
        for name, turn in zip(picked, rounds, strict=True)
    ]


def clusters(rng: np.random.Generator, count: int, *, on_coast: bool) -> list[str]:
    """Give the names of the groups of houses of one hamlet."""
    own = (_BY_THE_SEA if on_coast else _GROUPS_OF_HOUSES).split("|")
    return [own[i] for i in _shuffled(rng, len(own))[:count]]


def _shuffled(rng: np.random.Generator, count: int) -> list[int]:
    return [int(i) for i in np.argsort(rng.random(count), kind="stable")]

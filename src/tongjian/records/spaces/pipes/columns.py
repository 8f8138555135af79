"""The columns of a table of pipe segments (管线表), and the headings that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

COLUMNS: Mapping[str, tuple[str, ...]] = {  # the first heading is the one that templates print
    "number": ("管段编号", "管线编号", "编号", "number", "id", "key"),
    "utility": ("管线类别", "类别", "管类", "管线类型", "utility"),
    "from_key": ("起点点号", "起点编号", "起点", "from", "from_node"),
    "to_key": ("终点点号", "终点编号", "终点", "to", "to_node"),
    "from_lon": ("起点经度", "from_lon"),
    "from_lat": ("起点纬度", "from_lat"),
    "to_lon": ("终点经度", "to_lon"),
    "to_lat": ("终点纬度", "to_lat"),
    "flow": ("流向", "flow"),
    "diameter": ("管径", "管径(mm)", "管径或断面尺寸", "断面尺寸", "diameter"),
    "material": ("材质", "管材", "material"),
    "depth_from": ("起点埋深", "起点埋深(m)", "depth_from"),
    "depth_to": ("终点埋深", "终点埋深(m)", "depth_to"),
    "built_year": ("建设年份", "建设年代", "埋设年代", "built_year", "built"),
    "surveyed_on": ("探测日期", "探测时间", "surveyed_on"),
    "accuracy": ("平面精度", "平面精度(cm)", "精度", "accuracy"),
    "holder": ("权属单位", "产权单位", "holder"),
    "owner": ("管理单位", "录入单位", "owner"),
    "area": ("所在地区", "街乡镇", "所属街乡镇", "area"),
    "sensitivity": ("密级", "公开属性", "sensitivity"),
}
NEEDED = ("number", "utility", "from_key", "to_key", "from_lon", "from_lat", "to_lon", "to_lat")
NUMBERED = {"from_lon", "from_lat", "to_lon", "to_lat"}
_KNOWN = {name.casefold(): column for column, names in COLUMNS.items() for name in names}


def plain(heading: str) -> str:
    """A heading without blanks, in half-width brackets, so that 管径（mm） is 管径(mm)."""
    return "".join(heading.split()).replace("（", "(").replace("）", ")").casefold()


def found_in(headings: Sequence[str]) -> dict[str, int]:
    """The place of each known column from 0; the first of two that mean the same."""
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        column = _KNOWN.get(plain(heading))
        if column is not None:
            places.setdefault(column, at)
    return places


def label(column: str) -> str:
    return COLUMNS[column][0]

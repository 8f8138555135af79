"""Charts as native ones: Word draws and edits them, the numbers lie in a workbook inside the file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from tongjian.reports.docx.text import Writer
from tongjian.reports.docx.workbook import column, workbook
from tongjian.reports.grids import Grid, number
from tongjian.reports.layout import Layout

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
EMU = 36000  # to the mm
SHEET = "Sheet1"
TEXT_SIZE = 1050  # hundredths of a point
MOST_LABELLED = 3  # series; with more their numbers would lie over each other
AXES = (111, 222)


def drawing_xml(grid: Grid, number: int, relation: str, writer: Writer) -> str:
    """The paragraph of a chart, inside its bookmark, and its caption below."""
    assert grid.drawing is not None
    page = writer.of.page
    wide, high = round((page.width - page.left - page.right) * EMU), round(writer.of.chart_height * EMU)
    described = quoteattr(grid.caption.text if grid.caption else "")
    frame = (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="{grid.drawing.anchor}" descr={described}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{A}"><a:graphicData uri="{C}">'
        f'<c:chart xmlns:c="{C}" r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    keep = "<w:keepNext/>" if grid.caption else ""
    properties = (
        f'{keep}<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>'
    )
    paragraph = (
        f'<w:p><w:pPr><w:pStyle w:val="Flush"/>{properties}</w:pPr>'
        f"{writer.marked(grid.drawing.anchor, frame)}</w:p>"
    )
    caption = "" if grid.caption is None else writer.paragraph(grid.caption, '<w:keepNext w:val="0"/>')
    return paragraph + caption


def chart_workbook(grid: Grid) -> bytes:
    """Names in the first column, a series in each further one."""
    series = list(grid.series())
    rows: list[list[str | Decimal | None]] = [[None, *(name for name, _p in series)]]
    for at, name in enumerate(grid.names):
        rows.append([name, *(_value(points[at]) for _n, points in series)])
    return workbook(SHEET, rows)


def _value(figure: object) -> Decimal | None:
    from tongjian.reports.tree import Figure

    return number(figure) if isinstance(figure, Figure) else None


def chart_xml(grid: Grid, of: Layout) -> str:
    assert grid.drawing is not None
    kind = grid.drawing.kind
    series = "".join(_series(grid, n, of) for n in range(len(grid.rows) - 1))
    legend = _legend(of) if len(grid.rows) > 2 or kind == "pie" else ""
    return (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}" xmlns:r="{R}"><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{_plot(kind, series, grid.unit, of)}</c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_words(of)}<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _plot(kind: str, series: str, unit: str, of: Layout) -> str:
    axes = "".join(f'<c:axId val="{a}"/>' for a in AXES)
    if kind == "pie":
        return f'<c:pieChart><c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/></c:pieChart>'
    if kind == "line":
        plot = (
            f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}'
            f'<c:marker val="1"/>{axes}</c:lineChart>'
        )
    else:
        direction = "bar" if kind == "bar" else "col"
        plot = (
            f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
            f'<c:gapWidth val="80"/>{axes}</c:barChart>'
        )
    return plot + _axes(unit, of, lying=kind == "bar")


def _axes(unit: str, of: Layout, *, lying: bool) -> str:
    names, values = AXES
    at, across = ("l", "b") if lying else ("b", "l")
    order = "maxMin" if lying else "minMax"
    crosses = "max" if lying else "autoZero"
    grid = _line("D9D9D9")
    title = (
        f"<c:title><c:tx><c:rich><a:bodyPr{'' if lying else TURNED}/><a:p><a:pPr>{_looks(of)}</a:pPr>"
        f'<a:r>{_looks(of, "rPr")}<a:t>{escape(unit)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        if unit
        else ""
    )
    return (
        f'<c:catAx><c:axId val="{names}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{at}"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'<c:spPr>{_line("7F7F7F")}</c:spPr><c:crossAx val="{values}"/><c:crosses val="autoZero"/></c:catAx>'
        f'<c:valAx><c:axId val="{values}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{across}"/><c:majorGridlines><c:spPr>{grid}</c:spPr></c:majorGridlines>{title}'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="{names}"/>'
        f'<c:crosses val="{crosses}"/></c:valAx>'
    )


TURNED = ' rot="0" vert="horz"'


def _line(colour: str) -> str:
    return f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln>'


def _series(grid: Grid, at: int, of: Layout) -> str:
    assert grid.drawing is not None
    kind = grid.drawing.kind
    name, points = list(grid.series())[at]
    values = [_value(p) for p in points]
    last, letter = len(grid.names) + 1, column(at + 1)
    colour = of.colours[at % len(of.colours)]
    labelled = len(grid.rows) - 1 <= MOST_LABELLED
    smooth = '<c:smooth val="0"/>' if kind == "line" else ""
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>{SHEET}!${letter}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"{_shape(kind, colour)}{_slices(kind, len(points), of)}{_labels(kind, of) if labelled else ''}"
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>{_names(grid.names)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{SHEET}!${letter}$2:${letter}${last}</c:f>{_numbers(values)}</c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


def _shape(kind: str, colour: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    if kind == "pie":
        return ""
    if kind == "line":
        line = f'<c:spPr><a:ln w="28575" cap="rnd">{fill}</a:ln></c:spPr>'
        mark = f'<c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr>{fill}</c:spPr></c:marker>'
        return line + mark
    return f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'


def _slices(kind: str, many: int, of: Layout) -> str:
    if kind != "pie":
        return ""
    colours = of.colours
    return "".join(
        f'<c:dPt><c:idx val="{n}"/><c:spPr><a:solidFill><a:srgbClr val="{colours[n % len(colours)]}"/></a:solidFill>'
        '<a:ln w="12700"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr></c:dPt>'
        for n in range(many)
    )


def _labels(kind: str, of: Layout) -> str:
    """Values as kept; a pie's shares would be numbers without a source."""
    place = {"line": "t", "pie": "outEnd"}.get(kind, "outEnd")
    return (
        "<c:dLbls><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'{_words(of)}<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _names(names: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{escape(name)}</c:v></c:pt>' for n, name in enumerate(names))
    return f'<c:ptCount val="{len(names)}"/>{points}'


def _numbers(values: Sequence[Decimal | None]) -> str:
    """Each with as many decimals as it is printed with."""
    points = "".join(
        f'<c:pt idx="{n}" formatCode="{_format(v)}"><c:v>{v}</c:v></c:pt>'
        for n, v in enumerate(values)
        if v is not None
    )
    usual = max((_format(v) for v in values if v is not None), key=len, default="General")
    return f'<c:numCache><c:formatCode>{usual}</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'


def _format(value: Decimal) -> str:
    places = -int(value.as_tuple().exponent)
    return "0." + "0" * places if places > 0 else "0"


def _legend(of: Layout) -> str:
    return f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_words(of)}</c:legend>'


def _words(of: Layout) -> str:
    return f"<c:txPr><a:bodyPr/><a:p><a:pPr>{_looks(of)}</a:pPr><a:endParaRPr/></a:p></c:txPr>"


def _looks(of: Layout, tag: str = "defRPr") -> str:
    font = of.styles["cell"].font.name
    return (
        f'<a:{tag} sz="{TEXT_SIZE}" b="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
        f'<a:latin typeface="{of.latin}"/><a:ea typeface="{font}"/></a:{tag}>'
    )

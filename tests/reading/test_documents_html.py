"""Web pages: what a browser shows is text, all else is listed."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading import read
from tongjian.reading.documents import open_document
from tongjian.reading.types import Document, Skipped


def opened(page: str, encoding: str = "utf-8") -> Document:
    return open_document(page.encode(encoding), "page.html")


def test_paragraphs_and_tables() -> None:
    document = opened(
        "<html><body><h1>青石区公报</h1>\n<p>全年产值<span>12.5</span>亿元，\n增长<b>3%</b>。</p>"
        "<table><tr><th>指标</th><th>增长</th></tr><tr><td>产值</td><td>3.1</td></tr></table>第一行<br>第二行</body></html>"
    )
    assert document.source == "html"
    assert document.text == "青石区公报\n全年产值12.5亿元，增长3%。\n指标\t增长\n产值\t3.1\n第一行\n第二行"
    assert [b.kind for b in document.blocks] == ["paragraph"] * 2 + ["cell"] * 4 + ["paragraph"] * 2


def test_what_is_no_text_is_listed() -> None:
    document = opened(
        "<html><head><title>标题</title><style>p{}</style></head><body><nav>首页 新闻</nav><script>var 甲=1</script>"
        "<p style='display:none'>不显示</p><p>新增学位900个。</p><img alt='航拍'><select><option>请选择</option></select>"
        "<p><a href='/a'>上一篇</a></p><!-- 注 --></body></html>"
    )
    assert document.text == "新增学位900个。"
    assert document.skipped == (
        Skipped("page head: 标题p{}", "not shown on the page"),
        Skipped("menu: 首页 新闻", "leads to other pages"),
        Skipped("script: var 甲=1", "not text"),
        Skipped("hidden text: 不显示", "does not show on the page"),
        Skipped("picture: 航拍", "not text"),
        Skipped("form control: 请选择", "asks the reader, tells nothing"),
        Skipped("menu: 上一篇", "leads to other pages"),
    )


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    document = opened(
        "<body><table><tr><td>左栏</td><td><p>正文一。</p><table><tr><td>产值</td><td>5</td></tr></table></td></tr></table></body>"
    )
    assert document.text == "左栏\n正文一。\n产值\t5"


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8"])
def test_encodings_as_declared(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>漷县产值5亿元</p></body></html>'
    codec = "gb18030" if declared != "utf-8" else "utf-8"
    assert opened(page, codec).text == "漷县产值5亿元"


def test_an_undeclared_encoding_is_found() -> None:
    assert opened("<p>产值5亿元</p>", "gb18030").text == "产值5亿元"


def test_entities_of_a_document_type_stay_what_they_are() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><body><p>产值&b;5亿元</p></body></html>'
    assert "aaaa" not in opened(bomb).text


def test_figures_of_a_page() -> None:
    page = "<html><body><p>2021年产值5亿元，增长3%。</p></body></html>"
    assert [(f.text, f.indicator) for f in read(page.encode(), "2021.html").figures] == [
        ("5亿元", "产值"),
        ("3%", "产值"),
    ]


WORDS = st.text("产值增长亿元 5.a<&", max_size=6).map(html.escape)
TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "b",
        "a",
        "table",
        "tr",
        "td",
        "li",
        "nav",
        "script",
        "style",
        "select",
        "h1",
        "br",
        "em",
        "title",
        "header",
        "pre",
        "option",
    ]
)


@given(st.recursive(WORDS, lambda inner: st.tuples(TAGS, st.lists(inner, max_size=3)).map(
    lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"), max_leaves=12))  # fmt: skip
def test_no_character_is_lost(body: str) -> None:
    """Every character that the parser sees is in a block or counted among the skipped."""
    from lxml import etree

    page = f"<html><body>{body}末</body></html>"
    document = opened(page)
    seen = "".join(str(t) for t in etree.fromstring(page, etree.HTMLParser()).itertext())
    count = len("".join(document.text.split())) + sum(s.characters for s in document.skipped)
    assert count == len("".join(seen.split()))
    inside = "".join(document.text[b.start : b.end] for b in document.blocks)
    assert "".join(inside.split()) == "".join(document.text.split())

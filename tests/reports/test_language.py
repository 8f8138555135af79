"""The template language: its tree, and every way in which a template is refused."""

import pytest

from reports.figures import TEMPLATE, book, known, written
from tongjian.reports.language import parse
from tongjian.reports.problems import MESSAGES, Problem, TemplateWrong
from tongjian.reports.tree import Literal, Reference, Role, Text, Wanted


def problems(template: str | bytes) -> list[tuple[str, int | None]]:
    with pytest.raises(TemplateWrong) as error:
        parse(template)
    return [(p.code, p.line) for p in error.value.problems]


def test_the_tree_of_a_template() -> None:
    tree = parse(TEMPLATE)
    assert [(p.role, p.level, p.line) for p in tree.walk()] == [
        (Role.TITLE, 0, 2),
        (Role.SUBTITLE, 0, 3),
        (Role.FLUSH, 0, 4),
        (Role.HEADING, 1, 5),
        (Role.HEADING, 2, 6),
        (Role.BODY, 0, 7),
        (Role.BODY, 0, 8),
    ]
    assert tree.title == "关于河东区2022年计划执行情况的报告"
    assert [len(s.sections) for s in tree.sections] == [1]
    assert len(tree.sections[0].sections[0].paragraphs) == 2
    heading = tree.sections[0].heading
    assert heading.inlines == (Literal("一、"), Literal("2022年"), Text("执行情况"))


def test_what_references_ask_for() -> None:
    tree = parse(
        "# 报告\n{{ target  output[growth] @  2022 | status }}{{name output @ 2022}}{{ target @ 2022 }}"
    )
    asked = [i for p in tree.walk() for i in p.inlines if isinstance(i, Reference)]
    assert [(r.wanted, r.ref, r.metric) for r in asked] == [
        (Wanted.TARGET, "output[growth] @ 2022", "output"),
        (Wanted.NAME, "output @ 2022", "output"),
        (Wanted.FACT, "target @ 2022", "target"),
    ]
    assert asked[0].options.status


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("总产出1200亿元。", "template.number"),
        ("总产出１２００亿元。", "template.number"),
        ("共①项。", "template.number"),
        ("总产出居全市第三。", "template.number"),
        ("总产出{{ output @ 2022 。", "template.unclosed"),
        ("总产出}}。", "template.unclosed"),
        ("[[2022年执行情况。", "template.unclosed"),
        ("{{ }}。", "template.empty_mark"),
        ("[[ ]]。", "template.empty_mark"),
        ("[[2022{{ output @ 2022 ]]。", "template.nested"),
        ("{{ output @ 2022 | rounded }}。", "template.option_unknown"),
        ("{{ output @ 2022 | words 提高 }}。", "template.option_arguments"),
        ("{{ output @ 2022 | places x }}。", "template.places"),
        ("{{ output @ 2022 | lead 前3季度 }}。", "template.option_number"),
        ("内\x0b容", "template.unprintable"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, code: str) -> None:
    assert problems(f"# 报告\n\n{line}\n") == [(code, 3)]


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("正文。", "template.no_title"),
        ("正文。\n# 报告", "template.no_title"),
        ("# 报告\n> 区发展改革委", "template.empty"),
        (b"# \xff\xfe", "template.undecodable"),
    ],
)
def test_a_template_needs_a_shape(template: str | bytes, code: str) -> None:
    assert problems(template) == [(code, None)]


def test_all_problems_come_at_once() -> None:
    text = "# 报告\n增长5%。\n{{ output @ 2022 | odd }}\n到2025年。"
    assert problems(text) == [
        ("template.number", 2),
        ("template.option_unknown", 3),
        ("template.number", 4),
    ]


def test_a_number_is_named_as_it_stands() -> None:
    with pytest.raises(TemplateWrong) as error:
        parse("# 报告\n投资1,032.5亿元。")
    told = error.value.problems[0].told("zh")
    assert told.startswith("第 2 行：数字“1,032.5”没有出处。")
    assert "[[1,032.5]]" in told
    assert error.value.problems[0].told("en").startswith("Line 2: The number “1,032.5” has no source.")


def test_missing_facts_are_named_with_line_and_metric_all_at_once() -> None:
    template = "# 报告\n产出{{ output @ 2022 }}。\n用电{{ power @ 2022 }}，供水{{ water[growth] @ 2022 }}。"
    with pytest.raises(TemplateWrong) as error:
        written(template)
    assert [(p.code, p.line, p.params["metric"]) for p in error.value.problems] == [
        ("template.fact_missing", 3, "power"),
        ("template.fact_missing", 3, "water"),
    ]
    assert "power @ 2022" in str(error.value)


def test_problems_of_the_text_and_missing_facts_are_told_together() -> None:
    with pytest.raises(TemplateWrong) as error:
        written("# 报告\n用电{{ power @ 2022 }}。\n增长5%。\n{{ output @ 2022 | odd }}")
    assert [(p.code, p.line) for p in error.value.problems] == [
        ("template.fact_missing", 2),
        ("template.number", 3),
        ("template.option_unknown", 4),
    ]


def test_a_number_that_a_template_adds_to_a_figure_is_told_with_its_line() -> None:
    with pytest.raises(TemplateWrong) as error:
        written(
            "# 报告\n\n产出{{ output @ 2022 | bare }}亿元，另有两{{ name output @ 2022 }}。",
            book(**{"output @ 2022": known("5", indicator="个项目")}),
        )
    assert [(p.code, p.line, p.params["text"]) for p in error.value.problems] == [
        ("template.number", 3, "两")
    ]


def test_names_with_numbers_are_literals_by_themselves() -> None:
    made = written(
        "# 报告\n{{ name air @ 2022 }}改善。", book(**{"air @ 2022": known("34", indicator="PM2.5浓度")})
    )
    assert list(made.manifest["literals"].values()) == ["PM2.5浓度"]


def test_every_message_is_in_two_languages() -> None:
    for code, (en, zh) in MESSAGES.items():
        assert en.isascii() is False or en, code
        assert any("\u4e00" <= c <= "\u9fff" for c in zh), code
        assert not any("\u4e00" <= c <= "\u9fff" for c in en), code
    assert Problem("template.empty", None).told("en").endswith("paragraph.")

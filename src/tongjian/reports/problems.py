"""What can be wrong with a template: code, line, and a sentence in two languages. Knows no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MESSAGES: Mapping[str, tuple[str, str]] = {
    "template.undecodable": (
        "The template is not UTF-8 (first bad byte at {at}). Save it as UTF-8 and try again.",
        "模板不是 UTF-8 编码（第 {at} 字节起有误）。请另存为 UTF-8 后重试。",
    ),
    "template.unprintable": (
        "Character {at} cannot be printed ({code}). Delete it; often it came along from another program.",
        "第 {at} 个字符（{code}）无法印出，多为从其他软件复制时带入。请删去。",
    ),
    "template.no_title": (
        "The template has no title. Begin it with a line “# title”.",
        "模板没有标题。请以“# 标题”开头。",
    ),
    "template.empty": (
        "The template has a title but no text. Add at least one paragraph.",
        "模板只有标题，没有正文。请至少写一段。",
    ),
    "template.unclosed": (
        "{mark} is opened but not closed on this line. Add {closing}, or remove it.",
        "本行的 {mark} 没有结束。请补上 {closing} 或删去。",
    ),
    "template.nested": (
        "“{text}” holds another mark. Close the first one before the second begins.",
        "“{text}”中又有一层标记。请先结束前一个标记。",
    ),
    "template.empty_mark": (
        "There is nothing inside the marks. Fill them in or remove them.",
        "标记内没有内容。请填写或删去。",
    ),
    "template.number": (
        "The number “{text}” has no source. Write a reference {{{{ … }}}}, or mark it [[{text}]] if it is a year, "
        "a date or part of a name.",
        "数字“{text}”没有出处。请写成引用 {{{{ … }}}}；若是年份、日期或名称的一部分，请标为 [[{text}]]。",
    ),
    "template.flow_open": (
        "{word} is not closed. Add a line “%end” behind what belongs to it.",
        "{word} 没有结束。请在其内容之后补一行“%end”。",
    ),
    "template.flow_stray": (
        "{word} stands without its %if or %for. Remove it, or add what opens it.",
        "{word} 没有对应的 %if 或 %for。请删去或补上开头。",
    ),
    "template.flow_condition": (
        "“{text}” cannot be compared: a target in words, or two units that do not agree. Compare numbers.",
        "“{text}”无法比较：目标只有文字，或两个单位不能换算。请比较数值。",
    ),
    "template.flow_loop": (
        "“{text}” is no loop. Write %for town in areas, %for t in tasks kept of 2022, %for t in targets of 2022.",
        "“{text}”不是循环。写法：%for town in areas，%for t in tasks kept of 2022，%for t in targets of 2022。",
    ),
    "template.flow_field": (
        "{text} is nothing that the loop knows. Known are: {known}.",
        "循环中没有 {text}。可用的有：{known}。",
    ),
    "template.flow_rows": (
        "There is nothing to run over: “{text}”. Known are areas, tasks and targets (with a state) of a year whose plan is there.",
        "没有可循环的内容：“{text}”。可用 areas，以及某年计划的 tasks、targets（可带进展情况）。",
    ),
    "template.option_unknown": (
        "There is no option “{option}”. Known are: {known}.",
        "没有“{option}”这一选项。可用的有：{known}。",
    ),
    "template.option_arguments": (
        "The option “{option}” needs {needed} word(s) after it, not {given}.",
        "选项“{option}”后面应有 {needed} 个词，现有 {given} 个。",
    ),
    "template.option_number": (
        "The option “{option} {text}” holds a number, which would be printed without a source. Use other words.",
        "选项“{option} {text}”中有数字，会成为没有出处的数字。请改用其他词。",
    ),
    "template.places": (
        "“places {text}” is not a number of decimals from 0 to 6.",
        "“places {text}”不是 0 至 6 的小数位数。",
    ),
    "template.round": (
        "“round {text}” needs a step (1000, 1, 0.1) and a bound word.",
        "“round {text}”后应为步长（1000、1、0.1）和界定词（超、余、近、约等）。",
    ),
    "template.option_misplaced": (
        "{ref}: the option “{option}” does not fit {measure}.",
        "{ref}：选项“{option}”不适用于“{measure}”。",
    ),
    "template.bound_word": (
        "{ref}: the word “{word}” does not mean {bound}.",
        "{ref}：“{word}”与数据的界定“{bound}”意思不同。",
    ),
    "template.unit": (
        "{ref}: {source} does not convert into {target}.",
        "{ref}：“{source}”不能换算为“{target}”。",
    ),
    "template.hanzi": (
        "{ref}: {number} is not a whole number below 100 million, so it cannot be said in Chinese numerals.",
        "{ref}：{number} 不是一亿以内的整数，不能写成汉字。",
    ),
    "template.magnitude": (
        "{ref}: {number}{unit} has no order of magnitude to name.",
        "{ref}：{number}{unit} 没有可说的数量级。",
    ),
    "template.fact_missing": (
        "{metric}: no fact for {ref}. {detail}",
        "{metric}：没有 {ref} 的数据。{detail}",
    ),
    "template.fact_ambiguous": (
        "{metric}: more than one fact fits {ref}. {detail}",
        "{metric}：符合 {ref} 的数据不止一个。{detail}",
    ),
    "template.target_missing": (
        "{metric}: no target for {ref}. {detail}",
        "{metric}：没有 {ref} 的目标。{detail}",
    ),
    "template.reference": (
        "{metric}: “{ref}” cannot be understood. {detail}",
        "{metric}：无法理解“{ref}”。{detail}",
    ),
    "template.row": (
        "This row has {given} cell(s), the first one of its table {needed}. Give each row as many cells, empty ones too.",
        "本行有 {given} 格，而表的首行有 {needed} 格。各行格数应相同，空格也要写出。",
    ),
    "template.chart_kind": (
        "“{text}” is no kind of chart. Known are: {known}.",
        "没有“{text}”这种图。可用的有：{known}。",
    ),
    "template.chart_rows": (
        "A chart needs rows below it: the first with the names of its points, each further one a series. "
        "A pie has one series.",
        "图的下面应有各行：首行为各点名称，其余每行一个序列。饼图只有一个序列。",
    ),
    "template.chart_point": (
        "A point of a chart is one reference or empty, not “{text}”.",
        "图中的一点应为一个引用或留空，不能是“{text}”。",
    ),
    "template.chart_value": (
        "{ref}: “{text}” is no number that a chart can draw.",
        "{ref}：“{text}”不是可以作图的数值。",
    ),
    "template.chart_unit": (
        "The points of this chart have the units {units}. Name one that all convert into after the kind of the chart.",
        "本图各点单位不一：{units}。请在图的种类后写明可以统一换算的单位。",
    ),
    "template.untraced": (
        "The document as written does not trace: {detail}",
        "写成的文档未通过溯源：{detail}",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the template. line: from 1, None when it is the whole template.

    params: for the sentence; one that is itself a sentence is a mapping `en`, `zh`.
    """

    code: str
    line: int | None
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: str = "zh") -> str:
        """The sentence without its line."""
        chosen = "zh" if language.startswith("zh") else "en"
        en, zh = MESSAGES[self.code]
        params = {k: v[chosen] if isinstance(v, Mapping) else v for k, v in self.params.items()}
        return (zh if chosen == "zh" else en).format(**params).rstrip()

    def told(self, language: str = "zh") -> str:
        """The line, then the sentence."""
        if self.line is None:
            return self.message(language)
        where = f"第 {self.line} 行：" if language.startswith("zh") else f"Line {self.line}: "
        return where + self.message(language)


class TemplateWrong(Exception):
    """All problems of one template; nothing was built."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(p.told("en") for p in self.problems))

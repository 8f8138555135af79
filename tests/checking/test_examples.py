"""Each rule's own examples: what it must flag, and what it must not."""

from __future__ import annotations

import pytest

from tongjian.checking.facts import Facts
from tongjian.checking.registry import rules
from tongjian.checking.types import Context, Example, Need, Rule
from tongjian.reading import Hints, read_text

CASES = [
    pytest.param(r, e, id=f"{r.name}-{r.judge.__name__}-{i}")
    for r in rules()
    for i, e in enumerate(r.examples)
]


def context(rule: Rule, example: Example) -> Context:
    this = Facts(read_text(example.text, Hints(year=None if "报告" in example.text else 2022)))
    other = Facts(read_text(example.other, Hints()), rule.need.value) if example.other and rule.need else None
    return Context(
        this,
        previous=other if rule.need is Need.PREVIOUS else None,
        sibling=other if rule.need is Need.SIBLING else None,
        ledger=example.ledger or None,
    )


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_an_example_is_judged_as_it_says(rule: Rule, example: Example) -> None:
    found = list(rule.judge(context(rule, example)))
    assert bool(found) == (example.kind == "fail"), [f.zh for f in found]
    assert all(f.code == rule.code for f in found)
    for finding in found:
        for span in finding.spans:
            text = example.text if span.source == "this" else example.other
            assert text[span.start : span.end] == span.text

"""Peers of reading: `python read_figures.py PEER` inside the peer's own environment.

In: a JSON list of texts. Out: {"load": seconds, "seconds": processor time for all texts, "rows": one list for each
text of [start, end, number, unit]}. Each peer is used as its own documentation shows; only spans and units are
carried over into our words.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable

Row = tuple[int, int, str, str]
Reader = Callable[[str], list[Row]]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def jieba() -> Reader:
    """Parts of speech; a number (m) with the word behind it as its unit."""
    import jieba.posseg as posseg

    def read(text: str) -> list[Row]:
        rows: list[Row] = []
        words, at = [], 0
        for pair in posseg.cut(text):
            words.append((at, pair.word, pair.flag))
            at += len(pair.word)
        for (start, word, flag), (_, unit, _) in zip(words, [*words[1:], (at, "", "")], strict=True):
            found = NUMBER.match(word)
            if flag == "m" and found:
                rest = word[found.end() :]
                rows.append((start, start + len(word) + len(unit), found.group(), rest + unit))
        return rows

    return read


def recognizers() -> Reader:
    """The five Chinese models of Recognizers-Text: number, percentage, currency, dimension, age."""
    import recognizers_number as number
    import recognizers_number_with_unit as unit

    models = [
        unit.NumberWithUnitRecognizer("zh-cn").get_currency_model(),
        unit.NumberWithUnitRecognizer("zh-cn").get_dimension_model(),
        unit.NumberWithUnitRecognizer("zh-cn").get_age_model(),
        number.NumberRecognizer("zh-cn").get_percentage_model(),
        number.NumberRecognizer("zh-cn").get_number_model(),
    ]

    def read(text: str) -> list[Row]:
        rows: list[Row] = []
        taken: set[int] = set()
        for model in models:
            for found in model.parse(text):
                span = range(found.start, found.end + 1)
                if taken.intersection(span):
                    continue
                taken.update(span)
                printed = re.match(r"[^\d]*(-?\d+(?:\.\d+)?)\s*(.*)", found.text)
                told = found.resolution or {}
                value = printed[1] if printed else str(told.get("value"))
                rows.append(
                    (
                        found.start,
                        found.end + 1,
                        value,
                        printed[2] if printed else str(told.get("unit") or ""),
                    )
                )
        return rows

    return read


def jionlp() -> Reader:
    """Its money extractor, the one that reads amounts with places."""
    import jionlp

    def read(text: str) -> list[Row]:
        rows: list[Row] = []
        for found in jionlp.ner.extract_money(text, with_parsing=False):
            start, end = found["offset"]
            printed = NUMBER.search(found["text"])
            value = printed.group() if printed else ""
            rows.append((start, end, value, found["text"][printed.end() :] if printed else found["text"]))
        return rows

    return read


def quantulum3() -> Reader:
    from quantulum3 import parser

    def read(text: str) -> list[Row]:
        found = parser.parse(text)
        return [(q.span[0], q.span[1], str(q.value), re.sub(r"^[-\d.,\s]+", "", q.surface)) for q in found]

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "jieba": jieba,
    "recognizers": recognizers,
    "jionlp": jionlp,
    "quantulum3": quantulum3,
}


def main() -> None:
    texts = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # some of them print
    began = time.process_time()
    read = READERS[sys.argv[1]]()
    read("全年产值12.5亿元。")
    loaded = time.process_time()
    rows = [read(text) for text in texts]
    done = time.process_time()
    json.dump({"load": loaded - began, "seconds": done - loaded, "rows": rows}, out)


if __name__ == "__main__":
    main()

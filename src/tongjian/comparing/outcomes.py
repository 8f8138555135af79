"""What became of a promise, given the statement that answers it: amounts first, then how far the work has come."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongjian.comparing.amounts import Reached, reached
from tongjian.comparing.types import Finer, Outcome, Said
from tongjian.reading.types import Achievement, Commitment, Figure, Reading

# The ladder of works: how far each milestone (of a promise) and state (of a statement) has come.
LADDER = {
    "前期": 1, "编制": 1, "签约": 2, "启动": 2, "落地": 3, "开工": 3, "推进": 4, "过半": 5, "贯通": 6, "结构封顶": 6,
    "竣工": 7, "完工": 7, "投用": 8, "完成": 8, "实现": 8, "获批": 8, "入选": 8, "成立": 8, "建立": 8, "发布": 8, "举办": 8,
    "落实": 8,
}  # fmt: skip
UNDER_WAY = ("推进", "完善", "编制", "前期", "签约", "启动", "开工")  # no end reached
BUILT = 7  # what is built counts as in use; what is only joined up or topped out does not
# Words of a statement that tells of a part only, however done that part is.
PART_ONLY = re.compile(
    r"主体(?:工程|结构|施工)?(?:已|基本|全部)*(?:完工|竣工|完成|建成|封顶)|(?:完成|建成)部分|部分(?:完工|竣工|建成|投用|通车)"
)
GIVEN_UP = ("取消", "终止", "不再实施", "停止实施", "调整为", "变更为", "替换为")


def judged(
    promise: Commitment, last: Reading, said: Achievement, this: Reading
) -> tuple[Outcome, Finer | None, Said]:
    """Outcome, what it does not say, and why in one line of each language."""
    clause = this.document.text[said.start : said.end]
    if any(word in clause for word in GIVEN_UP):
        return Outcome.PARTLY, Finer.REPLACED, Said(f"表述为“{clause}”", f"it says “{clause}”")
    amounts = reached(_of(last, promise.figures), _near(said, this))
    if amounts is not None:
        return _by_amount(amounts, said)
    return _by_state(promise, said)


def _by_amount(amounts: Reached, said: Achievement) -> tuple[Outcome, Finer | None, Said]:
    if amounts.over < 0:
        return Outcome.PARTLY, None, amounts.said
    if amounts.over > 0 and amounts.promised.bound not in ("approx",):
        return Outcome.EXCEEDED, None, amounts.said
    done = said.state not in ("编制", "前期", "签约", "启动")
    return (Outcome.DONE if done else Outcome.GOING_ON), None, amounts.said


def _by_state(promise: Commitment, said: Achievement) -> tuple[Outcome, Finer | None, Said]:
    why = Said(
        f"承诺“{promise.action}”，现述“{said.state_words}”",
        f"promised “{promise.action}”, now said “{said.state_words}”",
    )
    wanted, come = LADDER.get(promise.milestone or "", 0), LADDER.get(said.state, 4)
    ends = promise.milestone not in (None, "推进") and promise.firmness == "hard"
    if ends and PART_ONLY.search(said.text):
        return Outcome.PARTLY, None, why
    if ends and said.state not in UNDER_WAY:
        return (Outcome.DONE if come >= min(wanted, BUILT) else Outcome.PARTLY), None, why
    if ends:
        return (Outcome.DONE if come >= wanted else Outcome.PARTLY), None, why
    return (Outcome.GOING_ON if said.state in UNDER_WAY else Outcome.DONE), None, why


def _of(reading: Reading, indices: Sequence[int]) -> list[Figure]:
    return [reading.figures[i] for i in indices]


def _near(said: Achievement, this: Reading) -> list[Figure]:
    """Figures of the statement's clause: its own where it has them."""
    return _of(this, said.figures)

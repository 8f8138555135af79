"""Tags and filters of the pages: icons, lights, numbers with units, periods and moments as a reader says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Protocol

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongjian.facts.choices import FactStatus
from tongjian.facts.measured.small import is_withheld
from tongjian.facts.models import Fact, Series
from tongjian.facts.resolved import Resolved
from tongjian.facts.simulated import is_simulated, rests_on_simulated
from tongjian.kernel.models import User
from tongjian.plans.choices import Light
from tongjian.values import Number, Period, PeriodError
from tongjian.web import addresses, units
from tongjian.web.facts import trees
from tongjian.web.facts.names import short
from tongjian.web.intake import fields

register = template.Library()
NOTHING = SafeString("")
# How a bound is said before a number: 约1000亿元, about 1000.
BOUND_WORDS: Mapping[str, tuple[str, str]] = {
    "approx": ("约", "about "),
    "gt": ("高于", "above "),
    "over": ("超", "over "),
    "ge": ("不低于", "at least "),
    "lt": ("近", "nearly "),
    "le": ("不高于", "at most "),
}


class Sentences(Protocol):
    """Anything that says one thing in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def _english() -> bool:
    return (get_language() or "").startswith("en")


@register.simple_tag
def icon(name: str) -> SafeString:
    return _icon(name, _address("vendor/tabler-icons/sprite.svg"))


@lru_cache(maxsize=512)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag
def colon() -> str:
    """The colon of the page's language."""
    return ": " if _english() else "："


@register.simple_tag
def light(code: str) -> SafeString:
    """A light: its shape, its word, its colour."""
    return _light(str(code), _address("lights.svg"), str(Light(code).label))


@cache
def _address(file: str) -> str:
    """Where a static file stands: the same for as long as the process runs, and asked for by every icon."""
    return static(file)


@lru_cache(maxsize=64)
def _light(code: str, sprite: str, label: str) -> SafeString:
    return format_html(
        '<span class="light light-{0}"><svg aria-hidden="true"><use href="{1}#{0}"></use></svg>{2}</span>',
        code,
        sprite,
        label,
    )


@register.filter
def number(value: Number | None) -> str:
    """With the precision it is kept in, a true minus sign, and no separators, as official reports print it."""
    return "—" if value is None else str(value).replace("-", "−")


@register.filter
def unit_name(symbol: str) -> str:
    """A unit in the page's language: 亿元, hundred million yuan."""
    return units.shown(symbol)


@register.filter
def milestone(word: str) -> str:
    """A milestone in the page's language; a word that is none of the ladder stays as printed."""
    return str(fields.MILESTONES.get(word, word))


@register.filter
def period(value: Period | str | None) -> str:
    """2022年11月, 2022年1—11月; the text itself where it is no period."""
    if not value:
        return ""
    try:
        parsed = value if isinstance(value, Period) else Period.parse(value)
    except PeriodError:
        return str(value)
    return parsed.label("en" if _english() else "zh")


@register.filter
def month(value: str) -> str:
    """2022-10 as a due month."""
    return period(value) if value else ""


@register.filter
def day(value: datetime | date | None) -> str:
    """2022年11月3日 · 3 Nov 2022"""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    if _english():
        return f"{local.day} {local:%b %Y}"
    return f"{local.year}年{local.month}月{local.day}日"


@register.filter
def moment(value: datetime | None) -> str:
    """The day and the minute."""
    return f"{day(value)} {timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def person(user: User | None) -> str:
    """A person's name, else the account's; empty where the installation itself acted."""
    return (user.first_name or user.username) if user else ""


@register.filter
def size(value: int) -> str:
    """A file's size: 834 KB, 1.2 MB."""
    return f"{value / 1_048_576:.1f} MB" if value >= 1_048_576 else f"{max(1, round(value / 1024))} KB"


@register.simple_tag
def bar(counts: Mapping[str, int]) -> SafeString:
    """Counts by light as one stacked bar; the numbers stand beside it in text."""
    total = sum(counts.values())
    parts, x = [], 0.0
    for code in Light.values:
        width = 100 * counts.get(code, 0) / total if total else 0.0
        if width:
            parts.append(
                format_html(
                    '<rect class="fill-{}" x="{}" y="0" width="{}" height="8"/>',
                    code,
                    f"{x:.2f}",
                    f"{width:.2f}",
                )
            )
        x += width
    label = ", ".join(f"{Light(c).label} {counts[c]}" for c in Light.values if counts.get(c))
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label or _("nothing"),
        mark_safe("".join(parts)),  # noqa: S308  # made of format_html above
    )


@register.filter
def get(mapping: Mapping[str, object], key: str) -> object:
    return mapping.get(key, "")


@register.filter
def bound(code: str) -> SafeString:
    """The bound's word, small, before its number; nothing for an exact value."""
    zh, en = BOUND_WORDS.get(code, ("", ""))
    return format_html('<span class="bound">{}</span>', en if _english() else zh) if zh else NOTHING


@register.simple_tag(takes_context=True)
def source_url(context: template.Context, value: Fact | Resolved | trees.Node) -> str:
    """Where a number leads. On a page “as known on” a day the link keeps the day."""
    if isinstance(value, Fact):
        url = addresses.of_row("facts:fact", value.pk)
    else:
        url = value.url if isinstance(value, trees.Node) else trees.url_of(value)
    if (asked := context.get("as_known")) is not None and asked.day is not None:
        url += f"{'&' if '?' in url else '?'}at={asked.day}"
    return url


@register.simple_tag(takes_context=True)
def figure(context: template.Context, value: Fact | Resolved | trees.Node, css: str = "") -> SafeString:
    """A number with its unit, leading to where it comes from. Its bound is said before it, the printed words on hovering.

    One that was simulated, or rests on such a number, says so behind it. A small count of persons is withheld from
    readers.
    """
    place = value.evidence if isinstance(value, Fact) else value.place
    if is_withheld(place, context.get("user")):
        title = _("Counts of persons below 5 are not shown to readers.")
        return format_html('<abbr class="quiet" title="{}">{}</abbr>', title, _("not shown"))
    unit = value.series.unit if isinstance(value, Fact) else value.unit
    title = f' title="{escape(value.words)}"' if value.words else ""
    return mark_safe(  # noqa: S308  # a page has hundreds; what is text is escaped, number prints digits
        f'<a class="figure num {escape(css)}" href="{escape(source_url(context, value))}"{title}>{bound(value.bound)}'
        f'{number(value.number)}<span class="unit">{escape(unit_name(unit))}</span>{simulated(value)}</a>'
    )


@register.filter
def simulated(value: Fact | Resolved | trees.Node) -> SafeString:
    """The mark of a number that nobody published; nothing for any other."""
    if isinstance(value, Fact):
        made_up = is_simulated(value.evidence)
    else:
        made_up = trees.is_simulated(value) if isinstance(value, trees.Node) else rests_on_simulated(value)
    return _simulated(get_language() or "") if made_up else NOTHING


@lru_cache(maxsize=8)
def _simulated(_language: str) -> SafeString:
    return format_html(
        '<abbr class="simulated" title="{}">{}</abbr>', _("Simulated, never published"), _("sim.")
    )


@register.filter
def said(value: Sentences | None) -> str:
    """The sentence in the language of the page, of anything that has `zh` and `en`."""
    if value is None:
        return ""
    return value.en if _english() else value.zh


@register.filter
def status(code: str) -> str:
    """预计, 快报, 实际, 修订."""
    return str(FactStatus(code).label) if code in FactStatus.values else code


@register.simple_tag
def target_qualities(series: Series) -> str:
    """How a series differs from the plain level of the district; empty where it does not."""
    return short(series, plain="")


@register.filter
def promise(code: str) -> str:
    """The kind of a commitment, as a reader says it."""
    return str(fields.PROMISES.get(code, code))

"""The words of public pages as filters; see web/public/told.py."""

from __future__ import annotations

from django import template

from tongjian.web.public import told

register = template.Library()
register.filter("public_value", told.value)
register.filter("public_evidence", told.evidence)

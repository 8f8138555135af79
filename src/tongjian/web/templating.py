"""Django's templates; what a page was made of is let go with the page.

A context refers to itself (each of its layers to the whole), so all that it shows, thousands of objects, would stay until
Python looks for cycles: in the midst of another person's page.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import Context, TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, copy_exception
from django.template.backends.django import Template as DjangoTemplate
from django.template.context import make_context


class Template(DjangoTemplate):
    """A template of Django's that empties the context it has made, once the text is there."""

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        made: Context = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(made)
        except TemplateDoesNotExist as problem:
            raise copy_exception(problem, self.backend) from problem
        finally:
            made.dicts.clear()


class Templates(DjangoTemplates):
    """Django's engine with those."""

    def from_string(self, template_code: str) -> Template:
        return _ours(super().from_string(template_code))

    def get_template(self, template_name: str) -> Template:
        return _ours(super().get_template(template_name))


def _ours(found: DjangoTemplate) -> Template:
    return Template(found.template, found.backend)

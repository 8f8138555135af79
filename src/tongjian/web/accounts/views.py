"""Signing in; the sign-in before is remembered for “changed since”."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse

PREVIOUS = "previous_sign_in"


class SignIn(LoginView):
    """Keeps in the session when the person signed in the time before."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        before: datetime | None = form.get_user().last_login
        response = super().form_valid(form)
        if before is not None:
            self.request.session[PREVIOUS] = before.isoformat()
        return response


def previous_sign_in(request: HttpRequest) -> datetime | None:
    """None on a first visit."""
    text = request.session.get(PREVIOUS)
    return datetime.fromisoformat(text) if isinstance(text, str) else None

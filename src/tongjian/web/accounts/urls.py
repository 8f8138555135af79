"""Sign-in and sign-out. django-axes throttles the form by user name and address."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from tongjian.web.accounts.views import SignIn

urlpatterns = [
    path(
        "login/",
        SignIn.as_view(),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
]

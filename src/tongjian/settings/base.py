"""One host, SQLite, nothing to install: what `make demo` runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tongjian.packs import PackError
from tongjian.packs.home import home
from tongjian.settings import env

PACKAGE = Path(__file__).resolve().parent.parent
HOME = env.folder("TONGJIAN_HOME", Path.cwd() / "var")
EXTRA_PACKS = env.text(
    "TONGJIAN_PACKS"
)  # a district's own folder of definitions, applied over the shipped ones


def _secret(path: Path) -> str:
    """The key of this installation, made once and kept beside its database."""
    if key := env.text("TONGJIAN_SECRET_KEY"):
        return key
    if not path.exists():
        import secrets

        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _database(url: str) -> dict[str, Any]:
    """SQLite below HOME, or `postgresql://user:password@host:port/name`."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "tongjian.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: a ledger does not lose its last commits when the power fails.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.SettingError("TONGJIAN_DATABASE must be empty or start with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # A statement asked for again and again is planned once, not with every page.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }


SECRET_KEY = _secret(HOME / "secret-key")
# Keys of citizens' data are derived from it; empty: from SECRET_KEY. Lost or changed, what they sealed stays shut.
PERSONAL_KEY = env.text("TONGJIAN_PERSONAL_KEY")
DEBUG = env.flag("TONGJIAN_DEBUG")
ALLOWED_HOSTS = env.words("TONGJIAN_HOSTS", "127.0.0.1,localhost,[::1]")
DATABASES = {"default": _database(env.text("TONGJIAN_DATABASE"))}
MIRROR = env.folder("TONGJIAN_MIRROR", HOME / "mirror.duckdb")  # disposable columnar copy of the records
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "tongjian.kernel",
    "tongjian.records.registers",
    "tongjian.records.projects",
    "tongjian.records.spaces",
    "tongjian.records.cases",
    "tongjian.facts",
    "tongjian.plans",
    "tongjian.reports",
    "tongjian.web",
    "tongjian.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongjian.web.errors.SignInFirst",
    "tongjian.web.viewing.Looking",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongjian.web.errors.TellErrors",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tongjian.web.urls"
WSGI_APPLICATION = "tongjian.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "tongjian.web.templating.Templates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tongjian.web.context.page",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "cockpit"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "locked_out.html"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "tongjian.web.errors.forbidden"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "tongjian.web.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a web form of collection has four fields a row
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES + 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH: list[str] = []

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
EVIDENCE_ROOT = HOME / "evidence"  # files as received, by SHA-256
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


def _district() -> str:
    """Key of the area whose plan this installation keeps: what the setting names, else the packs' home."""
    if named := env.text("TONGJIAN_DISTRICT"):
        return named
    try:
        return home(*([Path(EXTRA_PACKS)] if EXTRA_PACKS else []))
    except PackError as error:
        raise env.SettingError(f"{error}, or set TONGJIAN_DISTRICT") from error


DISTRICT = _district()

# Sentences for people; the English text is the key.
PRODUCT_NAME = _("Tongjian")

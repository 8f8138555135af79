"""Behind HTTPS: secure cookies, strict transport, hashed static files. `tongjian manage check --deploy` is clean."""

from __future__ import annotations

from tongjian.settings import env
from tongjian.settings.base import *  # noqa: F403
from tongjian.settings.base import STORAGES

DEBUG = False
ALLOWED_HOSTS = env.words("TONGJIAN_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = env.flag("TONGJIAN_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
WHITENOISE_USE_FINDERS = False
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

"""Settings, read once from the environment. Everything has a default that works on one machine with nothing configured.

========================  ============================================================================================
``CAIRN_HOME``            folder for database, keys, search index and uploads; default ``var`` in the checkout
``CAIRN_URL``             the address under which people reach this site; default ``http://localhost:8000``
``DATABASE_URL``          ``postgresql://user:password@host/name``; default: SQLite in ``CAIRN_HOME``
``CAIRN_SECRET_KEY``      secret for sessions; default: made once and kept in ``CAIRN_HOME/secret-key``
``CAIRN_DEBUG``           ``1`` shows error details; never on a public site
``CAIRN_MAIL_URL``        ``smtp://user:password@host:port``; default: mail is written to ``CAIRN_HOME/mail``
``CAIRN_KEY_PASSPHRASE``  opens the signing keys, once ``cairn keys relock`` put them under it (cairn.outside.custody)
========================  ============================================================================================
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

django_stubs_ext.monkeypatch()  # lets classes such as ModelAdmin be written with the type they hold

PROJECT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("CAIRN_HOME") or PROJECT / "var").resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)  # everything personal lies in it

PUBLIC_URL = (os.environ.get("CAIRN_URL") or "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"CAIRN_URL is {PUBLIC_URL!r}. Write a full address, like https://credentials.example.org."
    )


def _secret() -> str:
    given = os.environ.get("CAIRN_SECRET_KEY")
    if given:
        return given
    path = HOME / "secret-key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "cairn.sqlite3",
            "CONN_MAX_AGE": 60,  # opening a file anew for each request costs more than most of its questions
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {parts.scheme!r}. "
            "Write postgresql://user:password@host/name, or leave it out for SQLite."
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret()
DEBUG = os.environ.get("CAIRN_DEBUG") == "1"
ALLOWED_HOSTS = sorted({_public.hostname, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
DATABASES = {"default": _database()}
CACHES = {
    "default": {  # limits on attempts hold for all processes together
        "BACKEND": "cairn.outside.shared_cache.SharedCache",
        "LOCATION": str(HOME / "shared-cache.sqlite3"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"

INSTALLED_APPS = [
    # First, because their templates come before those of the same name in Django and allauth.
    "cairn.look",
    "cairn.people",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "cairn.skills",
    "cairn.catalog",
    "cairn.issuing",
    "cairn.earning",
    "cairn.recognition",
    "cairn.journeys",
    "cairn.wallet",
    "cairn.verifying",
    "cairn.entry",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cairn.entry.middleware.PrivatePages",
    "cairn.entry.middleware.ErrorPages",
]

ROOT_URLCONF = "cairn.entry.urls"
WSGI_APPLICATION = "cairn.entry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.csp",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cairn.entry.pages.desks",
            ]
        },
    }
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Credentials are given to addresses. Where mail reaches people, an account shows that its address is its own before it is used.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if os.environ.get("CAIRN_MAIL_URL") else "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "cairn.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "cairn.people.sign_in_forms.SignInForm",
    "signup": "cairn.people.sign_in_forms.MakeAccountForm",
    "add_email": "cairn.people.sign_in_forms.AddEmailForm",
    "reset_password": "cairn.people.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "cairn.people.sign_in_forms.NewPasswordForm",
    "change_password": "cairn.people.sign_in_forms.ChangePasswordForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "cairn.people.forms.SignUpForm"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.scheme == "http"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "entry:home"
LOGOUT_REDIRECT_URL = "entry:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"Cairn <no-reply@{_public.hostname}>"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MAILERS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": HOME / "mail"},
    }
}
if os.environ.get("CAIRN_MAIL_URL"):
    _mail = urlsplit(os.environ["CAIRN_MAIL_URL"])
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail.hostname or "localhost",
            "port": _mail.port or 25,
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_tls": _mail.scheme == "smtp" and _mail.port == 587,
            "use_ssl": _mail.scheme == "smtps",
            "timeout": 20,
        },
    }

# Only our own files: nothing inline, nothing from elsewhere, nobody may frame us.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if _public.scheme == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    ALLAUTH_TRUSTED_PROXY_COUNT = (
        1  # or all who sign in would count as one address, the proxy's, and slow each other down
    )

# Errors go to standard error with their place in the code. Requests are not logged: who looked at what is nobody's business.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"level": "ERROR", "handlers": []}},
}

KEY_FOLDER = HOME / "keys"
SEARCH_INDEX = HOME / "search"

"""Secrets: keys and tokens by the forms that their issuers publish, private keys, passwords that are said.

The forms are those of detect-secrets and gitleaks, and of the issuers' own pages. detect-secrets itself would
bring requests and YAML, and some of its patterns take quadratic time on hostile text; here each is tried only
where its first characters stand, and reaches a bounded way from there.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from rag.privacy.found import Found, Reading

_EDGE = r"(?![A-Za-z0-9])"
_ISSUED: tuple[tuple[str, str], ...] = (
    *((start, r"[0-9A-Z]{16}" + _EDGE) for start in ("AKIA", "ASIA", "ABIA", "ACCA")),  # Amazon
    *((f"gh{one}_", r"[A-Za-z0-9]{36,255}" + _EDGE) for one in "pousr"),  # GitHub
    ("github_pat_", r"[A-Za-z0-9_]{50,255}" + _EDGE),
    *(  # GitLab
        (f"gl{one}-", r"[A-Za-z0-9_\-.]{20,100}")
        for one in ("pat", "dt", "ft", "soat", "rt", "imt", "ptt", "agent", "oas", "cbt", "ffct")
    ),
    ("GR1348941", r"[A-Za-z0-9_\-]{20,50}"),
    *((f"xox{one}-", r"[0-9A-Za-z-]{10,250}") for one in "abeporsc"),  # Slack
    ("xapp-", r"[0-9]-[A-Z0-9]{5,20}-[0-9]{5,20}-[a-z0-9]{20,100}"),
    ("hooks.slack.com/services/", r"T[A-Za-z0-9]{6,20}/B[A-Za-z0-9]{6,20}/[A-Za-z0-9]{16,40}"),
    ("discord.com/api/webhooks/", r"[0-9]{15,22}/[A-Za-z0-9_-]{50,100}"),
    *(
        (f"{one}_{mode}_", r"[0-9a-zA-Z]{16,120}" + _EDGE)
        for one in ("sk", "rk")
        for mode in ("live", "test")
    ),
    ("whsec_", r"[A-Za-z0-9+/=]{24,80}"),
    ("sk-ant-", r"[A-Za-z0-9_-]{24,200}"),
    ("sk-proj-", r"[A-Za-z0-9_-]{24,250}"),
    ("sk-svcacct-", r"[A-Za-z0-9_-]{24,250}"),
    ("sk-or-v1-", r"[0-9a-f]{40,80}"),
    ("sk-", r"(?=[A-Za-z0-9]{0,40}[0-9])[A-Za-z0-9]{32,64}" + _EDGE),
    ("AIza", r"[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),  # Google
    ("GOCSPX-", r"[A-Za-z0-9_-]{28}"),
    ("ya29.", r"[A-Za-z0-9_-]{20,250}"),
    ("SG.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),  # SendGrid
    ("npm_", r"[A-Za-z0-9]{36}" + _EDGE),
    ("pypi-AgE", r"[A-Za-z0-9_-]{50,300}"),
    ("dckr_pat_", r"[A-Za-z0-9_-]{20,60}"),
    ("hf_", r"[A-Za-z]{30,40}" + _EDGE),
    ("hf_", r"[A-Za-z0-9]{30,40}" + _EDGE),
    ("dapi", r"[0-9a-f]{32}(?:-[0-9])?" + _EDGE),  # Databricks
    *((f"do{one}_v1_", r"[0-9a-f]{64}" + _EDGE) for one in "por"),  # DigitalOcean
    *((f"shp{one}_", r"[0-9a-fA-F]{32}" + _EDGE) for one in ("at", "ca", "pa", "ss")),  # Shopify
    ("sq0", r"(?:csp|atp|idp)-[0-9A-Za-z_-]{22,43}"),
    ("EAAA", r"[0-9A-Za-z_-]{60}"),  # Square
    ("hvs.", r"[A-Za-z0-9_-]{24,150}"),
    ("hvb.", r"[A-Za-z0-9_-]{100,300}"),
    ("lin_api_", r"[A-Za-z0-9]{32,50}"),
    ("ntn_", r"[A-Za-z0-9]{40,50}"),
    ("PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    ("dp.pt.", r"[A-Za-z0-9]{40,46}"),
    ("dp.st.", r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,46}"),
    ("glsa_", r"[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    ("NRAK-", r"[A-Z0-9]{27}"),
    ("sntrys_", r"[A-Za-z0-9+/=_]{40,300}"),
    ("sbp_", r"[0-9a-f]{40}"),
    ("r8_", r"[A-Za-z0-9]{37}" + _EDGE),
    ("gsk_", r"[A-Za-z0-9]{48,56}" + _EDGE),
    ("pplx-", r"[A-Za-z0-9]{40,56}" + _EDGE),
    ("tvly-", r"[A-Za-z0-9-]{30,50}"),
    ("xai-", r"[A-Za-z0-9]{70,90}"),
    ("figd_", r"[A-Za-z0-9_-]{38,60}"),
    ("ATATT3", r"[A-Za-z0-9_\-=]{50,250}"),
    ("key-", r"[0-9a-f]{32}" + _EDGE),  # Mailgun
    ("AGE-SECRET-KEY-1", r"[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    ("rag_", r"(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{24,80}"),
    ("eyJ", r"[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{8,1500})?"),  # JWT
)
_LEFT = re.compile(r"[A-Za-z0-9_]\Z")
_RULES = tuple((start, re.compile(rest)) for start, rest in _ISSUED)
_MAILCHIMP = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}-us[0-9]{1,2}(?![0-9])")
_BOT = re.compile(r"(?<![0-9])[0-9]{8,10}:AA[0-9A-Za-z_-]{33}(?![0-9A-Za-z_-])")  # Telegram

_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?)-----")
_LONGEST = 20_000  # characters of a private key
_BODY = re.compile(
    r"(?:[ \t>]{0,8}(?:[A-Za-z0-9+/=]{16,200}|[A-Za-z-]{3,20}: .{0,100}|=[A-Za-z0-9+/]{4})?\s{0,4}\n){1,300}"
)
_PUTTY = re.compile(r"Private-Lines: [0-9]{1,3}\s{1,2}(?:[A-Za-z0-9+/=]{1,80}\s{1,2}){1,200}")

_URL_PASSWORD = re.compile(r"://[^\s:/@?#\"'<>]{0,100}:([^\s/@\"'<>]{1,200})@(?=[A-Za-z0-9\[])")
_PASSWORD_WORDS = (
    "password", "passwd", "passphrase", "passcode", "pwd", "passwort", "kennwort", "contraseña", "clave",
    "mot de passe", "wachtwoord", "hasło", "senha", "palavra-passe", "lösenord", "salasana", "adgangskode",
    "passord", "heslo", "jelszó", "parola", "пароль", "şifre", "パスワード", "密码", "密碼", "비밀번호",
    "credentials", "login", "pass", "psk", "pw",
)  # fmt: skip
_KEY_WORDS = (
    "api key", "api-key", "api_key", "apikey", "api token", "api-token", "api_token", "apitoken",
    "access key", "access-key", "access_key", "accesskey", "access token", "access-token", "access_token",
    "accesstoken", "auth token", "auth_token", "auth-token", "authtoken", "secret", "token", "api secret",
    "private_key", "signing key", "signing_key", "encryption key", "encryption_key", "bearer", "basic",
    "accountkey", "sharedaccesskey", "schlüssel", "clé", "clave de api", "chiave", "ключ", "токен", "credential", "webhook key", "license key",
)  # fmt: skip
_SAID = r"""["'`*_]{0,3}\s{0,4}(?:(?:[:=]|:=|=>|->|：|\()|(?:\b(?:is|was|are|lautet|ist|war|es|est|è|é|är|er|on|jest|to|now|für \S{1,20}|for \S{1,20})\b[ :]{0,3}){1,3})\s{0,4}["'`*“„«]{0,3}"""
_VALUE = r"""([^\s"'`<>“”„»«,;、。|]{4,300})"""
_SAYS_PASSWORD = re.compile(_SAID + r"(?:[\w.@-]{1,40}\s{1,2}/\s{1,2})?" + _VALUE)
_SHORT = ("pass", "psk", "pw", "login", "clave")
_SAYS_KEY = re.compile(
    r"""(?:[\w .'’-]{0,24}?""" + _SAID + r"""|\s{1,3})([A-Za-z0-9+/_=.~-]{16,400})"""
)
_OPTION = re.compile(r"[ =]" + _VALUE)
_NO_SECRET = re.compile(
    r"""[\[({$%*<].*|(?:x|\*|\.|-|_|•|#|\?){3,}.*|.*(?:example|placeholder|redacted|change.?me|your|dummy|env\b|getenv|process\.).*"""
    r"""|(?:password|passwd|passwort|pass|secret|token|string|required|none|null|true|false|str|text|hidden|optional|str\b.*|user|"""
    r"""https?:.*|self\..*|os\..*|config\..*|[A-Za-z_][\w.]{0,60}[(\[].*)\W*""",
    re.IGNORECASE,
)


_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile(r"[A-Za-z0-9_\-+/=.~:]{16,}")


def keys(reading: Reading) -> Iterator[Found]:
    """API keys and tokens: by their form, or by the word before something that looks random."""
    for run in _RUN.finditer(reading.text):
        start, end = run.span()
        # All but one have digits.
        if _DIGIT.search(reading.text, start, end) or reading.text.find("hf_", start, end) >= 0:
            yield from _issued(reading.text, start, end)
            yield from _named(reading, start, end)


def _issued(text: str, start: int, end: int) -> Iterator[Found]:
    """Keys by the form that their issuers give them, that begin in ``text[start:end]``."""
    for sign, rest in _RULES:
        at = text.find(sign, start, end)
        while at >= 0:
            match = rest.match(text, at + len(sign))
            if match and not _LEFT.search(text, max(0, at - 1), at):
                yield Found(at, match.end(), "key")
            at = text.find(sign, at + len(sign), end)
    for pattern, sign in ((_MAILCHIMP, "-us"), (_BOT, ":AA")):
        if text.find(sign, start, end) >= 0:
            yield from (Found(*found.span(), "key") for found in pattern.finditer(text, start, end))


def _named(reading: Reading, start: int, end: int) -> Iterator[Found]:
    """What looks random from ``start`` on, behind a word that says that it is a key."""
    text, lower = reading.text, reading.lower
    since, until = max(0, start - 60), min(end, start + 80)
    for word in _KEY_WORDS:
        at = lower.find(word, since, until)
        while at >= 0:
            behind = at + len(word)
            whole = lower[behind : behind + 1] == "s" or not lower[behind : behind + 1].isalpha()
            match = _SAYS_KEY.match(text, behind, behind + 450) if whole else None
            if match and match.start(1) >= start and _random(value := match[1].rstrip(".")):
                yield Found(match.start(1), match.start(1) + len(value), "key")
            at = lower.find(word, behind, until)


def _random(value: str) -> bool:
    """Whether letters and digits look drawn by lot: both are there, and few are repeated."""
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if (
        digits < 2
        or letters < 2
        or digits + letters < 0.8 * len(value)
        or _NO_SECRET.fullmatch(value)
    ):
        return False
    if re.fullmatch(r"[\w-]{1,40}(?:\.[\w-]{1,40}){2,}", value) and value.islower():
        return False  # a name with dots
    return entropy(value) >= (3.0 if len(value) < 24 else 3.2)


def entropy(text: str) -> float:
    """Bits a character, by how often each stands in the text (Shannon 1948).

    >>> entropy("abab")
    1.0
    """
    counts = Counter(text)
    return -math.fsum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def private_keys(reading: Reading) -> Iterator[Found]:
    """Private keys in PEM, OpenSSH, PGP and PuTTY form, from their first to their last line."""
    text = reading.text
    for at in reading.exact("-----BEGIN "):
        if match := _BEGIN.match(text, at):
            last = f"-----END {match[1]}-----"
            end = text.find(last, match.end(), match.end() + _LONGEST)
            if end >= 0:
                yield Found(at, end + len(last), "private-key")
            else:  # cut off
                body = _BODY.match(text, match.end(), match.end() + _LONGEST)
                yield Found(at, body.end() if body else match.end(), "private-key")
    for at in reading.exact("Private-Lines: "):
        if match := _PUTTY.match(text, at):
            yield Found(at, match.end(), "private-key")


def passwords(reading: Reading) -> Iterator[Found]:
    """Passwords: of addresses ("https://user:...@host") and connection strings, and those that are said."""
    text = reading.text
    for at in reading.exact("://"):
        match = _URL_PASSWORD.match(text, at, at + 310)
        if match and not _NO_SECRET.fullmatch(match[1]):
            yield Found(*match.span(1), "password")
    for word in _PASSWORD_WORDS:
        for at in reading.inside(word):
            end = at + len(word)
            if word in _SHORT and (
                text[max(0, at - 1) : at].isalnum() or text[end : end + 1].isalnum()
            ):
                continue
            match = _SAYS_PASSWORD.match(text, end, end + 360)
            if match is None and text[max(0, at - 2) : at] == "--":
                match = _OPTION.match(text, end, end + 310)
            if (
                match is None
                and (match := _OPTION.match(text, end, end + 310))
                and not _strong(match[1])
            ):
                match = None
            if match and _chosen(value := _trimmed(match[1])):
                yield Found(match.start(1), match.start(1) + len(value), "password")


def _strong(value: str) -> bool:
    """Whether it has small and capital letters, digits, and something else: hardly a word that follows."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: c in "!@#$%^&*+?=~_-")
    return len(value) >= 8 and all(any(map(kind, value.rstrip(".,"))) for kind in kinds)


def _trimmed(value: str) -> str:
    """Without what ends the sentence that says it."""
    while value and (value[-1] in ".:" or (value[-1] in ")]}" and not set(value) & set("([{"))):
        value = value[:-1]
    return value


def _chosen(value: str) -> bool:
    """Whether it is a password, and no word about one: it has letters and something else, or looks random."""
    if (
        len(value) < 4
        or (value.rstrip("?!").isalpha() and value.islower())
        or _NO_SECRET.fullmatch(value)
    ):
        return False
    digits = any(c.isdigit() for c in value)
    signs = sum(not c.isalnum() for c in value)
    if value.isdigit():
        return len(value) >= 4
    if not any(c.isalpha() for c in value):
        return digits
    if digits:
        return len(value) >= 6 and not re.fullmatch(r"\d{1,3}[a-z]{1,6}|\w+-\d", value)
    inner = sum(a.islower() and b.isupper() for a, b in pairwise(value))
    return (
        any(c in "!@#$%^&*+?=~" for c in value)
        or value.count("-") >= 3
        or (inner > 1 and signs == 0 and len(value) >= 10)
    )

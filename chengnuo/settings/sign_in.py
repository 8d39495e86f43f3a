"""How people sign in beside their password, as the environment says. Secrets come from it or from a file, never from
the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Provider:
    """The company's own sign-in by OpenID Connect.

    `claim` names the username; with `domain` its value must end with @domain, and what stands before is the username.
    `second_factor` is empty, or `amr=mfa,otp` or `acr=…`: the claim and the values that prove a second factor.
    """

    issuer: str
    client_id: str
    secret: str
    name: str
    claim: str = "preferred_username"
    domain: str = ""
    second_factor: str = ""


def provider(environ: Mapping[str, str]) -> Provider | None:
    """The provider of CHENGNUO_OIDC_*, or None without an issuer. Raises ValueError in words for one half told."""
    told = {
        name.removeprefix("CHENGNUO_OIDC_").lower(): value.strip()
        for name, value in environ.items()
        if name.startswith("CHENGNUO_OIDC_") and value.strip()
    }
    if "issuer" not in told:
        return None
    if "client_id" not in told:
        raise ValueError("CHENGNUO_OIDC_ISSUER is set, so CHENGNUO_OIDC_CLIENT_ID must be")
    if not told["issuer"].startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise ValueError("CHENGNUO_OIDC_ISSUER must begin with https://")
    factor = told.get("second_factor", "")
    if factor and factor.partition("=")[0] not in {"amr", "acr"}:
        raise ValueError("CHENGNUO_OIDC_SECOND_FACTOR is amr=… or acr=…")
    return Provider(
        issuer=told["issuer"].rstrip("/"),
        client_id=told["client_id"],
        secret=_secret(told),
        name=told.get("name", "OpenID"),
        claim=told.get("claim", "preferred_username"),
        domain=told.get("domain", "").lstrip("@"),
        second_factor=factor,
    )


def _secret(told: Mapping[str, str]) -> str:
    if path := told.get("secret_file"):
        return Path(path).read_text("utf-8").strip()
    return told.get("secret", "")


def origins(environ: Mapping[str, str]) -> frozenset[str]:
    """The origins of CHENGNUO_ORIGINS, by commas: https://chengnuo.example.cn"""
    return frozenset(one.strip().rstrip("/") for one in environ.get("CHENGNUO_ORIGINS", "").split(",") if one.strip())

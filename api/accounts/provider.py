"""A provider of identities by OpenID Connect: code flow with PKCE, state and nonce; everything it signs is verified.

Besides SERVICE, where a host allows it, these are the only requests that the service sends: to the provider that
the settings name, when somebody chooses to log in with it, over https and without following where it is sent on.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from anyio import Lock

from ...loaders.operations.identities import Identity
from ...words import N_, SentenceError, Spoken
from ..web.settings import Settings, is_safe_address

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from joserfc.jwk import KeySet

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that need the provider's own key: no « none », and no secret that this site has too."""
_TIMEOUT, _FRESH, _LEEWAY = 8.0, 3600.0, 60
"""Seconds: that an answer may take, that what the provider says of itself is kept, that clocks may differ."""
_AGAIN = 60.0
"""Seconds before an unknown key makes its keys be asked for again."""
_LONGEST = 1 << 20


class ProviderError(SentenceError):
    """A login by the provider that comes to nothing."""

    code = "provider"


class ProviderDown(ProviderError):  # noqa: N818
    """A provider that does not answer, or not as one; `reason` is for who hosts the service."""

    code = "provider-down"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            N_(
                "{name} ne répond pas comme il faut. Recommencez dans un instant, ou connectez-vous autrement.",
                name=name,
            )
        )
        self.reason = reason


class IdentityRefused(ProviderError):  # noqa: N818
    """An answer in the name of the provider that does not hold."""

    code = "identity-refused"

    def __init__(self, name: str, reason: str, sentence: Spoken | None = None) -> None:
        super().__init__(
            sentence
            or N_(
                "La réponse de {name} n’est pas celle attendue ici : elle est refusée. Recommencez la connexion.",
                name=name,
            )
        )
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What a provider vouches for, verified: the identity, its token, and a verified address where it gives one."""

    identity: Identity
    id_token: str
    access_token: str
    claims: Mapping[str, Any]


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self.name = settings.oidc_name or urlsplit(self.issuer).netloc
        self._client_id = settings.oidc_client
        self._secret = settings.oidc_secret.get_secret_value() if settings.oidc_secret else None
        self._scopes = " ".join(dict.fromkeys(["openid", *settings.oidc_scopes]))
        self._verifies = settings.oidc_verifies
        self._lock = Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def host(self) -> str:
        """Where it is, as people read it."""
        return urlsplit(self.issuer).netloc

    async def departure(self, back: str) -> tuple[str, dict[str, str]]:
        """Give the address that a browser is sent to, and what its answer is held against; raises ProviderDown."""
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        metadata = await self._described()
        asked = {"state": secrets.token_urlsafe(32), "nonce": secrets.token_urlsafe(32),
                 "verifier": secrets.token_urlsafe(48)}  # fmt: skip
        async with AsyncOAuth2Client(
            self._client_id, scope=self._scopes, redirect_uri=back, code_challenge_method="S256"
        ) as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=asked["state"],
                nonce=asked["nonce"],
                code_verifier=asked["verifier"],
            )
        return str(address), asked

    async def arrival(self, asked: Mapping[str, str], said: Mapping[str, str], back: str) -> Answer:
        """Verify what a browser brings back; raises IdentityRefused, ProviderDown."""
        if not hmac.compare_digest(asked["state"].encode(), said.get("state", "").encode()):
            raise IdentityRefused(self.name, "state")
        metadata = await self._described()
        if said.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise IdentityRefused(self.name, "iss")
        if said.get("error") or not said.get("code"):
            raise IdentityRefused(
                self.name,
                said.get("error", "no code"),
                N_("{name} n’a pas confirmé votre identité : la connexion n’a pas eu lieu.", name=self.name),
            )
        token = await self._exchange(metadata, said["code"], asked["verifier"], back)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise IdentityRefused(self.name, "no token")
        claims = await self._verified(id_token, nonce={"essential": True, "value": asked["nonce"]})
        audience = claims["aud"]
        if ((isinstance(audience, list) and len(audience) > 1) or "azp" in claims) and (
            claims.get("azp") != self._client_id
        ):
            raise IdentityRefused(self.name, "azp")
        if not 0 < len(claims["sub"]) <= 255:
            raise IdentityRefused(self.name, "sub")
        return Answer(Identity(self.issuer, claims["sub"]), id_token, access_token, claims)

    async def email(self, answer: Answer) -> str | None:
        """Give the address that the provider has verified, of its token or of its userinfo, signed or not."""
        claims = answer.claims
        endpoint = (await self._described()).get("userinfo_endpoint")
        if "email" not in claims and isinstance(endpoint, str):
            claims = await self._userinfo(endpoint, answer.access_token)
            if claims.get("sub") != answer.identity.subject:
                raise IdentityRefused(self.name, "userinfo sub")
        email = claims.get("email")
        verified = claims.get("email_verified", self._verifies) in (True, "true")
        return email if isinstance(email, str) and verified else None

    async def farewell(self, id_token: str, back: str) -> str | None:
        """Give the address where one logs out of the provider too, None where it has none; raises ProviderDown."""
        endpoint = (await self._described()).get("end_session_endpoint")
        if not isinstance(endpoint, str) or not is_safe_address(endpoint):
            return None
        told = {"id_token_hint": id_token, "client_id": self._client_id, "post_logout_redirect_uri": back,
                "state": secrets.token_urlsafe(16)}  # fmt: skip
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(told, quote_via=quote)}"

    async def _described(self) -> dict[str, Any]:
        """Give what the provider says of itself, asked at most once an hour."""
        async with self._lock:
            if self._metadata is None or time.monotonic() - self._metadata[0] > _FRESH:
                said = await self._asked(f"{self.issuer}/.well-known/openid-configuration")
                needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if str(said.get("issuer", "")).rstrip("/") != self.issuer:
                    raise ProviderDown(self.name, "it says to be another issuer")
                if not all(is_safe_address(str(said.get(name, ""))) for name in needed):
                    raise ProviderDown(self.name, "an endpoint lacks, or is not https")
                self._metadata = (time.monotonic(), said)
            return self._metadata[1]

    async def _signers(self, *, again: bool = False) -> KeySet:
        """Give the provider's keys; `again` asks for them once more, at most once a minute."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        metadata = await self._described()
        async with self._lock:
            age = time.monotonic() - self._keys[0] if self._keys else _FRESH + 1
            if self._keys is None or age > _FRESH or (again and age > _AGAIN):
                said = await self._asked(metadata["jwks_uri"])
                try:
                    self._keys = (time.monotonic(), KeySet.import_key_set(said))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                    raise ProviderDown(self.name, f"keys: {error}") from error
            return self._keys[1]

    async def _verified(self, token: str, *, strict: bool = True, **claims: Any) -> dict[str, Any]:
        """Read what the provider signed, for this site and now; `strict` wants issuer, audience and dates."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        try:
            try:
                read = jwt.decode(token, await self._signers(), algorithms=_ALGORITHMS)
            except InvalidKeyIdError:  # it may have changed its keys
                read = jwt.decode(token, await self._signers(again=True), algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": strict, "value": (await self._described())["issuer"]},
                aud={"essential": strict, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": strict},
                iat={"essential": strict},
                **claims,
            ).validate(read.claims)
        except (JoseError, ValueError) as error:
            raise IdentityRefused(self.name, f"{type(error).__name__}: {error}") from error
        return read.claims

    async def _userinfo(self, endpoint: str, access_token: str) -> Mapping[str, Any]:
        kind, text = await self._got(endpoint, {"Authorization": f"Bearer {access_token}"})
        if kind == "application/jwt":
            return await self._verified(text.strip(), strict=False)
        return self._read(text)

    async def _exchange(
        self, metadata: Mapping[str, Any], code: str, verifier: str, back: str
    ) -> dict[str, Any]:
        """Give the tokens of a code."""
        import httpx2
        from authlib.integrations.base_client import OAuthError

        try:
            async with self._client(metadata) as client:
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=back,
                )
        except OAuthError as error:  # the code was used before, or is none
            raise IdentityRefused(self.name, f"token: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderDown(self.name, f"token: {error!r}") from error
        return dict(token)

    def _client(self, metadata: Mapping[str, Any]) -> AsyncOAuth2Client:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by_body = "client_secret_basic" not in ways
        way = "none" if self._secret is None else "client_secret_post" if by_body else "client_secret_basic"
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method=way,
            timeout=_TIMEOUT,
            follow_redirects=False,
        )

    async def _asked(self, address: str) -> dict[str, Any]:
        return self._read((await self._got(address, {}))[1])

    def _read(self, text: str) -> dict[str, Any]:
        try:
            said = json.loads(text)
        except ValueError as error:
            raise ProviderDown(self.name, "no JSON") from error
        if not isinstance(said, dict):
            raise ProviderDown(self.name, "no JSON object")
        return said

    async def _got(self, address: str, headers: Mapping[str, str]) -> tuple[str, str]:
        """Ask the provider; give the media type and the text of its answer."""
        import httpx2

        if not is_safe_address(address.partition("?")[0]):
            raise ProviderDown(self.name, f"{address} is not https")
        try:
            async with (
                httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as client,
                client.stream("GET", address, headers=dict(headers)) as answer,
            ):
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _LONGEST:
                        raise ProviderDown(self.name, f"{address}: an answer without end")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ProviderDown(self.name, f"{address}: {error!r}") from error
        if answer.status_code != 200:
            raise ProviderDown(self.name, f"{address}: {answer.status_code}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind, body.decode("utf-8", "replace")

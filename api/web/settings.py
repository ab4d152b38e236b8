"""Settings of a running ancrage: read from the environment (`ANCRAGE_*`), never a module-level global.

Every setting can also be given as a file that holds it: `ANCRAGE_WRITE_KEY_FILE=/run/secrets/key`. An empty
variable counts as absent. docs/reference/settings.md is written from here by tools/document.py.
"""

from __future__ import annotations

import binascii
import ipaddress
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ...graph.declarations import wrong
from ...graph.sparql.endpoint import Endpoint
from ...words import N_, SOURCE, AncrageError, Message, Said, Spoken, gettext
from .data_folder import OTHERS, PREFIX, default_data_dir
from .settings_text import FILE, UNITS, Row, WrongSetting, row, variable, wrong_values

_SHORTEST_KEY = 16
_CONTACT_KEY = 32
_UNREADABLE: Mapping[type[Exception], Spoken] = {
    FileNotFoundError: N_("n'existe pas"),
    PermissionError: N_("ne peut être lu : accès refusé"),
    IsADirectoryError: N_("est un dossier"),
    UnicodeDecodeError: N_("n'est pas un texte en UTF-8"),
}


class SettingError(AncrageError, ValueError):
    """Settings with wrong values; keeps what is `wrong`, setting by setting."""

    code = "setting"
    said_in = SOURCE

    def __init__(self, wrong: Sequence[WrongSetting]) -> None:
        super().__init__(wrong)
        self.wrong = tuple(wrong)

    @property
    def message(self) -> Spoken:
        """What is said."""
        return Said(_together, (self.wrong,))

    def labelled(self, labels: Mapping[str, str]) -> SettingError:
        """Give the error that calls settings by these labels, as people typed them."""
        return SettingError([one._replace(label=labels.get(one.name, one.label)) for one in self.wrong])


def _together(wrong: Sequence[WrongSetting], language: str) -> str:
    return gettext(" ; ", language).join(dict.fromkeys(one.told(language) for one in wrong)) + "."


def in_bytes(value: object) -> object:
    """Read a size such as `512M` or `2G`, in bytes; what is not written so is left for the type to judge.

    >>> in_bytes("64M"), in_bytes("1000"), in_bytes("lots")
    (67108864, 1000, 'lots')
    """
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*([0-9]+)\s*([KMG]?)(?:i?B)?\s*", value, re.IGNORECASE)
    return int(found[1]) << UNITS[found[2].upper()] if found else value


def is_safe_address(address: str) -> bool:
    """Tell whether an address may be sent secrets: by https, or on this machine.

    >>> [is_safe_address(one) for one in ("https://id.example/a", "http://localhost:9400", "http://id.example", "x")]
    [True, True, False, False]
    """
    return bool(
        re.fullmatch(
            r"(?:https://[^/?#@\s]+|http://(?:localhost|127\.0\.0\.1)(?::[0-9]+)?)(?:/[^?#\s]*)?", address
        )
    )


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Size = Annotated[int, BeforeValidator(in_bytes)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


def _setting(default: Any, meaning: Message, **more: Any) -> Any:
    """Declare a setting, and what it means."""
    if callable(default):
        more["default_factory"] = default
    else:
        more["default"] = default
    return Field(description=meaning.source, **more)


class Settings(BaseSettings):
    """What the service needs to know about the place it runs in; raises SettingError for a wrong value.

    >>> Settings(data_dir="/srv/ancrage", port=8080, memory="512M").memory
    536870912
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True, allow_inf_nan=False
    )

    data_dir: Path = _setting(default_data_dir, N_("dossier des sources et des générations"))
    store: str = _setting(
        "",
        N_(
            "point d’accès SPARQL d’un magasin distant qui tient les graphes d’une publication, lu à la place d’un magasin "
            "du dossier ; son graphe par défaut se nomme dans l’adresse (`?default-graph-uri=`)"
        ),
    )
    store_lenient: bool = _setting(
        False,
        N_(
            "lire aussi un magasin distant qui ne suit pas SPARQL 1.1, comme Virtuoso : ses réponses peuvent différer"
        ),
    )
    store_authorization: SecretStr | None = _setting(
        None,
        N_(
            "ce qui ouvre le magasin distant, lu dans l’environnement à chaque appel : « nom:mot de passe », ou un jeton ; "
            "envoyé seulement par https, ou à cette machine"
        ),
    )
    store_ca: Path | None = _setting(
        None,
        N_(
            "fichier PEM de l’autorité dont est le certificat du magasin distant, lu dans l’environnement ; "
            "sinon, celles du système"
        ),
    )
    host: str = _setting("127.0.0.1", N_("adresse où le serveur écoute"))
    port: int = _setting(
        8000,
        N_("port où le serveur écoute ; 0 laisse choisir le système"),
        ge=0,
        le=65535,
    )
    base_url: str = _setting(
        "",
        N_("adresse publique du site, pour les liens des exports, du catalogue et du plan du site"),
    )
    publisher: str = _setting(
        "Projet ancrage",
        N_("qui publie le site, pour son catalogue de données"),
        min_length=1,
    )
    contact: str = _setting(
        "",
        N_(
            "où écrire au sujet des données : adresse électronique de l’organisation ou adresse web, pour le catalogue"
        ),
    )
    privacy: str = _setting(
        "",
        N_(
            "où écrire au sujet des données personnelles (délégué à la protection des données) : adresse électronique ou web ; "
            "sinon, `contact`"
        ),
    )
    trusted_proxies: str = _setting(
        "127.0.0.1",
        N_("adresses ou réseaux des mandataires dont X-Forwarded-For et -Proto sont crus"),
    )
    workers: int = _setting(2, N_("processus de requête, en lecture seule"), ge=1, le=64)
    deadline: float = _setting(
        30.0,
        N_("secondes après lesquelles une requête publique est arrêtée"),
        gt=0,
        le=86_400,
    )
    memory: Size = _setting(
        2 << 30,
        N_("mémoire qu’une requête peut prendre dans son processus"),
        ge=64 << 20,
    )
    largest: Size = _setting(256 << 20, N_("plus grande réponse à une requête"), ge=1 << 20)
    queue: int = _setting(32, N_("requêtes qui peuvent attendre"), ge=1)
    patience: float = _setting(
        5.0,
        N_("secondes qu’une requête peut attendre avant 503"),
        gt=0,
    )
    share: int | None = _setting(
        None,
        N_("requêtes d’un même client en cours ou en attente (un quart de la file, au moins processus + 2)"),
        ge=1,
    )
    stall: float = _setting(
        30.0,
        N_("secondes après lesquelles un client qui n’envoie ni ne lit rien est coupé"),
        gt=0,
    )
    cache: Size = _setting(
        48 << 20,
        N_("réponses gardées en mémoire ; 0 n’en garde aucune"),
        ge=0,
    )
    default_graph: Literal["base", "plain"] = _setting(
        "base",
        N_(
            "ce que voit une requête qui ne nomme aucun graphe : l’union des graphes de base, ou le graphe par défaut"
        ),
    )
    strict: bool = _setting(
        True,
        N_(
            "refuser de démarrer là où les processus de requête ne peuvent être coupés du réseau (`false` démarre et avertit)"
        ),
    )
    indicators: Path | None = _setting(
        None,
        N_(
            "dossier de fichiers qui ajoutent des indicateurs, ou remplacent ceux du paquet et du dossier des données"
        ),
    )
    theme: Path | None = _setting(
        None,
        N_("dossier d’un thème (`tokens.css`, `icon.svg`, `theme.toml`) qui remplace l’apparence du site"),
    )
    keep: int = _setting(
        3,
        N_("publications gardées ; les plus anciennes sont retirées"),
        ge=1,
    )
    primary: str = _setting(
        "",
        N_(
            "service dont celui-ci est une copie en lecture seule (`ancrage follow`) : son adresse « https://… », ou un dossier "
            "qu’on remplit de ses données"
        ),
    )
    primary_interval: float = _setting(
        2.0,
        N_("secondes entre deux regards d’une copie au service suivi ; jusqu’à 60 quand il ne répond pas"),
        gt=0,
    )
    replica_key: SecretStr | None = _setting(
        None,
        N_(
            "clé de `/generations`, où des copies prennent chaque publication, fichier par fichier ; la même des deux côtés ; "
            "sans elle, il n’y a rien là"
        ),
    )
    write_key: SecretStr | None = _setting(
        None,
        N_("clé de `/update` et des écritures à `/graphs` ; sans elle, ils n’existent pas"),
    )
    largest_upload: Size = _setting(64 << 20, N_("plus grand corps d’une écriture"), ge=1)
    operations: SecretStr | None = _setting(
        None,
        N_(
            "registre du guichet et des comptes sur un serveur, « postgresql+psycopg://… » ; sinon `operations.sqlite` du "
            "dossier des données"
        ),
    )
    contact_key: SecretStr | None = _setting(
        None,
        N_(
            "clés des contacts, séparées par des espaces : la première ferme, toutes ouvrent ; sinon `.contact-key` du dossier "
            "des données"
        ),
    )
    oidc_issuer: str = _setting(
        "",
        N_(
            "fournisseur d’identité OpenID Connect, « https://… » ; sans lui, on se connecte par mot de passe"
        ),
    )
    oidc_client: str = _setting(
        "",
        N_("identifiant de ce site chez le fournisseur d’identité"),
        validate_default=True,
    )
    oidc_secret: SecretStr | None = _setting(None, N_("secret de ce site chez le fournisseur d’identité"))
    oidc_name: str = _setting("", N_("nom du fournisseur d’identité, sur les pages ; sinon son adresse"))
    oidc_scopes: Words = _setting(
        ("openid", "email"), N_("ce qui est demandé au fournisseur d’identité, séparé par des espaces")
    )
    oidc_verifies: bool = _setting(
        False,
        N_(
            "le fournisseur vérifie les adresses électroniques qu’il donne, même s’il ne l’écrit pas (ProConnect)"
        ),
    )
    smtp: SecretStr | None = _setting(
        None,
        N_(
            "serveur d’envoi des messages du guichet, « smtp://hôte:port » ou « smtps://nom:mot de passe@hôte » ; sans "
            "lui, rien ne part"
        ),
    )
    sender: str = _setting("", N_("adresse électronique d’où partent les messages du guichet"))
    service_allow: Words = _setting(
        (),
        N_("adresses que SERVICE peut appeler, séparées par des espaces ou des virgules"),
    )
    metrics_allow: Words = _setting(
        ("127.0.0.0/8", "::1"),
        N_("adresses ou réseaux qui peuvent lire `/metrics`, séparés par des espaces ou des virgules"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "warning",
        N_("plus bas niveau du journal, sur l’erreur standard ; `info` écrit une ligne par requête"),
    )
    log_format: Literal["text", "json"] = _setting("text", N_("forme du journal"))
    read_ahead: bool = _setting(
        True,
        N_("lire et calculer d’avance, après chaque publication, ce que ses premiers visiteurs attendraient"),
    )
    columns: bool = _setting(
        True,
        N_(
            "mettre aussi chaque publication en colonnes, et en tirer les réponses des requêtes qui comptent et regroupent "
            "beaucoup"
        ),
    )
    log_clients: Literal["hashed", "shortened", "full"] = _setting(
        "hashed",
        N_(
            "clients dans le journal : une empreinte dont la clé change chaque jour, l’adresse sans sa fin, ou l’adresse"
        ),
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingError(wrong_values(error, values, type(self).model_fields)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then variables, then the files that variables name."""
        return init_settings, env_settings, _Files(settings_cls)

    @field_validator("write_key")
    @classmethod
    def _only_here(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("store"):
            raise wrong(N_("un magasin distant (ANCRAGE_STORE) est seulement lu : pas de clé d’écriture"))
        if value is not None and info.data.get("primary"):
            raise wrong(N_("une copie (ANCRAGE_PRIMARY) est seulement lue : pas de clé d’écriture"))
        return value

    @field_validator("write_key", "replica_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_KEY:
            raise wrong(N_("au moins {least} caractères", least=_SHORTEST_KEY))
        return value

    @field_validator("primary")
    @classmethod
    def _primary(cls, value: str) -> str:
        if "://" in value and not is_safe_address(value):
            raise wrong(N_("une adresse « https://… », « http://localhost » pour un essai, ou un dossier"))
        return value.rstrip("/")

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/?#\s]+/?", value):
            raise wrong(N_("une adresse « https://… » sans chemin : le site ne se sert pas sous un préfixe"))
        return value.rstrip("/")

    @field_validator("store")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        if not value:
            return value
        try:
            Endpoint(value)
        except ValueError:
            raise wrong(N_("une adresse « https://… », sans nom ni mot de passe")) from None
        return value

    @field_validator("service_allow")
    @classmethod
    def _endpoints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.fullmatch(r"https?://[^/?#\s]+\S*", one) for one in value):
            raise wrong(N_("des adresses « https://… »"))
        return value

    @field_validator("store_ca")
    @classmethod
    def _is_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise wrong(N_("un fichier"))
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        if value and not is_safe_address(value):
            raise wrong(N_("une adresse « https://… » ; « http://localhost » pour un essai"))
        return value.rstrip("/")

    @field_validator("oidc_client")
    @classmethod
    def _client(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("oidc_issuer"):
            raise wrong(N_("un identifiant, dès que ANCRAGE_OIDC_ISSUER est donné"))
        return value

    @field_validator("operations")
    @classmethod
    def _register(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"postgresql(?:\+psycopg)?://[^\s]", value.get_secret_value()):
            raise wrong(N_("une adresse « postgresql+psycopg://… »"))
        return value

    @field_validator("contact_key")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        for key in value.get_secret_value().split() if value is not None else ():
            try:
                right = len(urlsafe_b64decode(key)) == _CONTACT_KEY
            except (binascii.Error, ValueError):
                right = False
            if not right:
                raise wrong(N_("des clés comme en écrit « ancrage account key »"))
        return value

    @field_validator("smtp")
    @classmethod
    def _server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(
            r"smtps?://(?:[^/@\s]*@)?[^/@:\s]+(?::[0-9]{1,5})?/?", value.get_secret_value()
        ):
            raise wrong(N_("une adresse « smtp://hôte:port » ou « smtps://nom:mot de passe@hôte »"))
        return value

    @field_validator("indicators", "theme")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise wrong(N_("un dossier"))
        return value

    @field_validator("sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and not re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*", value, re.ASCII):
            raise wrong(N_("une adresse électronique"))
        return value

    @field_validator("contact", "privacy")
    @classmethod
    def _contact(cls, value: str) -> str:
        if value and not re.fullmatch(
            r"https?://[^\s<>\"{}|\\^`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", value, re.ASCII
        ):
            raise wrong(N_("une adresse électronique, ou « https://… »"))
        return value

    @field_validator("trusted_proxies", "metrics_allow")
    @classmethod
    def _networks(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in value.replace(",", " ").split() if isinstance(value, str) else value:
            try:
                ipaddress.ip_network(one)
            except ValueError:
                if one != "*":
                    raise wrong(N_("des adresses IP ou des réseaux (10.0.0.0/8), ou « * »")) from None
        return value


class _Files(PydanticBaseSettingsSource):
    """Settings read from the files that `ANCRAGE_<NAME>_FILE` names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Read one setting from its file, without the ends of line after it; None without such a file."""
        name = variable(field_name)
        path = os.environ.get(name + FILE, "")
        if not path:
            return None, field_name, False
        if os.environ.get(name):
            both = N_("{name} et {file} sont donnés tous deux : il faut l'un ou l'autre", file=name + FILE)
            raise SettingError([WrongSetting(field_name, name, both)])
        try:
            text = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = next(
                (said for kind, said in _UNREADABLE.items() if isinstance(error, kind)), N_("est illisible")
            )
            sentence = N_("{name} nomme le fichier « {path} », qui {why}", path=path, why=why)
            raise SettingError([WrongSetting(field_name, name + FILE, sentence)]) from None
        return (text or None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Read all the settings given by files."""
        found = {name: self.get_field_value(field, name)[0] for name, field in Settings.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def reference() -> list[Row]:
    """Describe every setting, for docs/reference/settings.md.

    >>> [row.default for row in reference() if row.name == "ANCRAGE_MEMORY"]
    ['2G']
    """
    return [row(name, field) for name, field in Settings.model_fields.items()]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """List the variables that look like settings and are none: misspelt ones, most often.

    >>> unknown_variables({"ANCRAGE_PORT": "1", "ANCRAGE_DEADLNE": "5", "ANCRAGE_WRITE_KEY_FILE": "x"})
    ['ANCRAGE_DEADLNE']
    """
    known = {variable(name) for name in Settings.model_fields} | OTHERS
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in known and name.removesuffix(FILE) not in known
    )

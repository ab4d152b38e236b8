"""Settings of a running ancrage: read from the environment (`ANCRAGE_*`), never a module-level global.

Every setting can also be given as a file that holds it: `ANCRAGE_WRITE_KEY_FILE=/run/secrets/key`. An empty
variable counts as absent. docs/reference/settings.md is written from here by tools/document.py.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from .settings_text import FILE, PREFIX, UNITS, Row, row, variable, wrong_values

#: Variables of this prefix that are not settings of the service.
OTHERS = frozenset(["ANCRAGE_DEBUG", "ANCRAGE_OFFICIAL_DATA"])

_SHORTEST_KEY = 16
_UNREADABLE: dict[type[Exception], str] = {
    FileNotFoundError: "n'existe pas",
    PermissionError: "ne peut être lu : accès refusé",
    IsADirectoryError: "est un dossier",
    UnicodeDecodeError: "n'est pas un texte en UTF-8",
}


class SettingError(ValueError):
    """A setting with a wrong value; keeps the `names` of the settings that are wrong."""

    def __init__(self, sentence: str, names: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.names = names


def default_data_dir() -> Path:
    """Give the folder used when neither `ANCRAGE_DATA_DIR` nor `--data-dir` names one (XDG on Linux).

    >>> default_data_dir().name
    'ancrage'
    """
    return user_data_path("ancrage", appauthor=False)


def in_bytes(value: object) -> object:
    """Read a size such as `512M` or `2G`, in bytes; what is not written so is left for the type to judge.

    >>> in_bytes("64M"), in_bytes("1000"), in_bytes("lots")
    (67108864, 1000, 'lots')
    """
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*([0-9]+)\s*([KMG]?)(?:i?B)?\s*", value, re.IGNORECASE)
    return int(found[1]) << UNITS[found[2].upper()] if found else value


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Size = Annotated[int, BeforeValidator(in_bytes)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


def _setting(default: Any, english: str, french: str, **more: Any) -> Any:
    """Declare a setting: what it means in English (`description`) and in French."""
    if callable(default):
        more["default_factory"] = default
    else:
        more["default"] = default
    return Field(description=english, json_schema_extra={"fr": french}, **more)


class Settings(BaseSettings):
    """What the service needs to know about the place it runs in; raises SettingError for a wrong value.

    >>> Settings(data_dir="/srv/ancrage", port=8080, memory="512M").memory
    536870912
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    data_dir: Path = _setting(
        default_data_dir, "folder of sources and generations", "dossier des sources et des générations"
    )
    host: str = _setting("127.0.0.1", "address the server listens on", "adresse où le serveur écoute")
    port: int = _setting(
        8000,
        "port the server listens on; 0 lets the system choose",
        "port où le serveur écoute ; 0 laisse choisir le système",
        ge=0,
        le=65535,
    )
    base_url: str = _setting(
        "",
        "public address of the site, for links in dumps, catalogues and the sitemap",
        "adresse publique du site, pour les liens des exports, du catalogue et du plan du site",
    )
    publisher: str = _setting(
        "Projet ancrage",
        "who publishes the site, for its catalogue of data",
        "qui publie le site, pour son catalogue de données",
        min_length=1,
    )
    contact: str = _setting(
        "",
        "where to write about the data: an e-mail address of the organisation or a web address, for the catalogue",
        "où écrire au sujet des données : adresse électronique de l’organisation ou adresse web, pour le catalogue",
    )
    trusted_proxies: str = _setting(
        "127.0.0.1",
        "addresses or networks of proxies whose X-Forwarded-For and -Proto are believed",
        "adresses ou réseaux des mandataires dont X-Forwarded-For et -Proto sont crus",
    )
    workers: int = _setting(
        2, "read-only query processes", "processus de requête, en lecture seule", ge=1, le=64
    )
    deadline: float = _setting(
        30.0,
        "seconds after which a public query is stopped",
        "secondes après lesquelles une requête publique est arrêtée",
        gt=0,
    )
    memory: Size = _setting(
        2 << 30,
        "memory that a query may take in its process",
        "mémoire qu’une requête peut prendre dans son processus",
        ge=64 << 20,
    )
    largest: Size = _setting(
        256 << 20, "largest answer to a query", "plus grande réponse à une requête", ge=1 << 20
    )
    queue: int = _setting(32, "queries that may wait", "requêtes qui peuvent attendre", ge=1)
    patience: float = _setting(
        5.0,
        "seconds a query may wait before 503",
        "secondes qu’une requête peut attendre avant 503",
        gt=0,
    )
    share: int | None = _setting(
        None,
        "queries of one client that may run or wait (a quarter of the queue, at least workers + 2)",
        "requêtes d’un même client en cours ou en attente (un quart de la file, au moins processus + 2)",
        ge=1,
    )
    stall: float = _setting(
        30.0,
        "seconds after which a client that sends or reads nothing is cut off",
        "secondes après lesquelles un client qui n’envoie ni ne lit rien est coupé",
        gt=0,
    )
    cache: Size = _setting(
        64 << 20,
        "answers kept in memory; 0 keeps none",
        "réponses gardées en mémoire ; 0 n’en garde aucune",
        ge=0,
    )
    default_graph: Literal["base", "plain"] = _setting(
        "base",
        "what a query sees that names no graph: the union of the base graphs, or the default graph",
        "ce que voit une requête qui ne nomme aucun graphe : l’union des graphes de base, ou le graphe par défaut",
    )
    strict: bool = _setting(
        True,
        "refuse to start where query processes cannot be cut off the network (`false` starts with a warning)",
        "refuser de démarrer là où les processus de requête ne peuvent être coupés du réseau (`false` démarre et avertit)",
    )
    indicators: Path | None = _setting(
        None,
        "folder of files that add indicators, or replace those of the package and of the data directory",
        "dossier de fichiers qui ajoutent des indicateurs, ou remplacent ceux du paquet et du dossier des données",
    )
    theme: Path | None = _setting(
        None,
        "folder of a theme (`tokens.css`, `icon.svg`, `theme.toml`) that replaces the look of the site",
        "dossier d’un thème (`tokens.css`, `icon.svg`, `theme.toml`) qui remplace l’apparence du site",
    )
    keep: int = _setting(
        3,
        "snapshots kept; older ones are pruned",
        "publications gardées ; les plus anciennes sont retirées",
        ge=1,
    )
    write_key: SecretStr | None = _setting(
        None,
        "key for `/update` and writes at `/graphs`; without it they do not exist",
        "clé de `/update` et des écritures à `/graphs` ; sans elle, ils n’existent pas",
    )
    largest_upload: Size = _setting(
        64 << 20, "largest body of a write", "plus grand corps d’une écriture", ge=1
    )
    service_allow: Words = _setting(
        (),
        "addresses that SERVICE may call, separated by spaces or commas",
        "adresses que SERVICE peut appeler, séparées par des espaces ou des virgules",
    )
    metrics_allow: Words = _setting(
        ("127.0.0.0/8", "::1"),
        "addresses or networks that may read `/metrics`, separated by spaces or commas",
        "adresses ou réseaux qui peuvent lire `/metrics`, séparés par des espaces ou des virgules",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "warning",
        "least level of the log, on standard error; `info` writes one line a request",
        "plus bas niveau du journal, sur l’erreur standard ; `info` écrit une ligne par requête",
    )
    log_format: Literal["text", "json"] = _setting("text", "form of the log", "forme du journal")
    read_ahead: bool = _setting(
        True,
        "read and compute ahead, after each publication, what its first visitors would wait for",
        "lire et calculer d’avance, après chaque publication, ce que ses premiers visiteurs attendraient",
    )
    log_clients: Literal["hashed", "shortened", "full"] = _setting(
        "hashed",
        "clients in the log: a hash whose key changes each day, the address without its end, or the address",
        "clients dans le journal : une empreinte dont la clé change chaque jour, l’adresse sans sa fin, ou l’adresse",
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            told = wrong_values(error, values, type(self).model_fields)
            raise SettingError(told, tuple(str(one["loc"][0]) for one in error.errors())) from None

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
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_KEY:
            raise ValueError(f"au moins {_SHORTEST_KEY} caractères")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/?#\s]+(?:/[^?#\s]*)?", value):
            raise ValueError("une adresse « https://… » sans « ? » ni « # »")
        return value.rstrip("/")

    @field_validator("contact")
    @classmethod
    def _contact(cls, value: str) -> str:
        if value and not re.fullmatch(
            r"https?://[^\s<>\"{}|\\^`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", value, re.ASCII
        ):
            raise ValueError("une adresse électronique, ou « https://… »")
        return value

    @field_validator("trusted_proxies", "metrics_allow")
    @classmethod
    def _networks(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in value.replace(",", " ").split() if isinstance(value, str) else value:
            try:
                ipaddress.ip_network(one)
            except ValueError:
                if one != "*":
                    raise ValueError("des adresses IP ou des réseaux (10.0.0.0/8), ou « * »") from None
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
            sentence = f"{name} et {name}{FILE} sont donnés tous deux : il faut l'un ou l'autre."
            raise SettingError(sentence, (field_name,))
        try:
            text = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = next(
                (told for kind, told in _UNREADABLE.items() if isinstance(error, kind)), "est illisible"
            )
            sentence = f"{name}{FILE} nomme le fichier « {path} », qui {reason}."
            raise SettingError(sentence, (field_name,)) from None
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

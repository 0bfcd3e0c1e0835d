"""All settings in one table: from the environment or `.env`, never from code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One field a setting; the description is what docs/settings.md prints."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    port: int = Field(8080, ge=1, le=65535, description="Port of the gateway: web chat, webhooks, health")
    host: str = Field("127.0.0.1", description="Address the gateway listens on; 0.0.0.0 for all")
    public_url: str = Field("", description="Address by which citizens reach the page, for QR codes; empty: that of the request")
    database_url: str = Field(
        f"sqlite:///{ROOT / 'var' / 'motcua.db'}",
        description="Where conversations are kept; `postgresql+psycopg://…` for PostgreSQL",
    )
    redis_url: str = Field("", description="Redis for Rasa's lock store, when several copies run; empty: none")
    rasa_url: str = Field("", description="Address of a Rasa that runs elsewhere; empty: `motcua run` starts one")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Port of the Rasa that `motcua run` starts")
    rasa_timeout_s: float = Field(8.0, gt=0, description="Seconds to wait for Rasa before answering directly")
    encoder: str = Field("models/encoder", description="Search model: our trained folder, or any sentence-transformers name")
    knowledge_dir: Path = Field(ROOT / "knowledge", description="Folder of the knowledge files")
    nlu_dir: Path = Field(ROOT / "nlu_data" / "nlu", description="Folder of Rasa's training examples")
    models_dir: Path = Field(ROOT / "models", description="Folder of trained models")
    var_dir: Path = Field(ROOT / "var", description="Folder of what the running bot writes: database, logs, caches")
    action_token: SecretStr = Field(
        SecretStr(""), description="Secret that Rasa shows when it calls actions; made at start when empty"
    )
    max_message_chars: int = Field(2000, ge=100, description="Longest message that is taken")
    messages_per_minute: int = Field(30, ge=1, description="Messages taken from one conversation in a minute")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @property
    def encoder_path(self) -> str:
        """The encoder setting with a relative folder of this project made absolute."""
        local = ROOT / self.encoder
        return str(local) if self.encoder.startswith("models") else self.encoder

    @property
    def local_url(self) -> str:
        """Where this machine itself reaches the gateway."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"

    @property
    def rasa_base_url(self) -> str:
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"


@cache
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: a value cannot be used; the message names the setting.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "?"
        raise SettingsError(f"cài đặt {name} không dùng được: {first.get('input')!r}; xem docs/settings.md") from error

"""Feature flags: what is on for which teacher in which school, by OpenFeature's interface.

`HOMEROOM_FEATURE_FLAGS` says it. A flag is on, off, or on where one of its rules matches; a rule
matches where all that it names does. What is not named is as `DEFAULTS` has it.
"""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Literal

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider import AbstractProvider, Metadata
from pydantic import BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, ValidationError

from homeroom.api.errors import ApiError
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

FlagName = Literal["consolidated_api", "real_time_updates", "advanced_analytics", "resources"]
DEFAULTS: Mapping[FlagName, bool] = {
    "consolidated_api": True,
    "real_time_updates": True,
    "advanced_analytics": False,
    "resources": True,
}
BUCKETS = 10_000


class Rule(BaseModel):
    """Where a flag is on; what is left out does not matter. ``percentage``: of teachers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    environments: list[str] | None = None
    schools: list[str] | None = None
    percentage: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None

    def matches(self, name: str, environment: str, teacher_id: str, school_id: str | None) -> bool:
        """Whether all of it does; without a school, whether it does at any."""
        return (
            (self.environments is None or environment in self.environments)
            and (self.schools is None or school_id is None or school_id in self.schools)
            and (self.percentage is None or _bucket(name, teacher_id) < 100 * self.percentage)
        )


Stated = dict[FlagName, StrictBool | list[Rule]]
STATED = TypeAdapter(Stated)


class Flags:
    """The flags of one application; ConfigurationError where the setting does not do."""

    def __init__(self, settings: Settings) -> None:
        self._environment = settings.environment
        text = _text(settings.feature_flags)
        # OpenFeature's providers are the process's; equal settings may share theirs.
        domain = f"homeroom/{blake2b(text.encode(), digest_size=8).hexdigest()}"
        api.set_provider_and_wait(_StatedFlags(_stated(text)), domain)
        self._client = api.get_client(domain)

    def on(self, name: FlagName, teacher_id: str, school_id: str | None = None) -> bool:
        """Whether it is on for a teacher in a school; without one, whether it is in any."""
        where = {"environment": self._environment}
        if school_id is not None:
            where["school_id"] = school_id
        context = EvaluationContext(teacher_id, {**where})
        return self._client.get_boolean_value(name, DEFAULTS[name], context)

    def require(self, name: FlagName, teacher_id: str, school_id: str | None = None) -> None:
        """Raises ApiError 404 where it is off, as for an endpoint that is not there."""
        if not self.on(name, teacher_id, school_id):
            raise ApiError(404, "Not found")


class _StatedFlags(AbstractProvider):
    """OpenFeature's provider of what the setting says."""

    def __init__(self, stated: Stated) -> None:
        super().__init__()
        self._stated: dict[str, bool | list[Rule]] = {
            str(name): stated.get(name, usual) for name, usual in DEFAULTS.items()
        }

    def get_metadata(self) -> Metadata:
        return Metadata("homeroom settings")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        stated = self._stated.get(flag_key)
        if stated is None:
            raise FlagNotFoundError(f"There is no flag {flag_key}; it counts as {default_value}.")
        if isinstance(stated, bool):
            return FlagResolutionDetails(stated, reason=Reason.STATIC)
        context = evaluation_context or EvaluationContext()
        environment = str(context.attributes.get("environment", ""))
        school = context.attributes.get("school_id")
        who = context.targeting_key or "", None if school is None else str(school)
        matched = any(rule.matches(flag_key, environment, *who) for rule in stated)
        return FlagResolutionDetails(matched, reason=Reason.TARGETING_MATCH)

    def _only_booleans(self, flag_key: str, *_: Any) -> Any:
        raise TypeMismatchError(f"The flag {flag_key} is on or off.")

    resolve_string_details: Any = _only_booleans
    resolve_integer_details: Any = _only_booleans
    resolve_float_details: Any = _only_booleans
    resolve_object_details: Any = _only_booleans


def _bucket(name: str, teacher_id: str) -> int:
    """From 0 to 9,999: a teacher's of a flag is always the same, those of two flags are not."""
    digest = blake2b(f"{name}/{teacher_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % BUCKETS


def _text(setting: str) -> str:
    setting = setting.strip()
    if not setting or setting.startswith("{"):
        return setting or "{}"
    try:
        return Path(setting).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"HOMEROOM_FEATURE_FLAGS: {setting} is neither JSON in braces nor a file that can be "
            f"read ({error})."
        ) from None


def _stated(text: str) -> Stated:
    try:
        return STATED.validate_json(text)
    except ValidationError as error:
        raise ConfigurationError(
            "HOMEROOM_FEATURE_FLAGS: " + "; ".join(_problem(e) for e in error.errors()) + "."
        ) from None


def _problem(error: Any) -> str:
    """What is wrong, and where: of a union, pydantic names the branches as well."""
    path = [str(part) for part in error["loc"] if part not in ("bool", "[key]", "list[Rule]")]
    if "[key]" in error["loc"]:
        return f"{path[0]} is no flag: choose from {', '.join(DEFAULTS)}"
    return f"{'.'.join(path) or 'the text'}: {error['msg']}"

"""What every model of the house has in common."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Model(BaseModel):
    """A frozen value; a field that nobody declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Growing(Model):
    """Published data: without a field that came later it keeps the digest that it had before there was any."""

    LATER: ClassVar[frozenset[str]] = frozenset()
    """Fields that came later; None: not there."""

    @model_serializer(mode="wrap")
    def _without_fields_that_are_not_there(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = dump(self)
        return {name: value for name, value in dumped.items() if value is not None or name not in self.LATER}

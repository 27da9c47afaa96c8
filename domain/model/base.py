"""What every model of the house has in common."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value; a field that nobody declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

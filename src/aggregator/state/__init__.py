"""The state as bytes, over time, and where two lines of runs meet. No I/O."""

from aggregator.state.encoding import decode, encode, stream, version_of
from aggregator.state.memory import next_state
from aggregator.state.merge import merge_states
from aggregator.state.schema import state_schema

__all__ = ["decode", "encode", "merge_states", "next_state", "state_schema", "stream", "version_of"]

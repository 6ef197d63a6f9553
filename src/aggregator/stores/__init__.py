"""Where the state lives between runs."""

from aggregator.stores.base import Loaded, Store
from aggregator.stores.directory import DirectoryStore
from aggregator.stores.name import state_name

__all__ = ["DirectoryStore", "Loaded", "Store", "state_name"]

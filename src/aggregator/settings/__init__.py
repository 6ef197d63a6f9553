"""Settings: what the caller asks for, and what the machine says; the only reader of the environment."""

from aggregator.settings.inputs import CREDENTIALS, INPUTS, VARIABLES, from_arguments, from_inputs, job_token
from aggregator.settings.settings import ARTIFACT, DEFAULT_OUT, NOWHERE, OnIncomplete, Settings
from aggregator.settings.surroundings import SAVING_EVENTS, Runtime, Surroundings, surroundings

__all__ = [
    "ARTIFACT",
    "CREDENTIALS",
    "DEFAULT_OUT",
    "INPUTS",
    "NOWHERE",
    "SAVING_EVENTS",
    "VARIABLES",
    "OnIncomplete",
    "Runtime",
    "Settings",
    "Surroundings",
    "from_arguments",
    "from_inputs",
    "job_token",
    "surroundings",
]

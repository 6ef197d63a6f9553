"""Every action on a service, of whatever kind."""

from __future__ import annotations

from typing import TypeAlias

from aggregator.planning.chat_actions import ChatAction
from aggregator.planning.github_actions import GitHubAction

RemoteAction: TypeAlias = GitHubAction | ChatAction
"""What is done elsewhere: who reads the job's summary wants to know what became of each."""

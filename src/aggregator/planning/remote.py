"""Every action on a service, of whatever kind."""

from __future__ import annotations

from typing import TypeAlias

from aggregator.planning.chat_actions import ChatAction
from aggregator.planning.defectdojo_actions import DefectDojoAction
from aggregator.planning.github_actions import GitHubAction
from aggregator.planning.jira_actions import JiraAction

RemoteAction: TypeAlias = GitHubAction | JiraAction | DefectDojoAction | ChatAction
"""What is done elsewhere: who reads the job's summary wants to know what became of each."""

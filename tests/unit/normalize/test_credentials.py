from aggregator.model.severity import Severity
from aggregator.normalize.credentials import severity_of_credential


def test_keys_of_clouds_and_code_hosts_are_critical() -> None:
    """What opens the infrastructure or the code is critical, any other credential high."""
    assert severity_of_credential("aws-access-token") is Severity.CRITICAL
    assert severity_of_credential("GITHUB_pat") is Severity.CRITICAL
    assert severity_of_credential("stripe-access-token") is Severity.HIGH

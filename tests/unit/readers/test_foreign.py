import json
from typing import Any

import pytest

from aggregator.model.report import ReadFailure
from aggregator.readers.registry import read_report


@pytest.mark.parametrize(
    "value",
    [
        {"results": ["x"], "errors": []},
        {"results": [], "packages": []},
        {"SchemaVersion": "2018-10-08"},
        {"runs": [], "SchemaVersion": 2},
        [{"RuleID": "x"}],
        [{"Target": "x"}],
        {"anything": "else"},
        {},
        {"dependencies": []},
        {"bomFormat": "CycloneDX", "version": 1, "vulnerabilities": []},
        {"document": {"csaf_version": "2.0"}},
        {"Findings": [{"SchemaVersion": "2018-10-08", "ProductFields": {"ProviderName": "Prowler"}}]},
        [{"SchemaVersion": "2018-10-08", "GeneratorId": "prowler-x", "ProductFields": {"ProviderName": "Prowler"}}],
        [{"class_uid": 2004, "metadata": {"product": {"name": "Security Hub"}}}],
        {"@version": "2", "@generated": "x", "site": [], "vulnerabilities": [], "scan": {"scanner": {"id": "zap"}}},
        {"version": "15.0.0", "vulnerabilities": [], "scan": {"scanner": {"id": "semgrep"}}},
        {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {}},
        {"error": {"code": "ENOLOCK"}},
        {"vulnerabilities": [], "ok": True, "packageManager": "npm"},
        {"matches": [], "descriptor": {"name": "xeol"}},
        {"results": [{"source": {}}], "experimental_config": {}},
        {"SourceMetadata": {}, "DetectorName": "AWS", "Raw": "x"},
        {"info": {"name": "x"}, "template-id": "x"},
        {"Control": "x", "Account Number": "1", "Status": "FAIL"},
        {"Issues": [], "GosecVersion": "2"},
        [{"AssessmentStartTime": "x", "CheckID": "y", "Status": "FAIL"}],
        [{"security_advisory": {}, "security_vulnerability": {}}],
        [{"most_recent_instance": {}, "rule": {"id": "x"}}],
        [{"secret_type": "x", "secret": "y"}],
        {"findings": [{"title": "x", "severity": "High", "description": "y"}]},
        "text",
    ],
)
def test_a_foreign_file_is_nobodys(value: Any) -> None:
    """Other tools' files are not claimed; named they fail, swept up they are passed over."""
    data = json.dumps(value).encode()
    named, swept = read_report(data, "r.json"), read_report(data, "r.json", swept=True)
    assert isinstance(named, ReadFailure)
    assert isinstance(swept, ReadFailure)
    assert (named.ignored, named.tool) == (False, "")
    assert named.next_step
    assert swept.ignored


@pytest.mark.parametrize(
    "text",
    [
        "RuleID,Commit,File,SymlinkFile,Secret,Match,Fingerprint\nx,y,z,,s,m,f\n",
        "repo,line,commit,offender\nx,y,z,s\n",
        "PROFILE,ACCOUNT_NUM,REGION,TITLE_ID,CHECK_RESULT\np,1,r,t,FAIL\n",
        "ASSESSMENT_START_TIME;FINDING_UNIQUE_ID;PROVIDER;CHECK_ID;STATUS;RESOURCE_UID\n",
        "FINDING_UID;CHECK_ID;STATUS;RESOURCE_UID;REQUIREMENTS_ID\n",
        "SPDXVersion: SPDX-2.3\n",
        '<testsuites><testsuite name="gitleaks"/></testsuites>',
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>',
        '{"Control": "x", "Account Number": "1"}\n{"Control": "y", "Account Number": "1"}\n',
    ],
)
def test_other_shapes_of_known_tools_are_nobodys(text: str) -> None:
    """Tables, JUnit and lines of versions that are not read are said to be so, and are no clean scan."""
    result = read_report(text.encode(), "r")
    assert isinstance(result, ReadFailure)
    assert result.next_step

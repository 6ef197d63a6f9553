import pytest

from aggregator.normalize.resources import address_in_terraform, normalize_resource_uid, type_in_address


@pytest.mark.parametrize(
    ("provider", "uid", "expected"),
    [
        ("aws", " arn:aws:s3:::Logs ", "arn:aws:s3:::Logs"),
        ("azure", "/subscriptions/AB/resourceGroups/RG/", "/subscriptions/ab/resourcegroups/rg"),
        ("", "/Subscriptions/AB", "/subscriptions/ab"),
        ("gcp", "<none>", ""),
        ("aws", "NONE_PROVIDED", ""),
        ("aws", "", ""),
    ],
)
def test_one_spelling_of_a_resource(provider: str, uid: str, expected: str) -> None:
    """Azure's ids have no case, everybody else's do, and placeholders are no ids."""
    assert normalize_resource_uid(provider, uid) == expected


@pytest.mark.parametrize(
    ("address", "spelled", "kind"),
    [
        ("aws_s3_bucket.logs", "aws_s3_bucket.logs", "aws_s3_bucket"),
        ("module.q.aws_sqs_queue.jobs", "module.q.aws_sqs_queue.jobs", "aws_sqs_queue"),
        ("aws_db_instance.shop[0]", "aws_db_instance.shop[0]", "aws_db_instance"),
        ("aws_iam_policy_document.read", "data.aws_iam_policy_document.read", "aws_iam_policy_document"),
        ("data.aws_iam_policy_document.read", "data.aws_iam_policy_document.read", "aws_iam_policy_document"),
        ("module.q.google_iam_policy.read", "module.q.data.google_iam_policy.read", "google_iam_policy"),
        ("module.q.data.google_iam_policy.r", "module.q.data.google_iam_policy.r", "google_iam_policy"),
        ("my_aws_iam_policy_document.read", "my_aws_iam_policy_document.read", "my_aws_iam_policy_document"),
        ("Pod.default.shop", "Pod.default.shop", ""),
        ("", "", ""),
    ],
)
def test_one_spelling_of_an_address(address: str, spelled: str, kind: str) -> None:
    """Terraform's own, in which a data source says that it is one; its type stands before its name."""
    assert (address_in_terraform(address), type_in_address(spelled)) == (spelled, kind)

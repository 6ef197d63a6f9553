import pytest

from aggregator.normalize.resources import (
    address_in_terraform,
    lies_in_no_region,
    normalize_resource_uid,
    type_in_address,
)


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


@pytest.mark.parametrize(
    ("check", "uid", "expected"),
    [
        ("iam_user_mfa", "arn:aws:iam::1:user/kim", True),
        ("s3_bucket_public", "arn:aws-cn:s3:::logs", True),
        ("iam_root_mfa", "arn:aws:iam::1:root", True),
        ("ec2_ebs_default_encryption", "arn:aws:iam::1:root", False),
        ("sqs_queues_encrypted", "arn:aws:sqs:eu-west-1:1:jobs", False),
        ("sqs_queues_encrypted", "arn:aws", False),
        ("vm_backup", "/subscriptions/1", False),
        ("vm_backup", "", False),
    ],
)
def test_the_region_is_no_part_of_a_global_resource(check: str, uid: str, expected: bool) -> None:
    """Its ARN names none; an account's root stands for a region, unless the check is about the account itself."""
    assert lies_in_no_region(check, uid) is expected

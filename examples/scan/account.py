"""The shop's cloud account, in two states. Run by the interpreter that has boto3: `python account.py first`."""

import json
import sys
from typing import Any

import boto3

PICTURES, INVOICES, BACKUPS = "corner-shop-pictures", "corner-shop-invoices", "corner-shop-backups"
ANYWHERE = "0.0.0.0/0"
REGION = "eu-central-1"
SSH, POSTGRES = 22, 5432


def fill() -> None:
    """The state of the first scan: careless buckets, open ports and a database left to itself."""
    for bucket in (PICTURES, INVOICES):
        _create_bucket(bucket)
    boto3.client("s3").put_bucket_policy(Bucket=INVOICES, Policy=json.dumps(_open_policy(INVOICES)))
    network = boto3.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    _open_port("corner-shop-login", SSH, network)
    _open_port("corner-shop-database", POSTGRES, network)
    boto3.client("rds").create_db_instance(
        DBInstanceIdentifier="corner-shop-orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="shop",
        MasterUserPassword="not-a-real-password",
        AllocatedStorage=20,
        StorageEncrypted=False,
    )


def change() -> None:
    """The state of the second scan: some repaired, one resource gone, some new."""
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    boto3.client("s3").put_public_access_block(Bucket=PICTURES, PublicAccessBlockConfiguration=block)
    _create_bucket(BACKUPS)
    boto3.client("ec2").delete_security_group(GroupId=_group_id("corner-shop-login"))
    boto3.client("rds").modify_db_instance(DBInstanceIdentifier="corner-shop-orders", DeletionProtection=True)


def _create_bucket(name: str) -> None:
    boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})


def _open_policy(bucket: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _open_port(name: str, port: int, network: str) -> None:
    """A security group that lets anybody reach the port."""
    ec2 = boto3.client("ec2")
    group = ec2.create_security_group(GroupName=name, Description=name, VpcId=network)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": ANYWHERE}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def _group_id(name: str) -> str:
    groups: list[dict[str, str]] = boto3.client("ec2").describe_security_groups()["SecurityGroups"]
    return next(group["GroupId"] for group in groups if group["GroupName"] == name)


if __name__ == "__main__":
    {"first": fill, "second": change}[sys.argv[1]]()

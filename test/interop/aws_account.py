"""Fills an emulated AWS account with people and roles, as its administrator would: through boto3.
Arguments: ENDPOINT ROOT_ACCESS_KEY_ID. Prints who they are and their access keys as one JSON object."""
import json
import sys

import boto3
from botocore.config import Config

endpoint, root = sys.argv[1:]


def client(service, keys=None):
    # AWS lets a session live 900 seconds or longer; one that is to be over soon needs less.
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        config=Config(parameter_validation=False, retries={"max_attempts": 0}),
        **(keys or {"aws_access_key_id": root, "aws_secret_access_key": "any"}),
    )


iam = client("iam")


def policy(*actions):
    return json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    })


def user(name, *actions):
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    if actions:
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy(*actions))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"arn": arn, "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


def role(name, trusted, condition=None):
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy("kms:Decrypt"))
    return arn


def session(owner, role_arn, seconds):
    sts = client("sts", {"aws_access_key_id": owner["accessKeyId"], "aws_secret_access_key": owner["secretAccessKey"]})
    keys = sts.assume_role(RoleArn=role_arn, RoleSessionName="earlier", DurationSeconds=seconds)["Credentials"]
    return {
        "accessKeyId": keys["AccessKeyId"],
        "secretAccessKey": keys["SecretAccessKey"],
        "sessionToken": keys["SessionToken"],
    }


restorer = user("restorer", "kms:Decrypt", "sts:AssumeRole")
stranger = user("stranger", "s3:ListAllMyBuckets")
plain = role("plain", restorer["arn"])
print(json.dumps({
    "restorer": restorer,
    "stranger": stranger,
    "plainRole": plain,
    "guardedRole": role("guarded", restorer["arn"], {"StringEquals": {"sts:ExternalId": "restore-drill"}}),
    "strangersRole": role("strangers", stranger["arn"]),
    "session": session(restorer, plain, 3600),
    "shortSession": session(restorer, plain, 1),
}))

"""What the scripts that use PyKMIP's client have in common: a connection, and results that JSON can hold."""
import enum
import sys

from kmip.core import enums, exceptions as core_exceptions
from kmip.pie import client as pie, exceptions as pie_exceptions

VERSIONS = {
    "1.0": enums.KMIPVersion.KMIP_1_0,
    "1.1": enums.KMIPVersion.KMIP_1_1,
    "1.2": enums.KMIPVersion.KMIP_1_2,
    "1.3": enums.KMIPVersion.KMIP_1_3,
    "1.4": enums.KMIPVersion.KMIP_1_4,
}


def connect_as_told(**more):
    """A client as the arguments say: HOST PORT CERTIFICATE_AND_KEY CA VERSION TLS."""
    host, port, certificate_and_key, ca, version, tls = sys.argv[1:7]
    return pie.ProxyKmipClient(
        host, int(port), certificate_and_key, certificate_and_key, ca, ssl_version=tls, kmip_version=VERSIONS[version], **more
    )


def outcome(operation, *args, **kwargs):
    """What an operation returns, or why the server refuses it. Any other error ends the script with its traceback."""
    try:
        return operation(*args, **kwargs)
    except (pie_exceptions.KmipOperationFailure, core_exceptions.OperationFailure) as error:
        return {"status": error.status.name, "reason": error.reason.name, "message": getattr(error, "message", str(error))}


def refusal(result):
    """The same for the low-level client, which returns a result for everything."""
    if result.result_status.value == enums.ResultStatus.SUCCESS:
        return None
    return {
        "status": result.result_status.value.name,
        "reason": result.result_reason.value.name,
        "message": result.result_message.value,
    }


def by_name(attributes):
    """The attributes of an object: their values by their names, in the order in which they came."""
    found = {}
    for attribute in attributes:
        found.setdefault(attribute.attribute_name.value, []).append(plain(attribute.attribute_value))
    return found


def plain(value):
    """A value of PyKMIP's as JSON can hold it: names of enumerations, hexadecimal bytes, structures by their fields."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "value"):
        return plain(value.value)
    fields = {name.lstrip("_"): getattr(value, name) for name in vars(value)}
    inherited = ("tag", "type", "length", "padding_length", "logger")
    return {name: plain(field) for name, field in fields.items() if name not in inherited and field is not None}

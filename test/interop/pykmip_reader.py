"""Asks a key server for a key, as a program that uses PyKMIP would, and then for what a server that only serves keys
refuses. Arguments: HOST PORT CERTIFICATE_AND_KEY CA VERSION TLS KEY_ID. Prints one JSON object, a field per question."""
import json
import sys

from kmip.core import enums
from kmip.pie import objects

from pykmip_connection import by_name, connect_as_told, outcome, plain, refusal

key_id = sys.argv[7]
unknown = "no-such-key"
cbc = {
    "cryptographic_algorithm": enums.CryptographicAlgorithm.AES,
    "block_cipher_mode": enums.BlockCipherMode.CBC,
    "padding_method": enums.PaddingMethod.PKCS5,
}

with connect_as_told() as client:
    low = client.proxy
    queried = low.query(query_functions=[
        enums.QueryFunction.QUERY_OPERATIONS,
        enums.QueryFunction.QUERY_OBJECTS,
        enums.QueryFunction.QUERY_SERVER_INFORMATION,
    ])
    key = client.get(key_id)
    _, attributes = client.get_attributes(key_id)
    iv = bytes(range(16))
    encrypted, _ = client.encrypt(b"sixteen bytes and some", key_id, cbc, iv)
    print(json.dumps({
        "versions": [str(version) for version in low.discover_versions().protocol_versions],
        "operations": [operation.name for operation in queried.operations],
        "objectTypes": [kind.name for kind in queried.object_types],
        "vendor": queried.vendor_identification,
        "key": {
            "algorithm": key.cryptographic_algorithm.name,
            "length": key.cryptographic_length,
            "format": key.key_format_type.name,
            "value": key.value.hex(),
        },
        "attributes": by_name(attributes),
        "state": by_name(client.get_attributes(key_id, ["State"])[1]),
        "attributeNames": client.get_attribute_list(key_id),
        "located": client.locate(),
        "activated": refusal(low.activate(key_id)),
        "decrypted": client.decrypt(encrypted, key_id, cbc, iv).decode(),
        "create": outcome(client.create, enums.CryptographicAlgorithm.AES, 256),
        "register": outcome(client.register, objects.SymmetricKey(enums.CryptographicAlgorithm.AES, 128, bytes(16))),
        "getUnknown": outcome(client.get, unknown),
        "getAttributesUnknown": outcome(client.get_attributes, unknown, ["State"]),
        "getAttributeListUnknown": outcome(client.get_attribute_list, unknown),
        "activateUnknown": outcome(client.activate, unknown),
        "destroy": outcome(client.destroy, key_id),
    }))

"""Does everything with a key server that PyKMIP's client can do and our server offers, on one connection.
Arguments: HOST PORT CERTIFICATE_AND_KEY CA VERSION TLS. Prints one JSON object, a field per thing done."""
import json
import time

from kmip.core import enums, primitives
from kmip.core.factories.attributes import AttributeFactory
from kmip.core.messages import contents, messages, payloads
from kmip.pie import objects

from pykmip_connection import by_name, connect_as_told, outcome, refusal

AES = enums.CryptographicAlgorithm.AES
mask = enums.CryptographicUsageMask
attribute = AttributeFactory().create_attribute
kinds = enums.AttributeType
application = {"application_namespace": "snapthaw.test", "application_data": "one"}
said = {}


def cipher(mode, padding=None, **more):
    return {"cryptographic_algorithm": AES, "block_cipher_mode": mode, "padding_method": padding, **more}


with connect_as_told(username="an operator", password="their password") as client:
    low = client.proxy
    said["versions"] = [str(version) for version in low.discover_versions().protocol_versions]
    said["operations"] = [operation.name for operation in low.query(query_functions=[
        enums.QueryFunction.QUERY_OPERATIONS,
        enums.QueryFunction.QUERY_OBJECTS,
        enums.QueryFunction.QUERY_SERVER_INFORMATION,
        enums.QueryFunction.QUERY_APPLICATION_NAMESPACES,
    ]).operations]

    # Objects: made by the server, and given to it.
    created = client.create(
        AES, 256, operation_policy_name="default", name="created", cryptographic_usage_mask=[mask.WRAP_KEY, mask.UNWRAP_KEY]
    )
    given = objects.SymmetricKey(
        AES, 128, bytes(range(16)), masks=[mask.ENCRYPT, mask.DECRYPT], name="given", app_specific_info=[application]
    )
    given.names.append("given too")
    registered = client.register(given)
    password = client.register(objects.SecretData(b"a password", enums.SecretDataType.PASSWORD, name="secret"))
    fetched = client.get(registered)
    secret = client.get(password)
    said["createdLength"] = len(client.get(created).value)
    said["registered"] = {"value": fetched.value.hex(), "length": fetched.cryptographic_length, "algorithm": fetched.cryptographic_algorithm.name}
    said["secretData"] = {"value": secret.value.decode(), "type": secret.data_type.name}

    # Attributes.
    said["attributes"] = by_name(client.get_attributes(registered)[1])
    said["attributeNames"] = client.get_attribute_list(registered)
    renamed = attribute(kinds.NAME, "renamed", 1)
    said["modified"] = by_name([client.modify_attribute(registered, attribute=renamed)[1]])
    said["modifiedReadOnly"] = outcome(client.modify_attribute, registered, attribute=attribute(kinds.STATE, enums.State.ACTIVE))
    said["deleted"] = by_name([client.delete_attribute(registered, attribute_name="Name", attribute_index=1)[1]])
    said["deletedReadOnly"] = outcome(client.delete_attribute, registered, attribute_name="State")
    said["names"] = by_name(client.get_attributes(registered, ["Name"])[1])
    said["checked"] = outcome(client.check, registered, cryptographic_usage_mask=[mask.ENCRYPT]) == registered
    checked = low.check(registered, cryptographic_usage_mask=[mask.SIGN])
    said["checkedMask"] = [bit.name for bit in checked.get("cryptographic_usage_mask", [])]

    # States: what is not active does not encrypt.
    said["encryptPreActive"] = outcome(client.encrypt, b"data", registered, cipher(enums.BlockCipherMode.CBC, enums.PaddingMethod.PKCS5), bytes(16))
    said["activated"] = [refusal(low.activate(uid)) for uid in (created, registered)]
    said["activatedTwice"] = outcome(client.activate, registered)
    said["state"] = by_name(client.get_attributes(registered, ["State"])[1])

    # Locate, by each attribute that PyKMIP can write.
    wanted = {
        "name": [attribute(kinds.NAME, "given")],
        "algorithm and length": [attribute(kinds.CRYPTOGRAPHIC_ALGORITHM, AES), attribute(kinds.CRYPTOGRAPHIC_LENGTH, 128)],
        "usage mask": [attribute(kinds.CRYPTOGRAPHIC_USAGE_MASK, [mask.WRAP_KEY])],
        "state": [attribute(kinds.STATE, enums.State.PRE_ACTIVE)],
        "object type": [attribute(kinds.OBJECT_TYPE, enums.ObjectType.SECRET_DATA)],
        "unique identifier": [attribute(kinds.UNIQUE_IDENTIFIER, created)],
        "application specific information": [attribute(kinds.APPLICATION_SPECIFIC_INFORMATION, application)],
        "a range of dates": [attribute(kinds.INITIAL_DATE, int(time.time()) - 60), attribute(kinds.INITIAL_DATE, int(time.time()) + 60)],
        "dates of the past": [attribute(kinds.INITIAL_DATE, 1), attribute(kinds.INITIAL_DATE, 2)],
        "no such name": [attribute(kinds.NAME, "no such name")],
    }
    named = {created: "created", registered: "registered", password: "secret"}
    said["located"] = {by: sorted(named[uid] for uid in client.locate(attributes=attributes)) for by, attributes in wanted.items()}
    said["locatedAtMost"] = len(client.locate(maximum_items=2))
    said["locatedOnline"] = len(client.locate(storage_status_mask=enums.StorageStatusMask.ONLINE_STORAGE.value))
    # Offset Items came with 1.3 (KMIP 1.3, section 4.9); PyKMIP writes it into any version.
    said["locatedFrom"] = outcome(lambda: len(client.locate(maximum_items=5, offset_items=1)))

    # Encrypting, in every mode that PyKMIP can write a whole request for.
    text = b"sixteen bytes, and then another sixteen and a few"
    modes = {
        "CBC": (cipher(enums.BlockCipherMode.CBC, enums.PaddingMethod.PKCS5), text, bytes(range(16))),
        "CBC without padding": (cipher(enums.BlockCipherMode.CBC, enums.PaddingMethod.NONE), text[:32], bytes(range(16))),
        "ECB": (cipher(enums.BlockCipherMode.ECB, enums.PaddingMethod.PKCS5), text, None),
        "CTR": (cipher(enums.BlockCipherMode.CTR), text, bytes(range(16))),
    }
    said["ciphertexts"] = {}
    said["decrypted"] = {}
    for name, (parameters, data, iv) in modes.items():
        ciphertext, _ = client.encrypt(data, registered, parameters, iv)
        said["ciphertexts"][name] = ciphertext.hex()
        said["decrypted"][name] = client.decrypt(ciphertext, registered, parameters, iv) == data
    random_iv = cipher(enums.BlockCipherMode.CBC, enums.PaddingMethod.PKCS5, random_iv=True)
    ciphertext, iv = client.encrypt(text, registered, random_iv)
    said["randomIv"] = len(iv)
    said["decrypted"]["with the server's IV"] = client.decrypt(ciphertext, registered, random_iv, iv) == text
    said["decryptWithoutIv"] = outcome(client.decrypt, ciphertext, registered, random_iv)

    # A key that leaves wrapped by another (RFC 3394).
    wrapped = client.get(registered, key_wrapping_specification={
        "wrapping_method": enums.WrappingMethod.ENCRYPT,
        "encryption_key_information": {
            "unique_identifier": created,
            "cryptographic_parameters": {"block_cipher_mode": enums.BlockCipherMode.NIST_KEY_WRAP},
        },
        "encoding_option": enums.EncodingOption.NO_ENCODING,
    })
    said["wrapped"] = {"value": wrapped.value.hex(), "by": client.get(created).value.hex()}

    # A batch, with the identifier of what the first item finds as the placeholder of the second. PyKMIP has the messages
    # for it, and no public call.
    batch = [
        messages.RequestBatchItem(
            operation=primitives.Enumeration(enums.Operation, operation, enums.Tags.OPERATION),
            unique_batch_item_id=contents.UniqueBatchItemID(number),
            request_payload=payload,
        )
        for operation, number, payload in [
            (enums.Operation.LOCATE, b"1", payloads.LocateRequestPayload(attributes=[attribute(kinds.NAME, "given")])),
            (enums.Operation.GET_ATTRIBUTE_LIST, b"2", payloads.GetAttributeListRequestPayload()),
        ]
    ]
    answers = low._send_and_receive_message(low._build_request_message(None, batch)).batch_items
    said["batch"] = [answer.result_status.value.name for answer in answers]
    said["batchItemIds"] = [answer.unique_batch_item_id.value.decode() for answer in answers]

    # What the server does not offer.
    said["rekey"] = outcome(client.rekey, registered)
    said["keyPair"] = outcome(client.create_key_pair, enums.CryptographicAlgorithm.RSA, 2048)

    # The end of a key.
    said["destroyedActive"] = outcome(client.destroy, registered)
    said["revoked"] = outcome(client.revoke, enums.RevocationReasonCode.KEY_COMPROMISE, registered, "lost", 1)
    said["revokedState"] = by_name(client.get_attributes(registered, ["State", "Compromise Occurrence Date"])[1])
    said["destroyed"] = outcome(client.destroy, registered)
    said["getDestroyed"] = outcome(client.get, registered)
    said["destroyedState"] = by_name(client.get_attributes(registered, ["State"])[1])

print(json.dumps(said))

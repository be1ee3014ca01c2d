"""Creates a data key of client-side field level encryption with a key server, encrypts with it, and decrypts again as
another process would: through libmongocrypt's KMIP provider, which holds the master key itself or leaves it with the
server ("delegated"). Arguments: HOST PORT CERTIFICATE_AND_KEY CA. Prints one JSON object, a field per way."""
import json
import socket
import ssl
import sys
import uuid

import bson
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.explicit_encrypter import ExplicitEncrypter
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.state_machine import MongoCryptCallback

host, port, certificate_and_key, ca = sys.argv[1:]
tls = ssl.create_default_context(cafile=ca)
tls.load_cert_chain(certificate_and_key)


class KeyVault(MongoCryptCallback):
    """Data keys in a dictionary, where a driver has a collection; and a driver's exchange with the key server."""

    def __init__(self):
        self.keys = {}
        self.exchanges = 0

    def kms_request(self, kms_context):
        name, _, port_number = kms_context.endpoint.partition(":")
        self.exchanges += 1
        with socket.create_connection((name, int(port_number)), timeout=10) as plain:
            with tls.wrap_socket(plain, server_hostname=name) as connection:
                connection.sendall(kms_context.message)
                while kms_context.bytes_needed > 0:
                    kms_context.feed(connection.recv(kms_context.bytes_needed))

    def fetch_keys(self, filter):
        return list(self.keys.values())

    def insert_data_key(self, data_key):
        document = bson.decode(data_key)
        self.keys[bytes(document["_id"])] = data_key
        return document["_id"]

    def bson_encode(self, doc):
        return bson.encode(doc)

    def collection_info(self, database, filter):
        raise NotImplementedError("explicit encryption asks for no collection")

    def mark_command(self, database, cmd):
        raise NotImplementedError("explicit encryption marks no command")

    def close(self):
        pass


def encrypter(vault):
    return ExplicitEncrypter(vault, MongoCryptOptions({"kmip": {"endpoint": f"{host}:{port}"}}))


def tried(master_key):
    vault = KeyVault()
    first = encrypter(vault)
    key_id = first.create_data_key("kmip", master_key)
    for_key = vault.exchanges
    encrypted = first.encrypt(
        bson.encode({"v": "a field"}), "AEAD_AES_256_CBC_HMAC_SHA_512-Random", key_id=uuid.UUID(bytes=bytes(key_id)).bytes
    )
    first.close()
    # Another encrypter has no key in its cache, so it has to ask the server.
    vault.exchanges = 0
    second = encrypter(vault)
    decrypted = bson.decode(second.decrypt(encrypted))["v"]
    second.close()
    document = bson.decode(next(iter(vault.keys.values())))
    return {
        "exchangesForKey": for_key,
        "exchangesForDecrypting": vault.exchanges,
        "isEncrypted": b"a field" not in bytes(encrypted),
        "decrypted": decrypted,
        "masterKey": document["masterKey"],
    }


def refused(master_key):
    client = encrypter(KeyVault())
    try:
        client.create_data_key("kmip", master_key)
    except MongoCryptError as error:
        return str(error)
    finally:
        client.close()


print(json.dumps({
    "held": tried({}),
    "delegated": tried({"delegated": True}),
    "unknownKey": refused({"keyId": "no-such-key"}),
    "unknownKeyDelegated": refused({"keyId": "no-such-key", "delegated": True}),
}))

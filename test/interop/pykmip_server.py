"""PyKMIP's server on a port of 127.0.0.1, until SIGINT: on SIGTERM it would wait until its accept times out.
Arguments: PORT CERTIFICATE KEY CA FOLDER; in the folder it keeps its objects and its log."""
import os
import sys

from kmip.services.server import KmipServer

port, certificate, key, ca, folder = sys.argv[1:]
policies = os.path.join(folder, "policies")
os.makedirs(policies, exist_ok=True)
server = KmipServer(
    hostname="127.0.0.1",
    port=int(port),
    certificate_path=certificate,
    key_path=key,
    ca_path=ca,
    auth_suite="TLS1.2",
    config_path=None,
    log_path=os.path.join(folder, "server.log"),
    policy_path=policies,
    database_path=os.path.join(folder, "objects.sqlite"),
    logging_level="WARNING",
)
with server:
    server.serve()

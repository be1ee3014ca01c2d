/** One flag of mongod (https://www.mongodb.com/docs/manual/reference/program/mongod/). */
export interface Flag {
  readonly name: string
  readonly takes: 'nothing' | 'text' | 'number' | 'boolean'
  /** Where the value stands in `getCmdLineOpts` and in the log's `Options set by command line`. */
  readonly setting: string
  /** Unknown to a community build. */
  readonly enterprise?: true
  /** Unknown to older servers. */
  readonly since?: `${number}.${number}`
  /** May be given more than once. */
  readonly repeats?: true
  /** Accepted, but changes nothing in a simulation; the log says so. */
  readonly ignored?: true
}

const kmip = (name: string, setting: string, takes: Flag['takes'] = 'text') =>
  ({ name, takes, setting: `security.kmip.${setting}`, enterprise: true }) as const

export const flags: readonly Flag[] = [
  { name: 'dbpath', takes: 'text', setting: 'storage.dbPath' },
  { name: 'port', takes: 'number', setting: 'net.port' },
  { name: 'bind_ip', takes: 'text', setting: 'net.bindIp' },
  { name: 'logpath', takes: 'text', setting: 'systemLog.path' },
  { name: 'logappend', takes: 'nothing', setting: 'systemLog.logAppend' },
  { name: 'pidfilepath', takes: 'text', setting: 'processManagement.pidFilePath' },
  { name: 'directoryperdb', takes: 'nothing', setting: 'storage.directoryPerDB' },
  {
    name: 'wiredTigerDirectoryForIndexes',
    takes: 'nothing',
    setting: 'storage.wiredTiger.engineConfig.directoryForIndexes',
  },
  { name: 'setParameter', takes: 'text', setting: 'setParameter', repeats: true },

  { name: 'enableEncryption', takes: 'nothing', setting: 'security.enableEncryption', enterprise: true },
  kmip('kmipServerName', 'serverName'),
  kmip('kmipPort', 'port', 'number'),
  kmip('kmipServerCAFile', 'serverCAFile'),
  kmip('kmipClientCertificateFile', 'clientCertificateFile'),
  kmip('kmipKeyIdentifier', 'keyIdentifier'),
  kmip('kmipConnectTimeoutMS', 'connectTimeoutMS', 'number'),
  { ...kmip('kmipActivateKeys', 'activateKeys', 'boolean'), since: '5.2' },
  { ...kmip('kmipConnectRetries', 'connectRetries', 'number'), ignored: true },
  { ...kmip('kmipKeyStatePollingSeconds', 'keyStatePollingSeconds', 'number'), since: '5.2', ignored: true },
  {
    name: 'encryptionCipherMode',
    takes: 'text',
    setting: 'security.encryptionCipherMode',
    enterprise: true,
    ignored: true,
  },

  { name: 'quiet', takes: 'nothing', setting: 'systemLog.quiet', ignored: true },
  { name: 'noauth', takes: 'nothing', setting: 'security.authorization', ignored: true },
  { name: 'nounixsocket', takes: 'nothing', setting: 'net.unixDomainSocket.enabled', ignored: true },
  { name: 'maxConns', takes: 'number', setting: 'net.maxIncomingConnections', ignored: true },
  { name: 'storageEngine', takes: 'text', setting: 'storage.engine', ignored: true },
  {
    name: 'wiredTigerCacheSizeGB',
    takes: 'number',
    setting: 'storage.wiredTiger.engineConfig.cacheSizeGB',
    ignored: true,
  },
  { name: 'slowms', takes: 'number', setting: 'operationProfiling.slowOpThresholdMs', ignored: true },
  { name: 'profile', takes: 'number', setting: 'operationProfiling.mode', ignored: true },
]

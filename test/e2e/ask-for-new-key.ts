// Asks the key proxy for a new key, with mongod's flags: what a mongod does that does not find the keystore of its dbpath.
import { readFile } from 'node:fs/promises'
import { connectKmip } from '../../src/kmip/client.ts'

const valueOf = (flag: string) => process.argv[process.argv.indexOf(flag) + 1] ?? ''

const ca = await readFile(valueOf('--kmipServerCAFile'))
const client = await readFile(valueOf('--kmipClientCertificateFile'))
const port = Number(valueOf('--kmipPort'))
const connection = await connectKmip({ host: '127.0.0.1', port, tls: { ca, cert: client, key: client } })
await connection
  .create([
    { name: 'Cryptographic Algorithm', value: 'AES' },
    { name: 'Cryptographic Length', value: 256 },
    { name: 'Cryptographic Usage Mask', value: 12 },
  ])
  .catch(() => undefined)
await connection.close()

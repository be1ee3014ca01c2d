import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import type { Figure } from './figure.ts'
import { compare, quantile, type Measure } from './pairs.ts'

/** The certificates of a run: an authority, a server, a client. EC P-256 is what is issued; RSA-2048 is what was weighed. */
export async function certificates(): Promise<readonly Figure[]> {
  const generate = promisify(generateKeyPair)
  const threeRsaKeys = timed(() => Promise.all([1, 2, 3].map(() => generate('rsa', { modulusLength: 2048 }))))
  const run = timed(issueCertificates)
  await run()
  const ours: number[] = []
  const theirs: number[] = []
  const kept = (values: number[], measure: Measure) => async () => {
    const value = await measure()
    values.push(value)
    return value
  }
  const { ratio, ...medians } = await compare(40, {
    ours: kept(ours, run),
    theirs: kept(theirs, threeRsaKeys),
  })
  return [
    {
      figure: 'certificates of a run, EC P-256',
      value: medians.ours,
      unit: 'ms',
      against: { peer: 'three RSA-2048 keys alone', value: medians.theirs, ratio },
    },
    {
      figure: 'certificates of a run, the slowest of 40',
      value: quantile(ours, 1),
      unit: 'ms',
      against: {
        peer: 'three RSA-2048 keys alone',
        value: quantile(theirs, 1),
        ratio: quantile(ours, 1) / quantile(theirs, 1),
      },
    },
  ]
}

function timed(work: () => Promise<unknown>): Measure {
  return async () => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
}

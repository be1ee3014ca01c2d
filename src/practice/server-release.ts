import { seriesOf, versionNumbers } from '../mongod/server-version.ts'

/** What changes with the release of the server, release by release. */
interface ServerRelease {
  /** The second line of the file WiredTiger. */
  readonly wiredTiger: string
  /** The highest wire protocol version that it speaks (https://github.com/mongodb/specifications, wireversion-featurelist). */
  readonly maxWireVersion: number
  /** The feature compatibility versions that its mongod starts with. */
  readonly startsWith: readonly string[]
}

const releases: Readonly<Record<string, ServerRelease>> = {
  '4.0': { wiredTiger: '3.1.1: (July 10, 2019)', maxWireVersion: 7, startsWith: ['3.6', '4.0'] },
  '4.2': { wiredTiger: '3.2.1: (November 6, 2019)', maxWireVersion: 8, startsWith: ['4.0', '4.2'] },
  '4.4': { wiredTiger: '10.0.0: (August 26, 2020)', maxWireVersion: 9, startsWith: ['4.2', '4.4'] },
  '5.0': { wiredTiger: '10.0.2: (November 30, 2021)', maxWireVersion: 13, startsWith: ['4.4', '5.0'] },
  '6.0': { wiredTiger: '11.0.1: (July 12, 2022)', maxWireVersion: 17, startsWith: ['5.0', '5.3', '6.0'] },
  '7.0': { wiredTiger: '11.2.0: (November 8, 2022)', maxWireVersion: 21, startsWith: ['6.0', '6.3', '7.0'] },
  '8.0': { wiredTiger: '11.3.1: (May 14, 2024)', maxWireVersion: 25, startsWith: ['7.0', '7.3', '8.0'] },
}

/** `WiredTiger 11.2.0: (November 8, 2022)` for `7.0.14`. */
export function wiredTigerVersionOf(version: string): string {
  return `WiredTiger ${releaseOf(version).wiredTiger}`
}

/** `7.0` of `7.0.14`: also the feature compatibility version that a settled cluster of it has. */
export function seriesOfVersion(version: string): string {
  const numbers = versionNumbers(version)
  return numbers === undefined ? version : seriesOf(numbers)
}

/** The release of a server version. Throws `RangeError` for one that the practice does not know. */
export function releaseOf(version: string): ServerRelease {
  const release = releases[seriesOfVersion(version)]
  if (release === undefined) {
    throw new RangeError(
      `The practice knows no mongod ${version}: it has ${Object.keys(releases).join(', ')}`,
    )
  }
  return release
}

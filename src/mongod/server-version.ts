/** A server's version as numbers; what follows them (`-rc1`, Percona's `-8`) is left out. */
export interface VersionNumbers {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** Undefined for anything that does not begin like `7.0.14`. */
export function versionNumbers(version: string): VersionNumbers | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []
  return patch === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor), patch: Number(patch) }
}

/** `7.0`: the releases that open each other's data files. */
export function seriesOf({ major, minor }: VersionNumbers): string {
  return `${major}.${minor}`
}

/** Whether the version belongs to this series, given as `5.2`, or to a later one. A version that cannot be read does not. */
export function isSeriesAtLeast(version: string, series: `${number}.${number}`): boolean {
  const numbers = versionNumbers(version)
  const [major = 0, minor = 0] = series.split('.').map(Number)
  if (numbers === undefined) return false
  return numbers.major > major || (numbers.major === major && numbers.minor >= minor)
}

/** Numbers as the operator reads them. Decimal units, as disks, clouds and `ls --si` count. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `0 B`, `999 B`, `1.5 kB`, `48.2 GB`: one decimal from kB on. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.95 is where one decimal rounds up to the next unit: 1.0 MB and never 1000.0 kB.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${byteUnits[unit]}`
}

/** `214`, `1,214`, whatever the locale of the machine: reports are compared between machines. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 key`, `2 keys`, `1,214 files`; an irregular plural is given. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A span of milliseconds: `840 ms`, `3.2 s`, `54 min`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(millis: number): string {
  if (millis < 999.5) return `${Math.round(millis)} ms`
  if (millis < 59.95 * second) return `${(millis / second).toFixed(1)} s`
  // Rounded before it is taken apart: never `1 h 60 min`.
  const rounded = Math.round(millis / minute) * minute
  if (rounded < hour) return `${rounded / minute} min`
  if (rounded < day) return twoParts(rounded, [hour, 'h'], [minute, 'min'])
  return twoParts(Math.round(millis / hour) * hour, [day, 'd'], [hour, 'h'])
}

type Part = readonly [size: number, name: string]

function twoParts(millis: number, [large, largeName]: Part, [small, smallName]: Part): string {
  const rest = (millis % large) / small
  const first = `${Math.floor(millis / large)} ${largeName}`
  return rest === 0 ? first : `${first} ${rest} ${smallName}`
}

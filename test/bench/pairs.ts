export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value below which this share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

export type Measure = () => Promise<number>

export interface Compared {
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
}

/**
 * Measures both in turn, the first in turn too, so that whatever else the machine does meets both alike. The medians, and
 * the median of the ratios of the pairs.
 */
export async function compare(
  pairs: number,
  { ours, theirs }: { readonly ours: Measure; readonly theirs: Measure },
): Promise<Compared> {
  const measured: { ours: number; theirs: number }[] = []
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 2 === 0) measured.push({ ours: await ours(), theirs: await theirs() })
    else {
      const first = await theirs()
      measured.push({ ours: await ours(), theirs: first })
    }
  }
  return {
    ours: median(measured.map(pair => pair.ours)),
    theirs: median(measured.map(pair => pair.theirs)),
    ratio: median(measured.map(pair => pair.ours / pair.theirs)),
  }
}

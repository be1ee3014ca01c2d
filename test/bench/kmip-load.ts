import { atMost, type Figure } from './figure.ts'
import { quantile } from './pairs.ts'
import { openLine, roundTrip, type Peer } from './round-trip.ts'

/** Many clients at once: does every one get its answers, and how long does the unluckiest wait. */
export async function underLoad(ours: Peer): Promise<readonly Figure[]> {
  const { length } = await roundTrip(ours)
  const few = await load(ours, { clients: 8, gets: 2000, length })
  const many = await load(ours, { clients: 50, gets: 200, length })
  const fewP50 = quantile(few.millis, 0.5)
  const fewP99 = quantile(few.millis, 0.99)
  return [
    {
      figure: '8 connections × 2,000 Gets: failures',
      value: few.failures,
      unit: '',
      goal: atMost(0, 'value'),
    },
    {
      figure: '8 connections × 2,000 Gets: p99',
      value: fewP99,
      unit: 'ms',
      against: { peer: 'its own p50', value: fewP50, ratio: fewP99 / fewP50 },
      goal: atMost(5),
    },
    { figure: '50 clients × 200 Gets: failures', value: many.failures, unit: '', goal: atMost(0, 'value') },
    {
      figure: '50 clients × 200 Gets: p99',
      value: quantile(many.millis, 0.99),
      unit: 'ms',
      against: {
        peer: 'its own p50',
        value: quantile(many.millis, 0.5),
        ratio: quantile(many.millis, 0.99) / quantile(many.millis, 0.5),
      },
    },
  ]
}

interface Load {
  readonly clients: number
  readonly gets: number
  /** Of a good response. */
  readonly length: number
}

async function load(peer: Peer, { clients, gets, length }: Load) {
  const millis: number[] = []
  let answers = 0
  const client = async () => {
    const line = await openLine(peer)
    for (let get = 0; get < gets; get++) {
      const began = performance.now()
      const response = await line.ask()
      millis.push(performance.now() - began)
      if (response.length === length) answers += 1
    }
    await line.close()
  }
  await Promise.allSettled(Array.from({ length: clients }, client))
  return { millis, failures: clients * gets - answers }
}

import { z } from 'zod'

/**
 * The ways in which one of a cloud's services misbehaves, whatever it is asked: it refuses with a trouble of its own, or
 * it never answers, resets the connection, breaks off or stalls in the middle of its answer, or answers late.
 */
export function faultOf<const Service extends string, const Trouble extends string>(
  services: readonly [Service, ...Service[]],
  troubles: readonly [Trouble, ...Trouble[]],
) {
  const befalls = {
    service: z.enum(services),
    /** How many more requests; absent for all of them. */
    times: z.int().nonnegative().optional(),
  }
  return z.discriminatedUnion('does', [
    z.object({ ...befalls, does: z.literal('refuse'), as: z.enum(troubles) }).readonly(),
    z.object({ ...befalls, does: z.literal('hang') }).readonly(),
    z.object({ ...befalls, does: z.literal('reset') }).readonly(),
    z.object({ ...befalls, does: z.literal('break off') }).readonly(),
    z.object({ ...befalls, does: z.literal('stall') }).readonly(),
    z.object({ ...befalls, does: z.literal('delay'), millis: z.int().nonnegative() }).readonly(),
  ])
}

export type Fault<Service extends string = string, Trouble extends string = string> = z.infer<
  ReturnType<typeof faultOf<Service, Trouble>>
>

/** The fault that befalls the next request to this service. */
export function nextFault<AFault extends Fault>(
  faults: readonly AFault[],
  service: AFault['service'],
): AFault | undefined {
  return faults.find(fault => fault.service === service && fault.times !== 0)
}

/** The faults that are left after this one has befallen a request. */
export function withoutOne<AFault extends Fault>(faults: readonly AFault[], used: AFault): readonly AFault[] {
  if (used.times === undefined) return faults
  const less = { ...used, times: used.times - 1 }
  return faults.map(fault => (fault === used ? less : fault))
}

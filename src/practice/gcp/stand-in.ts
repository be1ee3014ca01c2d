import {
  startStandIn,
  type Asked,
  type Play,
  type StandIn,
  type StandInOptions,
  type WireAnswer,
} from '../stand-in.ts'
import { answerAsCloudKms } from './cloud-kms.ts'
import { answerAsOauth } from './oauth.ts'
import { Refusal, troubleOf, type Service } from './refusal.ts'
import type { GcpFault, GcpState } from './state.ts'

/** The names that a certificate for the stand-in is for, where it speaks TLS. */
export const certifiedNames: readonly string[] = ['cloudkms.googleapis.com', 'oauth2.googleapis.com']

/** Cloud KMS of all locations, and the token endpoint, on one port of 127.0.0.1. */
export function startGcpStandIn(options: StandInOptions<GcpState>): Promise<StandIn<GcpState>> {
  return startStandIn(play, options)
}

const play: Play<GcpFault, GcpState> = {
  serviceOf,

  answer(world, asked, now, fault) {
    const service = serviceOf(asked)
    try {
      const trouble = fault?.does === 'refuse' ? troubleOf(service, fault.as) : undefined
      if (trouble !== undefined) throw trouble
      const answerAs = service === 'kms' ? answerAsCloudKms : answerAsOauth
      const answer = answerAs(world, asked, now)
      const isDamaged = fault?.does === 'refuse' && fault.as === 'damaged'
      return { answer: isDamaged ? damaged(answer) : answer, world }
    } catch (error) {
      if (error instanceof Refusal) return { answer: error.answer, world }
      throw error
    }
  },
}

/** As if a bit had been flipped on the way: https://cloud.google.com/kms/docs/data-integrity-guidelines */
function damaged({ body, ...answer }: WireAnswer): WireAnswer {
  return { ...answer, body: body.replace(/"plaintextCrc32c": "\d+"/, '"plaintextCrc32c": "0"') }
}

/** Cloud KMS is asked below /v1/. */
function serviceOf({ url }: Asked): Service {
  return url.pathname.startsWith('/v1/') ? 'kms' : 'oauth'
}

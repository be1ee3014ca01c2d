import {
  startStandIn,
  type Asked,
  type Play,
  type StandIn,
  type StandInOptions,
  type WireAnswer,
} from '../stand-in.ts'
import { answerAsEntra, entraTrouble } from './entra.ts'
import { Refusal, type Service } from './refusal.ts'
import type { AzureFault, AzureState } from './state.ts'
import { answerAsVault, vaultTrouble } from './vault.ts'

/**
 * Entra ID and Key Vault on one port of 127.0.0.1, told apart by what they are asked: a vault's paths begin with /keys/.
 * It stands in for every host that it is reached as, through a CONNECT proxy or directly.
 */
export function startAzureStandIn(options: StandInOptions<AzureState>): Promise<StandIn<AzureState>> {
  return startStandIn(play, options)
}

const play: Play<AzureFault, AzureState> = {
  serviceOf,

  answer(world, asked, now, fault) {
    const answerAs = serviceOf(asked) === 'entra' ? entra : vault
    try {
      return { answer: answerAs(world, asked, now, fault), world }
    } catch (error) {
      if (error instanceof Refusal) return { answer: error.answer, world }
      throw error
    }
  },
}

function serviceOf({ url }: Asked): Service {
  return url.pathname.startsWith('/keys/') ? 'vault' : 'entra'
}

function entra(state: AzureState, asked: Asked, now: number, fault: AzureFault | undefined): WireAnswer {
  // Discovery goes on where no tokens are issued: MSAL would keep to itself why it failed.
  if (fault?.does === 'refuse' && asked.method === 'POST') entraTrouble(fault.as, now)
  return answerAsEntra(state, asked, now)
}

function vault(state: AzureState, asked: Asked, now: number, fault: AzureFault | undefined): WireAnswer {
  const found = state.vaults.find(({ host }) => host === asked.hostname)
  // A vault that is not there has no name in the DNS either; whoever comes here all the same gets what IIS says.
  if (found === undefined)
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html></html>' }
  if (fault?.does === 'refuse') vaultTrouble(fault.as, found)
  return answerAsVault(state, found, asked, now)
}

import { masked } from '../../lib/secret.ts'
import type { Circumstances } from '../diagnosis.ts'

/** The access key inside a sentence: behind the words “access key”. */
export function keyIn({ credentials, profile }: Circumstances): string {
  if (credentials?.provider === 'aws') return masked(credentials.accessKeyId)
  return profile === undefined ? '…' : `of profile ${profile}`
}

export function regionIn({ credentials }: Circumstances): string {
  return credentials?.provider === 'aws' ? credentials.region : 'the region'
}

import type { Secret } from '../lib/secret.ts'

/** How much of what a cloud said is shown, in characters. */
const limit = 500

/** In bytes: an MFA code has six digits, and hiding anything shorter would tear holes into every message. */
const shortestSecret = 6

/** What a cloud said, in one line, without the secrets that it was asked with. */
export function redacted(text: string, secrets: readonly Secret[]): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const hidden = secrets
    .filter(secret => secret.revealBytes().length >= shortestSecret)
    .reduce((shown, secret) => shown.replaceAll(secret.reveal(), secret.toString()), line)
  return hidden.length <= limit ? hidden : `${hidden.slice(0, limit - 1)}…`
}

/** Which policy stands in the way: the caller's own, that of the key or the role, one that forbids; or AWS does not say. */
export type DenyingPolicy = 'own' | 'of-the-resource' | 'forbidding' | 'unsaid'

/** What AWS's text of a denial says. */
export interface Denial {
  /** An ARN. For kms:Decrypt it names the key, which may stand nowhere else. */
  readonly resource: string | undefined
  readonly policy: DenyingPolicy
}

/**
 * The wording of denials: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html. AWS names one
 * policy of those that stand in the way, and often none.
 */
const wordings: readonly (readonly [DenyingPolicy, RegExp])[] = [
  [
    'forbidding',
    /with an explicit deny|because no (?:service control|resource control|VPC endpoint) policy allows/i,
  ],
  ['of-the-resource', /because no (?:resource-based|role trust) policy allows/i],
  ['own', /because no (?:identity-based policy|session policy|permissions boundary) allows/i],
]

export function denialIn(text: string): Denial {
  return {
    resource: /on resource: (arn:[^\s"]+)/.exec(text)?.[1],
    policy: wordings.find(([, wording]) => wording.test(text))?.[0] ?? 'unsaid',
  }
}

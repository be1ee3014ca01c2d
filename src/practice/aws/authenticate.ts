import { findClaimed, type Caller } from './caller.ts'
import { refusal, type Service } from './refusal.ts'
import { algorithm, parseAuthorization, sha256, sign, type SignedRequest, type Signing } from './signature.ts'
import type { AwsState } from './state.ts'

/** How far a signature's time may lie from the service's: seen in the texts of each, see `checkTime`. */
const toleratedMinutes: Readonly<Record<Service, number>> = { sts: 15, kms: 5 }

/**
 * Establishes who signed the request, as AWS does: key, time, signature, expiry, in this order. `now` is the service's
 * time in milliseconds. Throws `Refusal`.
 */
export function authenticate(state: AwsState, service: Service, request: SignedRequest, now: number): Caller {
  const { headers } = request
  if (headers.authorization === undefined) {
    throw refusal(service, 'unsigned', 'Request is missing Authentication Token')
  }
  const claim = parseAuthorization(headers.authorization)
  const signedAt = headers['x-amz-date']
  if (claim === undefined || signedAt === undefined || !claim.signedHeaders.includes('host')) {
    throw refusal(
      service,
      'incomplete-signature',
      `Authorization header requires '${algorithm}' with 'Credential', 'SignedHeaders' with 'host', 'Signature', and an 'X-Amz-Date' header.`,
    )
  }
  const claimed = findClaimed(state, claim.accessKeyId, headers['x-amz-security-token'])
  if (claimed === undefined) {
    throw refusal(service, 'unknown-client', 'The security token included in the request is invalid.')
  }
  checkScope(service, claim, signedAt)
  checkTime(service, signedAt, now)
  const signing = sign(request, claim, claimed.secretAccessKey)
  const bodyHash = sha256(request.body)
  if (claim.signature !== signing.signature || (headers['x-amz-content-sha256'] ?? bodyHash) !== bodyHash) {
    throw refusal(service, 'wrong-signature', mismatch(service, signing))
  }
  if (claimed.expiresAt !== undefined && Date.parse(claimed.expiresAt) <= now) {
    throw refusal(service, 'expired', 'The security token included in the request is expired')
  }
  return { ...claimed.caller, region: claim.region }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html, “Credential scope errors”. */
function checkScope(
  service: Service,
  scope: { readonly service: string; readonly date: string },
  signedAt: string,
): void {
  if (scope.service !== service) {
    throw refusal(
      service,
      'wrong-signature',
      `Credential should be scoped to correct service: '${service}'. `,
    )
  }
  if (!signedAt.startsWith(`${scope.date}T`)) {
    throw refusal(
      service,
      'wrong-signature',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${signedAt.slice(0, 8)}', from '${signedAt}'.`,
    )
  }
}

/**
 * KMS quotes what it would have signed, session token included, so that whoever shows the message must mind it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html, “Canonicalization errors”, and
 * https://github.com/aws/aws-sdk-js/issues/168. STS does not: https://awsteele.com/blog/2021/10/24/aws-sigv4-caching.html
 */
function mismatch(service: Service, { canonicalRequest, stringToSign }: Signing): string {
  const text =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
  if (service === 'sts') return text
  return `${text}\n\nThe Canonical String for this request should have been\n'${canonicalRequest}'\n\nThe String-to-Sign should have been\n'${stringToSign}'\n`
}

/**
 * Both directions, in the words of https://github.com/m0ngr31/kanzi/issues/270 (5 minutes) and
 * https://github.com/aws/aws-sdk-js/issues/254 (15 minutes). STS calls it SignatureDoesNotMatch all the same.
 */
function checkTime(service: Service, signedAt: string, now: number): void {
  const minutes = toleratedMinutes[service]
  const earliest = timestamp(now - minutes * 60_000)
  const latest = timestamp(now + minutes * 60_000)
  if (signedAt < earliest) {
    throw refusal(
      service,
      'wrong-signature',
      `Signature expired: ${signedAt} is now earlier than ${earliest} (${timestamp(now)} - ${minutes} min.)`,
    )
  }
  if (signedAt > latest) {
    throw refusal(
      service,
      'wrong-signature',
      `Signature not yet current: ${signedAt} is still later than ${latest} (${timestamp(now)} + ${minutes} min.)`,
    )
  }
}

/** 20180710T071714Z */
function timestamp(millis: number): string {
  return new Date(millis).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

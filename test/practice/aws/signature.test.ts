import { describe, expect, it } from 'vitest'
import { parseAuthorization, sign } from '../../../src/practice/aws/signature.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'

describe('a signature of version 4', () => {
  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html
  it.each([
    {
      name: 'get-vanilla',
      method: 'GET',
      url: '/',
      extra: {},
      signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    },
    {
      name: 'get-vanilla-query-order-key-case',
      method: 'GET',
      url: '/?Param2=value2&Param1=value1',
      extra: {},
      signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    },
    {
      name: 'get-header-value-trim',
      method: 'GET',
      url: '/',
      extra: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
      signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    },
    {
      name: 'post-x-www-form-urlencoded',
      method: 'POST',
      url: '/',
      extra: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
      signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    },
  ])('is the one of AWS’s test suite: $name', ({ method, url, extra, body, signature }) => {
    const headers: Record<string, string> = {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      ...extra,
    }
    const signedHeaders = Object.keys(headers).sort().join(';')
    const claim = parseAuthorization(
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    )
    const request = { method, url, headers, body: Buffer.from(body ?? '') }
    expect(sign(request, claim!, secret).signature).toBe(claim!.signature)
  })

  it.each([
    ['another algorithm', `AWS3-HTTPS Credential=${scope}, SignedHeaders=host, Signature=00`],
    ['no credential', 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00'],
    ['half a scope', 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, SignedHeaders=host, Signature=00'],
    ['no signature', `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host`],
  ])('is not found in a header with %s', (_, header) => {
    expect(parseAuthorization(header)).toBeUndefined()
  })
})

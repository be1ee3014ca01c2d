import { describe, expect, test } from 'vitest'
import { endpointProblem } from '../../src/kms/endpoint.ts'
import { bypassesProxy, proxyAddress } from '../../src/kms/network.ts'

describe('the proxy', () => {
  test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://tls:2' }, 'http://tls:2/'],
    [{ HTTP_PROXY: 'http://plain:1' }, 'http://plain:1/'],
    [{ ALL_PROXY: 'proxy.corp:3128' }, 'http://proxy.corp:3128/'],
  ])('of %o is %s', (environment, address) => {
    expect(proxyAddress(environment)?.href).toBe(address)
  })

  test.each(['socks5://proxy:1080', 'http://', 'http://a b'])('is not %s', value => {
    expect(() => proxyAddress({ HTTPS_PROXY: value })).toThrow('The value of HTTPS_PROXY is not the address')
  })
})

describe('NO_PROXY', () => {
  test.each([
    ['kms.us-east-1.amazonaws.com', 'kms.us-east-1.amazonaws.com', true],
    ['.amazonaws.com', 'kms.us-east-1.amazonaws.com', true],
    ['*.amazonaws.com', 'kms.us-east-1.amazonaws.com', true],
    ['amazonaws.com', 'kms.us-east-1.amazonaws.com', true],
    ['other.example, AMAZONAWS.com', 'kms.us-east-1.amazonaws.com', true],
    ['amazonaws.com:443', 'kms.us-east-1.amazonaws.com', true],
    ['amazonaws.com:8443', 'kms.us-east-1.amazonaws.com', false],
    ['naws.com', 'kms.us-east-1.amazonaws.com', false],
    ['*', 'kms.us-east-1.amazonaws.com', true],
    ['', 'kms.us-east-1.amazonaws.com', false],
    ['', '127.0.0.1', true],
    ['', 'localhost', true],
  ])('%o asks %s directly: %s', (rules, host, directly) => {
    expect(bypassesProxy(host, 443, { NO_PROXY: rules })).toBe(directly)
  })

  test('is read in lower case too', () => {
    expect(bypassesProxy('kms.example', 443, { no_proxy: 'kms.example' })).toBe(true)
  })
})

describe('an endpoint', () => {
  test.each([
    'https://kms.example.com',
    'https://10.0.0.1:8443',
    'http://127.0.0.1:4566',
    'http://localhost:1',
    'http://[::1]:1',
  ])('may be %s', endpoint => {
    expect(endpointProblem(endpoint)).toBeUndefined()
  })

  test.each([
    ['http://kms.example.com', 'would be asked without TLS'],
    ['http://127.0.0.1.example.com', 'would be asked without TLS'],
    ['ftp://127.0.0.1', 'would be asked without TLS'],
    ['kms.example.com', 'is not a URL'],
  ])('may not be %s: it %s', (endpoint, problem) => {
    expect(endpointProblem(endpoint)).toContain(problem)
  })
})

import { describe, expect, it } from 'vitest'
import {
  headline,
  isServerRestarted,
  isWaitingForConnections,
  parseLogLine,
  parseOutputLine,
  textOf,
  wiredTigerError,
} from '../../src/mongod/log.ts'

// As mongod 5.0 and 6.0 wrote them.
const textError = String.raw`{"t":{"$date":"2022-04-27T09:13:09.292+00:00"},"s":"E",  "c":"STORAGE",  "id":22435,   "ctx":"initandlisten","msg":"WiredTiger error","attr":{"error":95,"message":"[1651050789:292831][1:0x7f169df86100], connection: __posix_std_fallocate, 58: /data/db/journal/WiredTigerTmplog.0000000001: fallocate:: Operation not supported"}}`
const documentError = String.raw`{"t":{"$date":"2025-01-06T19:44:17.377+01:00"},"s":"E",  "c":"WT",       "id":22435,   "ctx":"initandlisten","msg":"WiredTiger error message","attr":{"error":28,"message":{"ts_sec":1736189057,"thread":"471772:0x790ab3005a80","session_dhandle_name":"file:WiredTiger.wt","msg":"__posix_file_write:625:/data/db/journal/WiredTigerLog.0000000001: handle-write: pwrite: failed to write 640 bytes","error_str":"No space left on device","error_code":28}}}`
const textFormat =
  '2020-10-26T06:37:27.812+0000 E  STORAGE  [WTCheckpointThread] WiredTiger error (-31804) [1603694247:812111][1:0x7ff529c6f700], WT_SESSION.checkpoint: __wt_panic, 523: the process must exit and restart: WT_PANIC: WiredTiger library panic'

describe('reading mongod’s log', () => {
  it('reads the structured format', () => {
    expect(parseLogLine(documentError)).toMatchObject({
      id: 22435,
      severity: 'E',
      component: 'WT',
      message: 'WiredTiger error message',
      raw: documentError,
    })
  })

  it('reads the text format of 4.2 and before', () => {
    expect(parseLogLine(textFormat)).toMatchObject({
      id: undefined,
      severity: 'E',
      component: 'STORAGE',
      attributes: {},
    })
  })

  it.each([
    ['}'],
    ['{"t":{"$date":"2025-01-06T19:4'],
    [' src/mongo/db/mongod_main.cpp(513)'],
    [''],
    ['{"a":1}'],
    ['[1]'],
  ])('takes %j for no message', line => {
    expect(parseLogLine(line)).toBeUndefined()
  })

  it('takes a bare sentence on standard error for an error', () => {
    expect(parseOutputLine("Error parsing command line: unrecognised option '--x'")).toMatchObject({
      severity: 'E',
    })
    expect(parseOutputLine(documentError)).toMatchObject({ id: 22435 })
    expect(parseOutputLine(' ')).toBeUndefined()
  })

  it('finds the number of a WiredTiger error in all three shapes', () => {
    expect([textError, documentError, textFormat].map(line => wiredTigerError(parseLogLine(line)!))).toEqual([
      95, 28, -31804,
    ])
  })

  it('finds no WiredTiger error in other messages', () => {
    expect(
      wiredTigerError(parseLogLine('{"s":"E","id":20557,"msg":"DBException","attr":{"error":"28"}}')!),
    ).toBeUndefined()
  })

  it('searches every text of a message, however deep', () => {
    expect(textOf(parseLogLine(documentError)!)).toContain('No space left on device')
    expect(
      textOf(parseLogLine('{"s":"F","id":1,"msg":"a","attr":{"b":["c",{"d":"e"}],"f":null,"g":7}}')!),
    ).toBe('a c e')
  })

  it('shows what WiredTiger says instead of that it says something', () => {
    const [text, document] = [textError, documentError].map(line => headline(parseLogLine(line)!))
    expect(text).toContain('fallocate:: Operation not supported')
    expect(document).toContain('failed to write 640 bytes')
    expect(headline(parseLogLine('{"s":"I","id":1,"msg":"Opening WiredTiger","attr":{"message":1}}')!)).toBe(
      'Opening WiredTiger',
    )
  })

  it.each([
    [
      '{"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections","attr":{"port":27017}}',
    ],
    ['2018-01-16T18:29:05.183+0300 I NETWORK  [listener] waiting for connections on port 27017'],
  ])('knows readiness from %s', line => {
    expect(isWaitingForConnections(parseLogLine(line)!)).toBe(true)
  })

  it('is not misled by a message that quotes the sign of readiness', () => {
    const quoting = '{"s":"I","id":51803,"msg":"Slow query","attr":{"comment":"Waiting for connections"}}'
    expect(isWaitingForConnections(parseLogLine(quoting)!)).toBe(false)
  })

  it.each([
    ['{"s":"I","c":"CONTROL","id":20698,"ctx":"main","msg":"***** SERVER RESTARTED *****"}'],
    ['2018-01-16T18:29:05.183+0300 I CONTROL  [main] ***** SERVER RESTARTED *****'],
  ])('knows a restart from %s', line => {
    expect(isServerRestarted(parseLogLine(line)!)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { readLogLine } from '../../../src/interviewers/tui/log-line.ts'

describe('a line of a log', () => {
  it('of mongod is made readable', () => {
    const line =
      '{"t":{"$date":"2031-02-03T04:05:06.789+00:00"},"s":"W","c":"STORAGE","id":22120,"ctx":"initandlisten","msg":"Access control is off","attr":{"n":1}}'
    expect(readLogLine(line)).toEqual({
      text: '04:05:06.789 W STORAGE 22120 Access control is off {"n":1}',
      gravity: 'warning',
    })
  })

  it.each(['plain text', '{"half', '{"other":"json"}', 'null'])(
    'of any other kind stays as it is: %s',
    line => {
      expect(readLogLine(line)).toEqual({ text: line, gravity: 'usual' })
    },
  )
})

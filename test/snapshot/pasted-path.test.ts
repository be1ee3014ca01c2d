import { expect, test } from 'vitest'
import { pastedPath } from '../../src/snapshot/pasted-path.ts'

const context = { home: '/home/op', cwd: '/srv' }

test.each([
  ['with a newline at its end', '/data/rs0\n', '/data/rs0'],
  ['with carriage return and blanks', '  /data/rs0 \r\n', '/data/rs0'],
  ['in single quotes', "'/data/my snapshot'\n", '/data/my snapshot'],
  ['in double quotes', '"/data/rs0"', '/data/rs0'],
  ['with the home folder as ~', '~/restores/rs0', '/home/op/restores/rs0'],
  ['that is ~', '~', '/home/op'],
  ['with ~ in quotes', '"~/rs0"', '/home/op/rs0'],
  ['with ~ inside a name', '/data/~rs0', '/data/~rs0'],
  ['relative to the working folder', 'rs0/data', '/srv/rs0/data'],
  ['with blanks escaped by the terminal', String.raw`/data/my\ snapshot\ \(1\)`, '/data/my snapshot (1)'],
  ['with a backslash that is part of the name', String.raw`/data/a\b`, String.raw`/data/a\b`],
  ['as a file URL', 'file:///data/my%20snapshot', '/data/my snapshot'],
  ['as another host’s file URL', 'file://host/data', '/srv/file:/host/data'],
  ['with a slash at its end', '/data/rs0/', '/data/rs0'],
  ['that is empty', ' \n', ''],
])('takes a path %s', (_, typed, path) => {
  expect(pastedPath(typed, context)).toBe(path)
})

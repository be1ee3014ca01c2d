import { CommandFailure } from './command-failure.ts'
import { type Command } from './command.ts'

const names = [
  'insert',
  'update',
  'delete',
  'findAndModify',
  'bulkWrite',
  'create',
  'collMod',
  'createIndexes',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'renameCollection',
]

const refuseWrite: Command = ({ name }) => {
  throw new CommandFailure(
    // Not IllegalOperation: a driver takes that for a server without retryable writes.
    'NotImplemented',
    `${name}: the simulated mongod of a snapthaw practice only reads; a real mongod would write to its dbpath`,
  )
}

/** Commands that would change data. */
export const writeCommands: Readonly<Record<string, Command>> = Object.fromEntries(
  names.map(name => [name, refuseWrite]),
)

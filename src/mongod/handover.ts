import { uriOf } from './client.ts'

/** A program that works with the restored data, ready to be started. */
export interface ReadyCommand {
  readonly program: 'mongosh' | 'Compass' | 'mongodump'
  readonly purpose: string
  readonly argv: readonly string[]
}

/** Compass is an application on macOS, and a command elsewhere. */
const compass: Partial<Record<NodeJS.Platform, string>> = {
  darwin: '/Applications/MongoDB Compass.app/Contents/MacOS/MongoDB Compass',
}

/**
 * The commands that an operator wants next.
 * @param dumpFolder where mongodump is to write, which it makes
 */
export function readyCommands(port: number, dumpFolder: string): readonly ReadyCommand[] {
  const uri = uriOf(port)
  return [
    { program: 'mongosh', purpose: 'Look at the data in a shell', argv: ['mongosh', uri] },
    {
      program: 'Compass',
      purpose: 'Look at the data in a window',
      argv: [compass[process.platform] ?? 'mongodb-compass', uri],
    },
    {
      program: 'mongodump',
      purpose: 'Save the data without encryption, to restore it elsewhere with mongorestore',
      argv: ['mongodump', `--uri=${uri}`, '--gzip', `--out=${dumpFolder}`],
    },
  ]
}

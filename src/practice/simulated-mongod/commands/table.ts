import { administrationCommands } from './administration.ts'
import type { Command } from './command.ts'
import { handshakeCommands } from './handshake.ts'
import { listingCommands } from './listing.ts'
import { readingCommands } from './reading.ts'
import { statisticsCommands } from './statistics.ts'
import { validate } from './validate.ts'
import { writeCommands } from './writes.ts'

/** Every command that the simulated mongod knows, by its name on the wire. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...handshakeCommands,
    ...administrationCommands,
    ...listingCommands,
    ...statisticsCommands,
    ...readingCommands,
    ...writeCommands,
    validate,
  }),
)

/** The only commands that may still come as OP_QUERY: a driver asks so before it knows what the server speaks. */
export const commandsOfOpQuery: ReadonlySet<string> = new Set(['hello', 'isMaster', 'ismaster'])

import { Double } from 'bson'
import type { BsonDocument } from '../encrypted-store/catalog.ts'
import { DamagedRecord } from '../encrypted-store/sealed-file.ts'
import { CommandFailure } from './commands/command-failure.ts'
import type { Answer, Request, ServerState } from './commands/command.ts'
import { commands, commandsOfOpQuery } from './commands/table.ts'
import type { CommandMessage } from './wire/messages.ts'

/** Runs one command. Undefined: close the connection without an answer. */
export async function dispatch(
  message: CommandMessage,
  connection: Request['connection'],
  server: ServerState,
): Promise<Answer> {
  const name = Object.keys(message.command)[0] ?? ''
  const request: Request = { name, database: message.database, body: message.command, connection }
  try {
    const answer = await run(message, request, server)
    return answer === undefined ? undefined : { ...answer, ok: new Double(1) }
  } catch (error) {
    return failed(commandFailure(error, request, server))
  }
}

function run(message: CommandMessage, request: Request, server: ServerState): Answer | Promise<Answer> {
  const { name } = request
  if (message.form === 'OP_QUERY' && !commandsOfOpQuery.has(name)) {
    throw new CommandFailure('UnsupportedOpQueryCommand', `Unsupported OP_QUERY command: ${name}`)
  }
  const command = commands.get(name)
  if (command === undefined)
    throw new CommandFailure('CommandNotFound', `no such command: '${name}' (a simulated mongod knows few)`)
  return command(request, server)
}

function commandFailure(error: unknown, request: Request, { log }: ServerState): CommandFailure {
  if (error instanceof CommandFailure) return error
  const context = `conn${request.connection.id}`
  if (error instanceof DamagedRecord) {
    const reason = '-31802: WT_ERROR: non-specific WiredTiger error'
    log.write({
      severity: 'E',
      component: 'WT',
      id: 22435,
      context,
      message: 'WiredTiger error message',
      attributes: { error: -31802, message: { msg: error.message, error_str: reason, error_code: -31802 } },
    })
    return new CommandFailure('UnknownError', `${reason} :: caused by :: ${error.message}`, error)
  }
  const message = error instanceof Error ? error.message : String(error)
  log.write({
    severity: 'E',
    component: 'COMMAND',
    id: 9900012,
    context,
    message: 'Command failed unexpectedly',
    attributes: { command: request.name, error: message },
  })
  return new CommandFailure('InternalError', message, error)
}

function failed({ code, codeName, message }: CommandFailure): BsonDocument {
  return { ok: new Double(0), errmsg: message, code, codeName }
}

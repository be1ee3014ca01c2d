import type { TLSSocket } from 'node:tls'
import { systemErrorCode } from '../../lib/failure.ts'
import type { KmipEvent, RejectionCause } from '../event.ts'
import type { Limits } from '../limits.ts'
import { MessageSplitter } from '../message-splitter.ts'
import { TtlvError } from '../ttlv/decode.ts'
import { Tag } from '../ttlv/tags.ts'
import type { Responder } from './respond.ts'

interface Surroundings {
  readonly responder: Responder
  readonly limits: Limits
  readonly tell: (event: KmipEvent) => void
  readonly peer: string
}

/**
 * Answers the requests of one client, in their order, until it goes. A client that is too slow is dropped; one that does
 * not take its responses off is not read from.
 */
export function serveConnection(socket: TLSSocket, { responder, limits, tell, peer }: Surroundings): void {
  const messages = new MessageSplitter(Tag.RequestMessage)
  let state: 'open' | 'blocked' | 'over' = 'open'
  let deadline: NodeJS.Timeout | undefined

  const reject = (cause: RejectionCause, why: string) => {
    if (state === 'over') return
    state = 'over'
    tell({ type: 'rejected', cause, why, peer })
  }
  const startDeadline = (why: string) => {
    deadline ??= setTimeout(() => {
      reject('timeout', why)
      socket.destroy()
    }, limits.requestTimeout)
  }
  const clearDeadline = () => {
    clearTimeout(deadline)
    deadline = undefined
  }

  const answer = () => {
    for (let message = messages.next(); message !== undefined; message = messages.next()) {
      clearDeadline()
      if (socket.write(responder.respond(message, peer))) continue
      state = 'blocked'
      socket.pause()
      startDeadline('A response has taken too long to be taken off')
      return
    }
    if (messages.isMidMessage) startDeadline('A request has taken too long to arrive')
  }
  const answerOrGiveUp = () => {
    try {
      answer()
    } catch (error) {
      if (!(error instanceof TtlvError)) throw error
      // Where the next message begins cannot be known any more. What else comes is read and thrown away until the client
      // has taken the answer off: closing over unread bytes would reset the connection, and the answer with it.
      socket.end(responder.refuse(error.message, peer))
      reject('protocol', error.message)
      clearDeadline()
      startDeadline(error.message)
    }
  }

  socket.setNoDelay(true)
  socket.setTimeout(limits.idleTimeout, () => {
    reject('timeout', 'No request has come for too long')
    socket.destroy()
  })
  socket.on('data', (chunk: Buffer) => {
    if (state === 'over') return
    messages.push(chunk)
    if (state === 'open') answerOrGiveUp()
  })
  socket.on('drain', () => {
    if (state !== 'blocked') return
    state = 'open'
    clearDeadline()
    socket.resume()
    answerOrGiveUp()
  })
  socket.on('end', () => {
    if (messages.isMidMessage) reject('broken', 'The connection has ended within a request')
  })
  socket.on('error', (error: Error) => {
    reject('broken', `The connection has broken: ${systemErrorCode(error) ?? error.name}`)
    // An alert of TLS by itself leaves the socket open.
    socket.destroy()
  })
  socket.on('close', clearDeadline)
}

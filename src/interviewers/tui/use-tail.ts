import { stat } from 'node:fs/promises'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { followLines } from '../../lib/follow-file.ts'

/** Bytes and lines of a log that are kept to look back at. */
const bytesBack = 256 * 1024
const linesBack = 2000

/** Milliseconds between two looks at what was added: a log may grow by thousands of lines a second. */
const pace = 100

/**
 * The end of a file that grows. Whoever looks back at what was holds it: nothing moves under their eyes, and what has come
 * in the meantime is there when they follow again.
 */
export function useTail(path: string, manner: 'follow' | 'hold'): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([])
  const added = useRef<string[]>([])
  const show = useEffectEvent(() => {
    const news = added.current
    if (manner === 'hold' || news.length === 0) return
    added.current = []
    setLines(seen => [...seen, ...news].slice(-linesBack))
  })
  useEffect(() => {
    const reading = new AbortController()
    const add = (line: string) => {
      added.current.push(line)
      if (added.current.length > 2 * linesBack) added.current.splice(0, linesBack)
    }
    const read = async () => {
      const from = await startOf(path)
      for await (const line of followLines(path, { from, signal: reading.signal })) add(line)
    }
    read().catch((error: unknown) => {
      add(`The log cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    })
    const clock = setInterval(show, pace)
    return () => {
      clearInterval(clock)
      reading.abort()
    }
  }, [path])
  return lines
}

async function startOf(path: string): Promise<number> {
  const size = await stat(path).then(
    file => file.size,
    () => 0,
  )
  return Math.max(0, size - bytesBack)
}

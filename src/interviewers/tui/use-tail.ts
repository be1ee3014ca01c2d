import { stat } from 'node:fs/promises'
import { useEffect, useState } from 'react'
import { followLines } from '../../lib/follow-file.ts'

/** Bytes and lines of a log that are kept to look back at. */
const bytesBack = 256 * 1024
const linesBack = 2000

/** Milliseconds between two looks at what was added: a log may grow by thousands of lines a second. */
const pace = 100

/** The end of a file that grows. */
export function useTail(path: string): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([])
  useEffect(() => {
    const reading = new AbortController()
    let added: string[] = []
    const show = setInterval(() => {
      if (added.length === 0) return
      const news = added
      added = []
      setLines(seen => [...seen, ...news].slice(-linesBack))
    }, pace)
    const read = async () => {
      for await (const line of followLines(path, { from: await startOf(path), signal: reading.signal }))
        added.push(line)
    }
    read().catch((error: unknown) => {
      added.push(`The log cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    })
    return () => {
      clearInterval(show)
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

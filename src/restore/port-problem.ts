import { isPortFree } from '../lib/ports.ts'

/** What is wrong with an answer that should be a port of 127.0.0.1, in a sentence; undefined when nothing is. */
export async function portProblem(answer: string): Promise<string | undefined> {
  const port = Number(answer)
  if (!/^\d{1,5}$/.test(answer) || port > 65535)
    return 'A port is a number from 1 to 65535; 0 finds a free one'
  if (port !== 0 && !(await isPortFree(port)))
    return `Port ${port} is taken by another program; 0 finds a free one`
  return undefined
}

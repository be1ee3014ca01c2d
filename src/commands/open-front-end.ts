import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, writeAtomically } from '../lib/atomic-file.ts'
import type { Environment } from '../lib/environment.ts'
import { readLesson } from '../lessons/lesson.ts'
import type { Interviewer, Occasion } from '../restore/interview.ts'
import type { CommonFlags } from './flags.ts'
import { isSet, type FrontEnd } from './front-end.ts'

/** Opens the chosen front end; each is loaded only when it is the one. */
export async function openFrontEnd(
  frontEnd: FrontEnd,
  occasion: Occasion,
  environment: Environment,
  onInterrupt: () => void,
): Promise<Interviewer> {
  const { stdin, stdout, stderr } = process
  switch (frontEnd) {
    case 'tui': {
      // Ink and chalk read the colours of the terminal when they are loaded, and know nothing of NO_COLOR.
      if (isSet(environment.NO_COLOR)) process.env.FORCE_COLOR = '0'
      const { startTui } = await import('../interviewers/tui/start.tsx')
      return startTui(occasion, { stdin, stdout, environment, lesson: readLesson, onInterrupt })
    }
    case 'line': {
      const { startLine } = await import('../interviewers/line/start.ts')
      return startLine(occasion, { stdin, stdout, lesson: readLesson })
    }
    case 'text':
    case 'json': {
      const { startUnattended } = await import('../interviewers/unattended/start.ts')
      return startUnattended({ format: frontEnd, stdout, stderr })
    }
  }
}

/** Whether lessons are open: as the flags say, else as they were left, else open. `--terse` is remembered. */
export async function lessonsOpen(flags: CommonFlags, home: string): Promise<boolean> {
  const file = join(home, 'preferences.json')
  if (flags.explain === true || flags.terse === true) {
    const lessons = flags.explain === true ? 'open' : 'closed'
    await mkdir(home, { recursive: true, mode: 0o700 })
    await writeAtomically(file, `${JSON.stringify({ lessons })}\n`)
    return flags.explain === true
  }
  return (await readIfPresent(file))?.includes('"closed"') !== true
}

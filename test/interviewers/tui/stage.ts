import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openTerminal, type Terminal, type TerminalOptions } from '../../terminal.ts'
import { buildStory } from './program.ts'

export interface Setting {
  readonly columns?: number
  readonly rows?: number
  readonly practice?: 'practice'
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface Telling {
  readonly terminal: Terminal
  /** What the story has written down so far, a document a line. */
  readonly answers: () => Promise<readonly unknown[]>
}

/** Where the scenes of story.ts are told, each in a terminal of its own. `clear` ends what is still running. */
export interface Stage {
  /** The program, and a folder for what a test needs. */
  readonly path: string
  readonly folder: string
  readonly open: (options: TerminalOptions) => Terminal
  readonly tell: (scene: string, setting?: Setting) => Promise<Telling>
  /** Tells a scene that is over once `act` has answered what is `asked`, and gives its answers. */
  readonly answersTo: (
    scene: string,
    asked: string,
    act: (terminal: Terminal) => void,
  ) => Promise<readonly unknown[]>
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function openStage(): Promise<Stage> {
  const { path, folder, remove } = await buildStory()
  const running: Terminal[] = []

  function open(options: TerminalOptions): Terminal {
    const terminal = openTerminal(options)
    running.push(terminal)
    return terminal
  }

  async function tell(scene: string, { practice, env, ...size }: Setting = {}): Promise<Telling> {
    const answers = join(await mkdtemp(join(folder, 'answers-')), 'answers.ndjson')
    await writeFile(answers, '')
    const terminal = open({
      command: process.execPath,
      args: [path, scene, ...(practice === undefined ? [] : [practice])],
      env: { CI: undefined, NO_COLOR: undefined, HOME: '/home/me', SNAPTHAW_TEST_ANSWERS: answers, ...env },
      ...size,
    })
    return {
      terminal,
      answers: async () =>
        (await readFile(answers, 'utf8'))
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as unknown),
    }
  }

  async function clear(): Promise<void> {
    for (const terminal of running.splice(0)) {
      terminal.end()
      await terminal.exit
    }
  }

  return {
    path,
    folder,
    open,
    tell,
    async answersTo(scene, asked, act) {
      const { terminal, answers } = await tell(scene)
      await terminal.waitFor(asked)
      act(terminal)
      await terminal.exit
      return answers()
    },
    clear,
    async close() {
      await clear()
      await remove()
    },
  }
}

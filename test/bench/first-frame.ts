import { join } from 'node:path'
import { build } from 'esbuild'
import { openTerminal } from '../terminal.ts'
import { atMost, type Figure } from './figure.ts'
import { compare, type Measure } from './pairs.ts'
import { cli, root } from './programs.ts'

/** From the start of the program until its first frame is on the screen of a real pseudo-terminal. */
export async function firstFrame(folder: string): Promise<readonly Figure[]> {
  const oneLine = await oneLineInk(folder)
  const { ours, theirs, ratio } = await compare(11, {
    ours: frameOf([cli, 'restore'], 'Hand-over', folder),
    theirs: frameOf([oneLine], 'one line of Ink', folder),
  })
  return [
    {
      figure: 'first frame of the wizard',
      value: ours,
      unit: 'ms',
      against: { peer: 'a one-line Ink program', value: theirs, ratio },
      goal: atMost(1.3),
    },
  ]
}

/** The least that a program with Ink can be, bundled as snapthaw is. */
async function oneLineInk(outdir: string): Promise<string> {
  await build({
    stdin: {
      contents: "import { render, Text } from 'ink'; render(<Text>one line of Ink</Text>)",
      loader: 'tsx',
      resolveDir: root,
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react-devtools-core'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
  return join(outdir, 'stdin.mjs')
}

function frameOf(args: readonly string[], shows: string, home: string): Measure {
  return async () => {
    const began = performance.now()
    const terminal = openTerminal({
      command: process.execPath,
      args,
      cwd: home,
      env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), CI: undefined },
    })
    await terminal.waitFor(shows)
    const millis = performance.now() - began
    terminal.end()
    await terminal.exit
    return millis
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The story of story.ts as a program that Node can run: type stripping knows no JSX. */
export interface StoryProgram {
  readonly path: string
  readonly folder: string
  readonly remove: () => Promise<void>
}

export async function buildStory(): Promise<StoryProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'snapthaw-tui-'))
  const path = join(folder, 'story.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'story.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Ink's developer tools become a chunk of their own, which nothing loads.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    jsx: 'automatic',
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react-devtools-core'],
    // CommonJS packages inside the ES bundle call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return { path, folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

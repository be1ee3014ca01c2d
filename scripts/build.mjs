// Bundles src/ into dist/. The cloud SDKs stay outside (dependencies of package.json): they load data files of their
// own at run time, and only the one in use is loaded. All else is bundled, so that a start reads few files.
import { spawnSync } from 'node:child_process'
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const { dependencies, version } = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
)

const [dist, unfinished] = ['../dist', '../dist.unfinished'].map(
  path => new URL(path, import.meta.url).pathname,
)

await rm(unfinished, { recursive: true, force: true })
await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: { cli: 'src/cli.ts', 'simulated-mongod': 'src/practice/simulated-mongod/main.ts' },
  outdir: unfinished,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS packages inside the ES bundle ask for their own path.
  define: {
    __filename: 'import.meta.filename',
    __dirname: 'import.meta.dirname',
    'process.env.NODE_ENV': '"production"',
    __SNAPTHAW_VERSION__: JSON.stringify(version),
  },
  external: [
    ...Object.keys(dependencies),
    // Optional parts of bundled libraries, never used here.
    'react-devtools-core',
    'kerberos',
    'mongodb-client-encryption',
    '@mongodb-js/zstd',
    'snappy',
    'socks',
    'aws4',
  ],
  // CommonJS packages inside the ES bundle call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
const cli = join(unfinished, 'cli.js')
await chmod(cli, 0o755)
// npm installs the repository's own Node before it builds; an older one that builds by hand leaves the help to run time.
const help = spawnSync(process.execPath, [cli, '--help'], {
  encoding: 'utf8',
  env: { ...process.env, COLUMNS: '80' },
})
if (help.status === 0) await writeFile(join(unfinished, 'help.txt'), help.stdout)
// What was built before goes only when there is something to take its place.
await rm(dist, { recursive: true, force: true })
await rename(unfinished, dist)

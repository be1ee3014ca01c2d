// Bundles src/ into dist/. The cloud SDKs stay outside (dependencies of package.json): they load data files of their
// own at run time, and only the one in use is loaded. All else is bundled, so that a start reads few files.
import { chmod, readFile, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const { dependencies, version } = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
)

await rm(new URL('../dist', import.meta.url), { recursive: true, force: true })
await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: { cli: 'src/cli.ts', 'simulated-mongod': 'src/practice/simulated-mongod/main.ts' },
  outdir: 'dist',
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
    'gcp-metadata',
  ],
  // CommonJS packages inside the ES bundle call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
await chmod(new URL('../dist/cli.js', import.meta.url), 0o755)

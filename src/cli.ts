#!/usr/bin/env node
// Boot: nothing is imported here before the version of Node is known to be new enough, and nothing heavy at all.
const wanted = [22, 12] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const argv = process.argv.slice(2)

/** Whether these flags, and nothing else, are given. */
const isOnly = (...flags: readonly string[]) => argv.length === 1 && flags.includes(argv[0] ?? '')

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `snapthaw needs Node.js ${wanted.join('.')} or newer, and this is ${process.versions.node}: install a current Node.js, or start it with npm start\n`,
  )
  process.exitCode = 2
} else if (isOnly('--version', '-V')) {
  const { version } = await import('./lib/version.ts')
  process.stdout.write(`${version}\n`)
} else if (argv.length === 2 && argv[0] === 'proxy' && argv[1] === '--stdin') {
  // The wizard waits for this process: it is started without reading the flags of all commands first.
  const { runProxyOnStdin } = await import('./commands/proxy-stdin.ts')
  process.exitCode = await runProxyOnStdin()
} else {
  const help = isOnly('--help', '-h') ? await builtHelp() : undefined
  if (help === undefined) {
    const { main } = await import('./commands/main.ts')
    process.exitCode = await main(argv)
  } else {
    process.stdout.write(help)
  }
}

/** What `--help` prints, as the build has written it down: to make it anew takes longer than Node's own start. */
async function builtHelp(): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises')
  return readFile(new URL('help.txt', import.meta.url), 'utf8').catch(() => undefined)
}

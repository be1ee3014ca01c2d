#!/usr/bin/env node
// Boot: nothing is imported here before the version of Node is known to be new enough.
const wanted = [22, 12] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `snapthaw needs Node.js ${wanted.join('.')} or newer, and this is ${process.versions.node}: install a current Node.js, or start it with npm start\n`,
  )
  process.exitCode = 2
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  const { version } = await import('./lib/version.ts')
  process.stdout.write(`${version}\n`)
} else {
  const { main } = await import('./commands/main.ts')
  process.exitCode = await main(process.argv.slice(2))
}

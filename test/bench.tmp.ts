import { build } from 'esbuild'
import { buildStory } from './interviewers/tui/program.ts'
import { spawn } from '@lydell/node-pty'
const story = await buildStory()
await build({ entryPoints: ['test/one.tmp.tsx'], outdir: story.folder, outExtension: {'.js':'.mjs'}, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node22.12', jsx: 'automatic', define: {'process.env.NODE_ENV':'"production"'}, external:['react-devtools-core'], banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" }, minifySyntax: true, minifyWhitespace: true })
const time = (file: string, args: string[], text: string) => new Promise<number>(resolve => {
  const t0 = performance.now()
  const p = spawn(process.execPath, [file, ...args], { name: 'xterm-256color', cols: 80, rows: 24, env: process.env })
  let all = ''; let done = false
  p.onData(d => { all += d; if (!done && all.includes(text)) { done = true; resolve(performance.now() - t0); p.kill('SIGKILL') } })
})
const med = (a: number[]) => a.sort((x, y) => x - y)[Math.floor(a.length / 2)]
const a: number[] = [], b: number[] = []
for (let i = 0; i < 25; i++) { a.push(await time(story.folder + '/one.tmp.mjs', [], 'hello')); b.push(await time(story.path, ['choice'], process.env.WAIT ?? 'which port')) }
const q = (a: number[]) => a.sort((x, y) => x - y)[Math.floor(a.length / 5)]; console.log(`p20 one ${q(a).toFixed(0)} tui ${q(b).toFixed(0)} ratio ${(q(b)/q(a)).toFixed(2)} min ${a[0].toFixed(0)} ${b[0].toFixed(0)} ratio ${(b[0]/a[0]).toFixed(2)}`)
await story.remove(); process.exit()

import { buildStory } from './interviewers/tui/program.ts'
import { openTerminal } from './terminal.ts'
const story = await buildStory()
for (const scene of process.argv.slice(2)) {
  const t = openTerminal({ command: process.execPath, args: [story.path, scene, 'practice'], columns: 80, rows: 24, env: { SNAPTHAW_TEST_LOG: '/tmp/tui.log' } })
  await t.waitFor('snapthaw')
  if (process.env.KEY) { t.press(process.env.KEY); await new Promise(r => setTimeout(r, 300)); t.press('pagedown') }
  let bad = 0
  for (let rows = 12; rows <= 50; rows += 1) for (const columns of [55, 60, 61, 73, 80, 97, 110, 131, 150]) {
    t.resize(columns, rows)
    const small = rows < 16 || columns < 60
    const ok = (s: string) => { const l = s.split('\n'); return l.length === rows && (small ? l[0].includes('snapthaw needs') && s.includes(`${columns}×${rows}`) : /^ snapthaw practice/.test(l[0]) && /(quit|stay|close|cancel)/.test(l[rows - 2] ?? '') && l[rows-1] === '') }
    try { await t.waitFor(ok, { timeout: 1500 }) } catch (e) { bad++; console.log(scene, columns, rows, (e as Error).message); if (bad > 3) break }
  }
  console.log(scene, 'bad', bad); t.kill('SIGKILL'); await t.exit
}
await story.remove(); process.exit()

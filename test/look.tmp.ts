import { buildStory } from './interviewers/tui/program.ts'
import { openTerminal } from './terminal.ts'
const [scene, size = '80x24', ...keys] = process.argv.slice(2)
const [columns, rows] = size.split('x').map(Number)
const story = await buildStory()
const opts = (process.env.OPTS ?? '').split(',').filter(Boolean)
const t = openTerminal({ command: process.execPath, args: [story.path, scene, ...opts], columns, rows, env: { CI: '1', HOME: '/home/me' , ...(process.env.NC ? {FORCE_COLOR:'0'}:{})} })
const settle = (ms=400) => new Promise(r => setTimeout(r, ms))
const show = (label) => { console.log(`--- ${label}`); for (const [i,l] of t.screen().entries()) console.log(String(i+1).padStart(3)+'|'+l) }
await settle(900); show('start')
for (const k of keys) { if (k.startsWith('=')) t.type(k.slice(1)); else if (k.startsWith('@')) { const [c,r]=k.slice(1).split('x').map(Number); t.resize(c,r) } else t.press(k); await settle(); show(k) }
t.press('ctrl+c'); await Promise.race([t.exit, settle(1500)]); t.press('ctrl+c'); await Promise.race([t.exit, settle(500)])
console.log('--- scrollback'); console.log(t.scrollback().filter(Boolean).join('\n')); console.log({vis: t.cursorIsVisible, alt: t.onAlternateScreen})
await story.remove(); process.exit()

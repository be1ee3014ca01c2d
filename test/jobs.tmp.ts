import { buildStory } from './interviewers/tui/program.ts'
import { openTerminal } from './terminal.ts'
const story = await buildStory()
const t = openTerminal({ command: 'bash', args: ['--norc', '-i'], env: { PS1: '$ ' } })
await t.waitFor('$ ')
t.type(`${process.execPath} ${story.path} choice\r`)
await t.waitFor('which port'); t.press('ctrl+z')
console.log(await t.waitFor('Stopped'), t.onAlternateScreen, t.cursorIsVisible)
t.type('stty -a | grep -o -- "-\\?icanon"\r'); console.log(await t.waitFor(/^-?icanon/m))
t.type('fg\r'); console.log(await t.waitFor('which port'), t.onAlternateScreen, t.cursorIsVisible)
t.press('down'); console.log((await t.waitFor('❯ 5697')).slice(0, 50))
t.press('ctrl+c'); await t.waitFor('not finished'); console.log(t.screen().join('\n'))
await story.remove(); process.exit()

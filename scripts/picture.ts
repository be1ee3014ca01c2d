// Draws the wizard as it really looks: runs `practice role-based` in a terminal of 80×24 and writes its screen as
// assets/wizard.svg. Run it with: npm run picture
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'

const [columns, rows] = [80, 24]
const cell = { width: 8.43, height: 18 }
const ink = '#d7dae0'
const paper = '#1b1e24'
/** The sixteen colours of a terminal. */
const palette = [
  '#1b1e24',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#abb2bf',
  '#7f848e',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#ffffff',
]

const home = await mkdtemp(join(tmpdir(), 'snapthaw-picture-'))
const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
const program = spawn(process.execPath, ['dist/cli.js', 'practice', '--mongod-port', '27017'], {
  name: 'xterm-256color',
  cols: columns,
  rows,
  env: {
    PATH: process.env.PATH,
    HOME: home,
    XDG_STATE_HOME: home,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'C.UTF-8',
  },
})
screen.onData(answer => program.write(answer))

try {
  await until('Start the key proxy on which port?')
  await writeFile('assets/wizard.svg', draw())
} finally {
  program.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
}

function until(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The screen never shows: ${text}`)), 20_000)
    program.onData(chunk =>
      screen.write(chunk, () => {
        if (!lines().join('\n').includes(text)) return
        clearTimeout(timer)
        resolve()
      }),
    )
  })
}

function lines(): string[] {
  const { active } = screen.buffer
  return Array.from(
    { length: rows },
    (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '',
  )
}

function draw(): string {
  const [width, height] = [Math.ceil(columns * cell.width + 24), rows * cell.height + 24]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The wizard asks for the port of the key proxy">`,
    `<rect width="100%" height="100%" rx="8" fill="${paper}"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">',
    ...Array.from({ length: rows }, (_, y) => row(y)).flat(),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** One text element for each run of cells that look alike. */
function row(y: number): string[] {
  const line = screen.buffer.active.getLine(screen.buffer.active.baseY + y)
  const runs: { at: number; style: string; text: string }[] = []
  for (let x = 0; x < columns; x++) {
    const here = line?.getCell(x)
    const style = [
      `fill="${colourOf(here)}"`,
      here?.isBold() ? 'font-weight="bold"' : '',
      here?.isDim() ? 'opacity="0.6"' : '',
    ].join(' ')
    const text = here?.getChars() === '' ? ' ' : (here?.getChars() ?? ' ')
    const last = runs.at(-1)
    if (last?.style === style) last.text += text
    else runs.push({ at: x, style, text })
  }
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ at, style, text }) => {
      // The path of the machine that draws it has no business in the picture.
      const content = text.trimEnd().replaceAll('/tmp/snapthaw-pic', '/home/you/snapsho')
      const x = (12 + at * cell.width).toFixed(2)
      const length = (content.length * cell.width).toFixed(2)
      const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      return `<text x="${x}" y="${y * cell.height + 26}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${style}>${escaped}</text>`
    })
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<typeof screen.buffer.active.getLine>>['getCell']>>

function colourOf(here: Cell | undefined): string {
  if (here === undefined || here.isFgDefault()) return ink
  const colour = here.getFgColor()
  if (here.isFgRGB()) return `#${colour.toString(16).padStart(6, '0')}`
  return palette[colour] ?? ink
}

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completePath } from '../../../src/interviewers/tui/completion.ts'
import { lineOf } from '../../../src/interviewers/tui/line.ts'

let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'snapthaw-completion-'))
  for (const name of ['restores', 'restored', '.hidden', 'data']) await mkdir(join(home, name))
  await writeFile(join(home, 'data.tgz'), '')
  await symlink(join(home, 'data'), join(home, 'link'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const complete = (typed: string, wants: 'folder' | 'file' = 'folder') =>
  completePath(lineOf(typed), wants, { home, cwd: home })

describe('completing a path', () => {
  it('goes as far as the entries agree, and names them', async () => {
    expect(await complete('~/re')).toEqual({
      line: lineOf('~/restore'),
      candidates: ['restored/', 'restores/'],
    })
  })

  it('puts a slash behind a folder that is the only one, also behind a link to one', async () => {
    expect(await complete(`${home}/da`)).toEqual({ line: lineOf(`${home}/data/`), candidates: [] })
    expect((await complete('~/li')).line.text).toBe('~/link/')
  })

  it('offers files only where a file is wanted', async () => {
    expect((await complete('~/data', 'file')).candidates).toEqual(['data.tgz', 'data/'])
  })

  it('shows hidden entries only to who begins with a dot', async () => {
    expect((await complete('~/')).candidates).not.toContain('.hidden/')
    expect((await complete('~/.h')).line.text).toBe('~/.hidden/')
  })

  it('reads a relative path from the working directory', async () => {
    expect((await complete('dat')).line.text).toBe('data/')
  })

  it('leaves a path alone that leads nowhere', async () => {
    expect(await complete('/no/such/folder/x')).toEqual({ line: lineOf('/no/such/folder/x'), candidates: [] })
  })
})

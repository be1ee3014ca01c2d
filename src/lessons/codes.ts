import { exitCodes } from '../lib/failure.ts'
import { listLessons } from './lesson.ts'

/** A code that snapthaw can report, with its title. */
export interface CodeEntry {
  readonly code: string
  readonly title: string
}

const families = Object.keys(exitCodes).filter(family => family !== 'CANCELLED')

/** Any code that stands in a text: `SNAP-004`, `CRED-003`, … */
export const codePattern = new RegExp(String.raw`\b(?:${families.join('|')})-\d{3}\b`, 'g')

/** Every error code, in the order of the steps. The book is the catalogue: a code without a lesson is not one. */
export async function listCodes(): Promise<readonly CodeEntry[]> {
  const lessons = await listLessons()
  return lessons
    .filter(({ id }) => id.match(codePattern) !== null)
    .map(({ id, title }) => ({ code: id, title }))
}

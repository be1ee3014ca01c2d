import { stripVTControlCharacters } from 'node:util'

/**
 * A text of the world outside (a log, a file, a cloud's answer) without what a terminal would obey: it must not be able
 * to move the cursor, or to set the title or the clipboard. Newlines stay.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', '  ')
    .replaceAll(/(?!\n)\p{Cc}/gu, '')
}

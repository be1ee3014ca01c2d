/** A name without case, dashes and blanks: `kmipPort`, `--kmip-port` and `KMIP port` are one name. */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** The three names that were most likely meant: those that contain what was typed, then those a few letters off. */
export function nearestNames(typed: string, names: Iterable<string>): readonly string[] {
  const wanted = bareName(typed)
  return Array.from(names, name => ({ name, letters: lettersOff(wanted, bareName(name)) }))
    .filter(({ letters }) => letters <= Math.ceil(wanted.length / 3))
    .sort((a, b) => a.letters - b.letters)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Levenshtein's edit distance, except that a part of a name counts as half a letter off. */
function lettersOff(typed: string, name: string): number {
  if (typed.length >= 3 && name.includes(typed)) return 0.5
  let above = Array.from({ length: name.length + 1 }, (_, column) => column)
  for (const letter of typed) {
    const row = [(above[0] ?? 0) + 1]
    for (const [column, other] of Array.from(name).entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1))
    }
    above = row
  }
  return above.at(-1) ?? 0
}

import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes an executable program into a folder that does what these lines of sh say; gives its path. */
export async function shellProgram(
  folder: string,
  name: string,
  ...lines: readonly string[]
): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(path, 0o755)
  return path
}

/** A program that stands in for kmipProxyStandalone, in a folder; gives its path. */
export function officialStandIn(folder: string): Promise<string> {
  const program = join(import.meta.dirname, 'kmip-proxy-standalone.ts')
  return shellProgram(folder, 'kmipProxyStandalone', `exec '${process.execPath}' '${program}' "$@"`)
}

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the installed package: the first one above this file that holds `assets/lessons`. */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'assets', 'lessons'))) {
    const above = dirname(folder)
    if (above === folder)
      throw new Error(`No assets/lessons above ${import.meta.dirname}: the installation is incomplete`)
    folder = above
  }
  return folder
}

import { execFileSync } from 'node:child_process'

/** End-to-end tests run the built program: it is built from the sources at hand before any test starts. */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
}

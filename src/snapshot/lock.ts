import { readFile, readdir, readlink, realpath } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { basename, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { identify } from '../lib/process-identity.ts'

/** Whether a process has the dbpath, as far as this machine shows it. */
export type DbpathUse =
  /** mongod.lock is empty or absent: the last mongod shut down cleanly, or none ever ran. */
  | { readonly kind: 'free' }
  /** mongod.lock names a process that is not here: the state of every snapshot of a running mongod. */
  | { readonly kind: 'unclean'; readonly pid: number }
  /** The pid lives, but is another program's by now, or another mongod's. */
  | { readonly kind: 'recycled'; readonly pid: number; readonly program: string }
  /** The pid is a mongod's, of which this user cannot see the files. */
  | { readonly kind: 'unclear'; readonly pid: number; readonly program: string }
  | { readonly kind: 'held'; readonly pid: number; readonly program: string }

/** Who uses the dbpath, from the text of its mongod.lock: mongod writes its pid there and empties it at a clean end. */
export async function useOfDbpath(dbpath: string, lockText: string): Promise<DbpathUse> {
  const pid = Number.parseInt(lockText, 10)
  if (!Number.isSafeInteger(pid) || pid <= 0) return { kind: 'free' }
  if ((await identify(pid)) === undefined) return { kind: 'unclean', pid }
  const seen = process.platform === 'linux' ? await seeByProc(pid) : await seeByPs(pid)
  const program = basename(seen.argv[0] ?? '') || 'unknown'
  return { kind: verdict(await realpath(dbpath), seen, program), pid, program }
}

interface Seen {
  readonly argv: readonly string[]
  /** Undefined where this user, or this platform, does not show them. */
  readonly openFiles: readonly string[] | undefined
  /** What relative arguments are relative to, where it is shown. */
  readonly cwd: string | undefined
}

function verdict(
  dbpath: string,
  { argv, openFiles, cwd }: Seen,
  program: string,
): 'held' | 'recycled' | 'unclear' {
  if (openFiles?.some(path => path.startsWith(dbpath + sep))) return 'held'
  if (dbpathArguments(argv).some(path => resolve(cwd ?? '/', path) === dbpath)) return 'held'
  // A mongod whose open files are hidden may have the dbpath from a configuration file.
  return openFiles === undefined && program.includes('mongod') ? 'unclear' : 'recycled'
}

/** `--dbpath X`, `--dbpath=X`, with one dash or two. */
function dbpathArguments(argv: readonly string[]): readonly string[] {
  return argv.flatMap((argument, i) => {
    const { value } = /^--?dbpath(?:=(?<value>.*))?$/s.exec(argument)?.groups ?? {}
    if (value !== undefined) return [value]
    return /^--?dbpath$/.test(argument) ? [argv[i + 1] ?? ''] : []
  })
}

/** proc(5): cmdline may be read by everyone, cwd and fd by the process's own user and root. */
async function seeByProc(pid: number): Promise<Seen> {
  const folder = `/proc/${pid}`
  const [cmdline, cwd, openFiles] = await Promise.all([
    readFile(`${folder}/cmdline`, 'utf8').catch(() => ''),
    readlink(`${folder}/cwd`).catch(() => undefined),
    readdir(`${folder}/fd`).then(
      fds => Promise.all(fds.map(fd => readlink(`${folder}/fd/${fd}`).catch(() => ''))),
      () => undefined,
    ),
  ])
  return { argv: cmdline.split('\0').filter(argument => argument !== ''), openFiles, cwd }
}

/** Elsewhere there is only the command line, and its arguments are not told apart where they hold spaces. */
async function seeByPs(pid: number): Promise<Seen> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return { argv: stdout.trim().split(/\s+/), openFiles: undefined, cwd: undefined }
}

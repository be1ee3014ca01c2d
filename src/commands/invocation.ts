/** What every command is handed besides its own flags. */
export interface Invocation {
  /** What stands after `--`: flags for mongod. */
  readonly afterDashes: readonly string[]
  /** Takes the exit code of the command that ran. */
  readonly end: (exitCode: number) => void
}

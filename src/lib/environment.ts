/** The variables of a process, handed down explicitly: a sandbox has its own. */
export type Environment = Readonly<Record<string, string | undefined>>

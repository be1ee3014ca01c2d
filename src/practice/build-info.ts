/** What `mongod --version`, the log and the command `buildInfo` say of a server's build. */
export interface BuildInfo {
  readonly version: string
  readonly gitVersion: string
  readonly modules: readonly string[]
  readonly allocator: string
  readonly environment: {
    readonly distmod: string
    readonly distarch: string
    readonly target_arch: string
  }
  /** No mongod has this field: it says that this one is none. */
  readonly snapthawSimulated: true
}

/** The build that a simulated mongod claims to be. */
export function buildInfoOf(version: string, edition: 'enterprise' | 'community'): BuildInfo {
  return {
    version,
    gitVersion: 'simulated-by-snapthaw-practice',
    modules: edition === 'enterprise' ? ['enterprise'] : [],
    allocator: 'tcmalloc',
    environment: { distmod: 'practice', distarch: process.arch, target_arch: process.arch },
    snapthawSimulated: true,
  }
}

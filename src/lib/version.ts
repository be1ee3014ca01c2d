declare const __SNAPTHAW_VERSION__: string | undefined

/** The version of package.json, put in by the bundler; the sources by themselves have none. */
export const version = typeof __SNAPTHAW_VERSION__ === 'string' ? __SNAPTHAW_VERSION__ : '0.0.0-source'

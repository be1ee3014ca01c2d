// The walls of the house: imports run downwards only.
//   cli → commands → { interviewers, restore, practice } → { snapshot, credentials, proxy, mongod, lessons }
//       → { kms, kmip } → lib
const room = name => `^src/${name}/`
const only = (from, allowed) => ({
  name: `${from}-imports-downwards-only`,
  severity: 'error',
  comment: `src/${from} may import only itself, ${allowed.join(', ') || 'nothing else'} (CONTRIBUTING.md, “The house”)`,
  from: { path: room(from) },
  to: { path: '^src/', pathNot: [room(from), ...allowed.map(room)] },
})

module.exports = {
  forbidden: [
    {
      name: 'cli-imports-commands-and-lib-only',
      severity: 'error',
      from: { path: '^src/cli\\.ts$' },
      to: { path: '^src/', pathNot: [room('commands'), room('lib')] },
    },
    only('commands', [
      'interviewers',
      'restore',
      'practice',
      'snapshot',
      'credentials',
      'proxy',
      'mongod',
      'lessons',
      'kms',
      'kmip',
      'lib',
    ]),
    only('interviewers', ['restore', 'lessons', 'lib']),
    only('restore', ['snapshot', 'credentials', 'proxy', 'mongod', 'lessons', 'kms', 'lib']),
    only('practice', ['snapshot', 'credentials', 'mongod', 'lessons', 'kms', 'kmip', 'lib']),
    only('snapshot', ['kms', 'lib']),
    only('credentials', ['kms', 'lib']),
    only('proxy', ['kms', 'kmip', 'lib']),
    only('mongod', ['lib']),
    only('lessons', ['lib']),
    only('kms', ['lib']),
    only('kmip', ['lib']),
    only('lib', []),
    {
      name: 'only-the-command-imports-practice',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/practice/', '^src/commands/practice(-run)?\\.ts$'] },
      to: { path: room('practice') },
    },
    {
      name: 'the-story-asks-no-screen',
      severity: 'error',
      comment: 'restore/ is told without React, a console or a prompt library',
      from: { path: ['^src/restore/', '^src/(snapshot|credentials|proxy|mongod|lessons|kms|kmip|lib)/'] },
      to: { path: ['node_modules/(react|ink|@inkjs|@inquirer|commander)/'] },
    },
    {
      name: 'no-cloud-in-kmip',
      severity: 'error',
      from: { path: '^src/kmip/' },
      to: { path: 'node_modules/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}

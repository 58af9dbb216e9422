// The walls of the house, made from the two tables of HOUSE.md: the rooms with what each may
// import, and the flow, in which a concept of src/domain may import only the concepts before it.
const rooms = {
  domain: ['domain'],
  format: ['format', 'domain'],
  checks: ['checks', 'domain', 'format'],
  engine: ['engine', 'domain', 'format', 'checks'],
  adapters: ['adapters', 'domain', 'format', 'engine/ports'],
  contract: ['contract', 'domain'],
  server: ['server', 'domain', 'engine', 'contract'],
  cli: ['cli', 'domain', 'contract'],
  web: ['web', 'domain', 'contract'],
  emulator: ['emulator', 'format', 'domain/kernel'],
}
const flow = ['kernel', 'people', 'solution', 'difference', 'environment', 'artifact', 'check', 'settings', 'data', 'release',
  'pipeline', 'policy', 'waiver', 'tier', 'structure', 'lifecycle', 'drift', 'plan', 'approval', 'recovery', 'promotion',
  'hotfix', 'train', 'rebuild', 'readiness', 'evidence', 'notification']

const any = (names) => `(${names.join('|')})`
const wall = (name, from, to) => ({ name, severity: 'error', from, to })

const roomWalls = Object.entries(rooms).map(([room, may]) =>
  wall(`${room}-imports-only-what-its-row-allows`, { path: `^src/${room}/` }, { path: '^src/', pathNot: `^src/${any(may)}/` }))
const flowWalls = flow.map((concept, i) =>
  wall(`${concept}-comes-before-what-it-imports`, { path: `^src/domain/${concept}/` },
    { path: '^src/domain/', pathNot: `^src/domain/${any(flow.slice(0, i + 1))}/` }))

module.exports = {
  forbidden: [...roomWalls, ...flowWalls,
    wall('domain-and-checks-do-no-io', { path: '^src/(domain|checks)/' }, { dependencyTypes: ['core'] }),
    wall('format-may-inflate-and-nothing-else', { path: '^src/format/' }, { dependencyTypes: ['core'], pathNot: '^(node:)?zlib$' }),
    wall('domain-has-no-dependencies', { path: '^src/domain/' }, { dependencyTypes: ['npm', 'npm-dev'] }),
    wall('an-adapter-knows-no-other', { path: '^src/adapters/([^/]+)/' }, { path: '^src/adapters/', pathNot: '^src/adapters/$1/' }),
    wall('enter-a-concept-by-its-door', { pathNot: '^(src/domain|test)/' }, { path: '^src/domain/[^/]+/', pathNot: '/index\\.ts$' }),
    wall('enter-a-neighbour-by-its-door', { path: '^src/domain/([^/]+)/' }, { path: '^src/domain/[^/]+/', pathNot: ['^src/domain/$1/', '/index\\.ts$'] }),
    wall('nobody-imports-the-composition-root', { pathNot: '^(src/app|test)/' }, { path: '^src/app/' }),
    wall('no-runtime-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    wall('every-file-has-a-room', { path: '^src/', pathNot: `^src/${any([...Object.keys(rooms), 'app'])}/` }, {}),
    wall('every-concept-has-a-place-in-the-flow', {}, { path: '^src/domain/', pathNot: `^src/domain/${any(flow)}/` }),
    wall('no-unresolved', {}, { couldNotResolve: true }),
  ],
  options: { tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default', 'types'], exportsFields: ['exports'] }, doNotFollow: { path: 'node_modules' } },
}

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')

/**
 * Rooms are entered by their doors alone, so what lies behind a door can be one file: Node opens a few files in place of some hundred.
 * Doors stay the doors: what leaves a room (`#…`) and what comes from npm is imported as before, so that nothing is there twice. Only
 * commander, yaml and zod go into the rooms that use them: loading their many files took longer than what they were loaded for. What one
 * copy of zod made, another reads: schemas know each other by what they hold.
 */
const concepts = readdirSync(join(root, 'src/domain')).filter((name) => existsSync(join(root, 'src/domain', name, 'index.ts')))
// What an earlier build shared would lie beside what this one shares.
for (const folder of [
  'doors',
  'cli/shared',
  'contract/shared',
  'emulator/shared',
  'engine/shared',
  'adapters/shared',
  'app/solution-files/shared',
])
  rmSync(join(root, 'dist', folder), { recursive: true, force: true })
// A page loads these as they are: `neutral` writes nothing of Node into them.
await bundle({
  entries: [...concepts.map((name) => `domain/${name}/index`), 'format/index', 'checks/index'],
  isOutside: /^#/,
  shared: 'doors',
  platform: 'neutral',
})
// Commander is written for Node's `require`.
await bundle({ entries: ['cli/index'], isOutside: /^#/, shared: 'cli/shared', plugins: [withoutPrograms()] })

// What every command that asks a server loads first.
await bundle({ entries: ['contract/index'], isOutside: /^#/, shared: 'contract/shared' })

// What server and worker load.
await bundle({ entries: ['engine/index', 'engine/ports/index'], isOutside: /^#/, shared: 'engine/shared' })
await bundle({ entries: ['adapters/dataverse/index'], isOutside: /^#/, shared: 'adapters/shared' })

// Local environments start with every rehearsal and test. Jose's many files go in for the same reason.
await bundle({ entries: ['emulator/index'], isOutside: /^#/, shared: 'emulator/shared' })

/** What `drover solution` runs takes along what it uses of the format, which has no state, and leaves the rest of it unread. */
await bundle({
  entries: ['unpack', 'pack', 'diff', 'inspect-and-check', 'open-folder', 'write-folder', 'write-worker'].map(
    (name) => `app/solution-files/${name}`,
  ),
  isOutside: /^#(?!format$)/,
  shared: 'app/solution-files/shared',
})

/** Commander can run subcommands that are programs of their own. There are none here, and to load what starts them would cost every command. */
function withoutPrograms() {
  const stub = '\0no-programs'
  return {
    name: 'without-programs',
    enforce: 'pre',
    resolveId: (id, importer = '') => (isForPrograms(id, importer) ? stub : undefined),
    load: (id) => (id === stub ? 'export {}' : undefined),
  }
}

function isForPrograms(id, importer = '') {
  return id === 'node:child_process' && importer.includes('node_modules/commander/')
}

async function bundle({ entries, isOutside, shared, platform = 'node', plugins = [] }) {
  const conditions = ['source']
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins,
    // yaml's modules for browsers are the same code, but modules: what is not used of them is left out.
    resolve: { conditions, alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') } },
    ssr: { noExternal: ['commander', 'jose', 'yaml', 'zod'], resolve: { conditions } },
    build: {
      ssr: true,
      target: 'node20',
      outDir: 'dist',
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        platform,
        input: Object.fromEntries(entries.map((entry) => [entry, join(root, 'src', `${entry}.ts`)])),
        external: (id, importer) => isOutside.test(id) || (id.startsWith('node:') && !isForPrograms(id, importer)),
        // Loading a module of ours does nothing but define what it exports, so what is not used need not be loaded.
        treeshake: { moduleSideEffects: false },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: `${shared}/[name].js`,
          // Without this it would lie with what every command loads.
          codeSplitting: { groups: [{ name: 'yaml', test: /node_modules\/yaml\// }] },
        },
      },
    },
  })
}

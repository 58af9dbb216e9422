import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')

/**
 * Rooms are entered by their doors alone, so what lies behind a door can be one file: Node opens a few files in place of some hundred,
 * and `drover solution` starts in a fraction of the time. Doors stay the doors: what leaves a room (`#…`) and what comes from npm is
 * imported as before, so that nothing is there twice. Only commander goes into the room that uses it, which is small and always needed.
 */
await build({
  root,
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  resolve: { conditions: ['source'] },
  ssr: { noExternal: ['commander'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    rollupOptions: {
      input: Object.fromEntries(doors().map((door) => [door, join(root, 'src', `${door}.ts`)])),
      external: [/^#/, /^node:/],
      output: { entryFileNames: '[name].js', chunkFileNames: 'doors/[name].js' },
    },
  },
})

/** Doors that are on the way of `drover solution`; others gain nothing. */
function doors() {
  const concepts = readdirSync(join(root, 'src/domain')).filter((name) => existsSync(join(root, 'src/domain', name, 'index.ts')))
  // What the command line and the library load when they are asked for; the composition root has no door.
  const work = ['unpack', 'pack', 'diff', 'inspect-and-check', 'open-folder', 'write-folder', 'write-worker'].map(
    (name) => `app/solution-files/${name}`,
  )
  return [...concepts.map((name) => `domain/${name}/index`), 'format/index', 'checks/index', 'cli/index', ...work]
}

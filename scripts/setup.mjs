import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Brings a fresh clone to the point where drover runs: right Node, dependencies of the lock file, a build of these very sources. */
export function setUp({ isQuiet = false } = {}) {
  requireNode()
  installDependencies()
  build({ isQuiet })
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Drover needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and run the command again.`)
}

export function installDependencies() {
  const wanted = hashOf([join(root, 'package-lock.json')])
  const stamp = join(root, 'node_modules', '.drover-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing dependencies (npm ci) …')
  run(npmCommand(), [...npmArguments(), 'ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci failed; see above.')
  writeFileSync(stamp, wanted)
}

/** Compiles the product to dist/, the types of its library beside it, and the page to dist/web, unless dist was built from the same files. */
export function build({ isQuiet = false } = {}) {
  const wanted = hashOf([
    ...filesIn(join(root, 'src')),
    join(root, 'package-lock.json'),
    join(root, 'tsconfig.build.json'),
    join(root, 'tsconfig.library.json'),
    join(root, 'scripts/bundle-doors.mjs'),
    join(root, 'vite.config.ts'),
  ])
  const stamp = join(root, 'dist', '.built-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!isQuiet) console.log('Building …')
  for (const project of ['tsconfig.build.json', 'tsconfig.library.json'])
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], 'The build failed; see above.')
  run(process.execPath, [join(root, 'scripts/bundle-doors.mjs')], 'The build failed; see above.')
  run(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
    'The build of the page failed; see above.',
  )
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Runs a command in the checkout and ends this process when it fails. */
export function run(command, args, message, env = process.env) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (done.error) fail(`${message} (${done.error.message})`)
  if (done.status !== 0) fail(message, done.status ?? 1)
}

export function fail(message, code = 1) {
  console.error(message)
  process.exit(code)
}

function npmCommand() {
  return process.env.npm_execpath ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm'
}

function npmArguments() {
  return process.env.npm_execpath ? [process.env.npm_execpath] : []
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.filter((candidate) => existsSync(candidate) && statSync(candidate).isFile()))
    hash.update(path.slice(root.length)).update(readFileSync(path))
  return hash.digest('hex')
}

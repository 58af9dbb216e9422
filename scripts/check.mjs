import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './setup.mjs'

const bin = (name) => join(root, 'node_modules', name)
const checks = [
  ['types', [bin('typescript/bin/tsc'), '--noEmit']],
  ['types of the page', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.web.json']],
  ['lint', [bin('eslint/bin/eslint.js'), 'src', '--max-warnings', '9999', '--quiet']],
  ['walls', [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'test', '--config', 'walls.cjs', '--output-type', 'err-long']],
  // The build's tsconfig tells knip that dist/ is src/ compiled.
  ['unused', [bin('knip/bin/knip.js'), '--tsConfig', 'tsconfig.build.json', '--no-config-hints']],
  ['format', [bin('@biomejs/biome/bin/biome'), 'format', '.']],
  ['reference docs', ['--import', 'tsx', '--conditions=source', 'scripts/reference.ts', '--check']],
]

/** Runs every check, two at a time, and says which failed. */
export async function check() {
  const failed = []
  const waiting = [...checks]
  async function work() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, args] = next
      const { code, output } = await capture(args)
      console.log(`${code === 0 ? '✔' : '✖'} ${name}`)
      if (code !== 0) {
        failed.push(name)
        console.log(output)
      }
    }
  }
  await Promise.all([work(), work()])
  return failed
}

function capture(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => resolve({ code, output }))
  })
}

if (process.argv[1] === join(root, 'scripts/check.mjs')) process.exit((await check()).length === 0 ? 0 : 1)

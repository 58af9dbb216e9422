import { root, setUp } from './setup.mjs'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

setUp()
const child = spawn(process.execPath, [join(root, 'bin/drover.cjs'), 'demo', ...process.argv.slice(2).map(fromWhereTheUserIs)], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))

/** npm runs scripts in the checkout; a path was meant from the folder in which the user typed it. */
function fromWhereTheUserIs(argument) {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), argument)
  return !argument.startsWith('-') && existsSync(path) ? path : argument
}

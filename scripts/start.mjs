import { root, setUp } from './setup.mjs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'

setUp()
const child = spawn(process.execPath, [join(root, 'bin/drover.cjs'), 'up', ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))

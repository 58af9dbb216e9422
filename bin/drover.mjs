#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const entry = new URL('../dist/app/main.js', import.meta.url)
if (!existsSync(fileURLToPath(entry))) {
  console.error(
    'drover is not built yet. Run `npm run build` in the checkout first (npm run demo, npm test and npm start do it by themselves).',
  )
  process.exit(2)
}
if (process.argv[2] === 'solution') {
  // These commands end within half a second. Left to itself V8 spends about as much on optimising what they run, on the cores that packing
  // and writing need: it is told to wait until a function has run for longer, and to put less into one.
  setFlagsFromString('--interrupt-budget=100000')
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300')
}
const { main } = await import(entry.href)
process.exitCode = await main(process.argv.slice(2))

#!/usr/bin/env node
const { existsSync } = require('node:fs')
const { availableParallelism } = require('node:os')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { setFlagsFromString } = require('node:v8')

const entry = join(__dirname, '../dist/app/main.js')
if (!existsSync(entry)) {
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
  // Threads that deflate on the core of the one that makes what they deflate hold it up: one core stays its own. Node would start four. It
  // asks once, before it loads the first module (hence this file is none).
  process.env.UV_THREADPOOL_SIZE ??= String(Math.min(4, Math.max(1, availableParallelism() - 1)))
}
run()

async function run() {
  const { main } = await import(pathToFileURL(entry).href)
  process.exitCode = await main(process.argv.slice(2))
}

#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const entry = new URL('../dist/app/main.js', import.meta.url)
if (!existsSync(fileURLToPath(entry))) {
  console.error(
    'drover is not built yet. Run `npm run build` in the checkout first (npm run demo, npm test and npm start do it by themselves).',
  )
  process.exit(2)
}
const { main } = await import(entry.href)
process.exitCode = await main(process.argv.slice(2))

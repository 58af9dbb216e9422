/** One process of `npm run prove`: plays a share of the cases. Started by prove.mjs. */
import { writeFileSync } from 'node:fs'
import { proveForecasts } from '../test/prove/prove-run.ts'
import { proveSequences } from '../test/prove/sequence-run.ts'

const [plan = '{}', reportFile = '', what] = process.argv.slice(2)
const prove = what === 'sequences' ? proveSequences : proveForecasts
writeFileSync(reportFile, JSON.stringify(await prove(JSON.parse(plan))))

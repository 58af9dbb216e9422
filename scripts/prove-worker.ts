/** One process of `npm run prove`: plays a share of the cases. Started by prove.mjs. */
import { writeFileSync } from 'node:fs'
import { proveForecasts } from '../test/prove/prove-run.ts'

const [plan = '{}', reportFile = ''] = process.argv.slice(2)
writeFileSync(reportFile, JSON.stringify(await proveForecasts(JSON.parse(plan))))

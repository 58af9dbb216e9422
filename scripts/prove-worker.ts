/** One process of `npm run prove`: plays a share of the cases. Started by prove.mjs. */
import { writeFileSync } from 'node:fs'
import { proveGovernance } from '../test/prove/governance-run.ts'
import { proveForecasts } from '../test/prove/prove-run.ts'
import { proveSequences } from '../test/prove/sequence-run.ts'

const [plan = '{}', reportFile = '', what] = process.argv.slice(2)
const proofs = { sequences: proveSequences, governance: proveGovernance }
const prove = what === 'sequences' || what === 'governance' ? proofs[what] : proveForecasts
writeFileSync(reportFile, JSON.stringify(await prove(JSON.parse(plan))))

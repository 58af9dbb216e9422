/** One process of `npm run fuzz`: runs a share of the cases. Started by fuzz.mjs, which watches the number in the progress file. */
import { openSync, writeFileSync, writeSync } from 'node:fs'
import { fuzzBases } from '../test/fuzz/bases.ts'
import { runFuzz } from '../test/fuzz/fuzz-run.ts'

const [plan = '{}', progressFile = '', reportFile = ''] = process.argv.slice(2)
const progress = openSync(progressFile, 'w')
const number = new BigUint64Array(1)

const report = await runFuzz(JSON.parse(plan), fuzzBases(), (at) => {
  number[0] = BigInt(at) + 1n
  writeSync(progress, new Uint8Array(number.buffer), 0, 8, 0)
})
writeFileSync(
  reportFile,
  JSON.stringify(report, (_key, value: unknown) => (value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value)),
)

// How long the way of a large solution takes, step by step, on local environments:
//   node bench/path.mjs [solution.zip …] [--against <another built checkout>] [--rounds 3]
// Without files: a generated solution, and the largest unmanaged one of the corpus (DROVER_CORPUS) when there is one.
// With --against, rounds of both checkouts alternate and the last column is the other's time over this one's.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateSolution } from './generated-solution.mjs'

const here = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '3' } },
})
if (!existsSync(join(here, 'dist/format/index.js'))) throw new Error('Not built yet. Run `npm run build` first.')

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-zip-'))
try {
  const given = positionals.map((path) => resolve(path))
  for (const zip of given.length > 0 ? given : [await generated(), ...largestOfCorpus()]) report(zip)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function generated() {
  const format = await import(new URL('../dist/format/index.js', import.meta.url).href)
  const path = join(folder, 'generated.zip')
  writeFileSync(path, await generateSolution(format, { tables: 100, columns: 80, views: 5 }))
  return path
}

function largestOfCorpus() {
  const corpus = process.env.DROVER_CORPUS ?? join(here, '../shared/corpus')
  if (!existsSync(join(corpus, 'INDEX.tsv'))) return []
  const lines = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  const files = lines.map((line) => line.split('\t')).filter((columns) => columns[3] !== 'managed')
  const paths = files.map(([file]) => join(corpus, file))
  return paths.sort((a, b) => statSync(b).size - statSync(a).size).slice(0, 1)
}

function report(zip) {
  const mine = []
  const others = []
  for (let round = 0; round < Number(values.rounds); round++) {
    if (values.against !== undefined) others.push(runRound(resolve(values.against), zip))
    mine.push(runRound(here, zip))
  }
  const kilobytes = Math.round(statSync(zip).size / 1000)
  console.log(`\n${basename(zip)}: ${kilobytes} kB, ${mine[0].components} components; medians of ${mine.length} rounds, milliseconds`)
  const hasOther = others.length > 0
  console.log(['step'.padEnd(32), 'wall', 'cpu', ...(hasOther ? ['other wall', 'other cpu', 'cpu ratio'] : [])].map(column).join(''))
  for (const step of [...Object.keys(mine[0].steps), 'all']) {
    const own = [medianOf(mine, step, 'wallMs'), medianOf(mine, step, 'cpuMs')]
    const theirs = hasOther ? [medianOf(others, step, 'wallMs'), medianOf(others, step, 'cpuMs')] : []
    const ratio = hasOther ? [`${(theirs[1] / own[1]).toFixed(2)}×`] : []
    console.log([step.padEnd(32), ...[...own, ...theirs].map(Math.round), ...ratio].map(column).join(''))
  }
}

function column(text, at) {
  return at === 0 ? text : String(text).padStart(12)
}

function runRound(checkout, zip) {
  const script = fileURLToPath(new URL('path-round.mjs', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [script, checkout, zip], { encoding: 'utf8', maxBuffer: 1e7 }))
}

function medianOf(rounds, step, measure) {
  const all = rounds.map(({ steps }) =>
    step === 'all' ? Object.values(steps).reduce((sum, one) => sum + one[measure], 0) : steps[step][measure],
  )
  all.sort((a, b) => a - b)
  const middle = all.length >> 1
  return all.length % 2 === 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2
}

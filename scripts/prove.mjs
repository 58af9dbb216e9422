// Forecasts against what local environments show afterwards: `npm run prove [-- --cases 20000 --seed 1 --workers 2 --path 17:0:3]`; with
// `--sequences`, what production holds after any sequence of promotions, ways back, changes by hand and trouble; with `--governance`, whether
// anything got into production past a gate, after any sequence of words and changes of the rules by anybody.
// With `--data`, that many rows (200,000) go masked from one local environment into another and are looked through.
// With `--kills`, a worker is killed at every kind of step of what a few die in at each test run.
// Prints the seed, how the cases ended and, for each case in which a forecast did not come to pass, its smallest form and how to play it again.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './setup.mjs'

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    sequences: { type: 'boolean', default: false },
    governance: { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
    data: { type: 'boolean', default: false },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    path: { type: 'string' },
  },
})
if (values.kills) process.exit(killEverywhere())
if (values.data) process.exit(maskRows())
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
/** Cases a process plays before a fresh one takes over, so that nothing that one leaves behind can matter for long. */
const casesOfProcess = values.sequences ? 25 : values.governance ? 100 : 500
const what = values.sequences ? 'sequences' : values.governance ? 'governance' : undefined
const folder = mkdtempSync(join(tmpdir(), 'drover-prove-'))
const startedAt = performance.now()
try {
  process.exitCode = report(await (values.path === undefined ? runAll() : runOne(values.path)))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function killEverywhere() {
  const journeys = join(root, 'test/journeys')
  const files = readdirSync(journeys).filter((name) => /AtEveryStep\(|DROVER_KILLS/.test(readFileSync(join(journeys, name), 'utf8')))
  const args = [
    join(root, 'scripts/test.mjs'),
    '--project',
    'journeys',
    '--testTimeout',
    '3600000',
    ...files.map((name) => join(journeys, name)),
  ]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, DROVER_KILLS: 'every' } }).status ?? 1
}

function maskRows() {
  const patience = ['--testTimeout', '3600000', '--hookTimeout', '3600000']
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'rooms', ...patience, 'test/prove/masked-rows.test.ts']
  const env = { ...process.env, DROVER_MASKED_ROWS: values.cases ?? '200000' }
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1
}

async function runOne(path) {
  console.log(`seed ${seed}, path ${path}`)
  return [await runPlan({ seed, first: 0, count: 1, path })]
}

async function runAll() {
  const cases = Number(values.cases ?? (what === 'sequences' ? 200 : what === 'governance' ? 1000 : 20_000))
  console.log(`seed ${seed}, ${cases} cases`)
  const plans = []
  for (let first = 0; first < cases; first += casesOfProcess) plans.push({ seed, first, count: Math.min(casesOfProcess, cases - first) })
  const reports = []
  async function work() {
    for (let plan = plans.shift(); plan !== undefined; plan = plans.shift()) {
      reports.push(await runPlan(plan))
      tellProgress(reports, cases)
    }
  }
  await Promise.all(Array.from({ length: Number(values.workers) }, work))
  return reports
}

async function runPlan(plan) {
  const file = join(folder, `${plan.first}.json`)
  const script = join(root, 'scripts/prove-worker.ts')
  const args = ['--import', 'tsx', '--conditions=source', script, JSON.stringify(plan), file, ...(what === undefined ? [] : [what])]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  const end = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)))
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const message = `The process ended with ${end}.\n${errors.slice(-2000)}`
  return { count: 0, tally: {}, findings: [{ path: String(plan.first), message, scene: {} }] }
}

/** A run takes an hour: what was found is told when it is found. */
function tellProgress(reports, cases) {
  const { findings } = reports.at(-1)
  for (const one of findings) tellFinding(one)
  const done = countOf(reports)
  const found = reports.reduce((sum, one) => sum + one.findings.length, 0)
  const perMinute = Math.round((done / (performance.now() - startedAt)) * 60_000)
  console.log(`${done} of ${cases} cases, ${found === 0 ? 'no findings' : `${found} findings`}, ${perMinute} a minute`)
}

function tellFinding({ path, message, scene, commands = [] }) {
  const again = `npm run prove -- ${what === undefined ? '' : `--${what} `}--seed ${seed} --path ${path}`
  const told = commands.map((line) => `\n    ${line}`).join('')
  console.log(`\n✖ ${message}\n  ${again}${told}\n  scene: ${JSON.stringify(scene).slice(0, 6000)}`)
}

function countOf(reports) {
  return reports.reduce((sum, { count }) => sum + count, 0)
}

function report(reports) {
  const total = {}
  for (const { tally } of reports) for (const [key, times] of Object.entries(tally)) total[key] = (total[key] ?? 0) + times
  for (const [key, times] of Object.entries(total).sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${String(times).padStart(8)}  ${key}`)
  const findings = reports.flatMap((one) => one.findings)
  if (values.path !== undefined) for (const one of findings) tellFinding(one)
  const cases = countOf(reports)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(`\n${cases} cases of seed ${seed} in ${seconds} s: ${findings.length === 0 ? 'no findings' : `${findings.length} findings`}`)
  return findings.length === 0 && cases > 0 ? 0 : 1
}

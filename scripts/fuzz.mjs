// Solution files under mutation: `npm run fuzz [-- --runs 20000 --seed 1 --workers 2 --path 17:0:3]`.
// Every case must end well (every law held) or in an error of ours; see test/fuzz/judge.ts. Prints the seed, the count, a table of how
// the cases ended and, for each finding, its smallest case and how to run it again.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from './setup.mjs'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    path: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
/** No case takes a second on any machine; what takes this long hangs. */
const longestCaseMs = 60_000
/** Cases a process runs before a fresh one takes over, so that nothing that one leaves behind can matter for long. */
const casesOfProcess = 1000
const folder = mkdtempSync(join(tmpdir(), 'drover-fuzz-'))
const startedAt = performance.now()
try {
  process.exitCode = values.path === undefined ? report(await runAll()) : await replay(values.path)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function runAll() {
  const runs = Number(values.runs)
  console.log(`seed ${seed}, ${runs} cases`)
  const plans = []
  for (let first = 0; first < runs; first += casesOfProcess) plans.push({ seed, first, count: Math.min(casesOfProcess, runs - first) })
  const reports = []
  async function work() {
    for (let plan = plans.shift(); plan !== undefined; plan = plans.shift()) reports.push(await runPlan(plan))
  }
  await Promise.all(Array.from({ length: Number(values.workers) }, work))
  return reports
}

/** One process; killed when a case hangs, and then its end is a finding of its own. */
async function runPlan(plan) {
  const files = [join(folder, `${plan.first}.progress`), join(folder, `${plan.first}.json`)]
  const child = startWorker(plan, files)
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)))
  let hasEnded = false
  ended.then(() => (hasEnded = true))
  let last = { number: 0n, since: performance.now() }
  while (!hasEnded) {
    await Promise.race([ended, wait(500)])
    const number = readProgress(files[0])
    if (number !== last.number) last = { number, since: performance.now() }
    else if (performance.now() - last.since > longestCaseMs) child.kill('SIGKILL')
  }
  if (existsSync(files[1])) return JSON.parse(readFileSync(files[1], 'utf8'))
  const number = Number(last.number) - 1
  const stack = `The process ended with ${await ended} at case ${number}.\n${errors.slice(-2000)}`
  const finding = {
    signature: 'a case hangs or ends the process',
    path: String(Math.max(number, 0)),
    times: 1,
    base: '?',
    fuzzCase: {},
    stack,
  }
  return { count: Math.max(number - plan.first, 0), outcomes: {}, findings: [finding] }
}

function startWorker(plan, files) {
  const script = join(root, 'scripts/fuzz-worker.ts')
  const args = ['--max-old-space-size=1024', '--import', 'tsx', '--conditions=source', script, JSON.stringify(plan), ...files]
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] })
}

/** The number of the case that began last, plus one; 0 before the first. */
function readProgress(file) {
  if (!existsSync(file)) return 0n
  const number = new BigUint64Array(1)
  const handle = openSync(file, 'r')
  readSync(handle, new Uint8Array(number.buffer), 0, 8, 0)
  closeSync(handle)
  return number[0]
}

async function replay(path) {
  console.log(`seed ${seed}, path ${path}`)
  return report([await runPlan({ seed, first: 0, count: 1, path })])
}

function report(reports) {
  const total = {}
  for (const { outcomes } of reports) for (const [key, times] of Object.entries(outcomes)) total[key] = (total[key] ?? 0) + times
  for (const [key, times] of Object.entries(total).sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${String(times).padStart(8)}  ${key}`)
  const findings = new Map()
  for (const finding of reports.flatMap((one) => one.findings)) {
    const known = findings.get(finding.signature)
    const smaller = known === undefined || size(finding) < size(known) ? finding : known
    findings.set(finding.signature, { ...smaller, times: finding.times + (known?.times ?? 0) })
  }
  for (const finding of findings.values()) print(finding)
  const slowest = reports.flatMap((one) => one.slowest ?? []).reduce((a, b) => (b.ms > a.ms ? b : a), { ms: 0, path: '' })
  if (slowest.ms > 0) console.log(`\nslowest: ${Math.round(slowest.ms)} ms, path ${slowest.path}`)
  const cases = reports.reduce((sum, { count }) => sum + count, 0)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(`\n${cases} cases of seed ${seed} in ${seconds} s: ${findings.size === 0 ? 'no findings' : `${findings.size} findings`}`)
  return findings.size === 0 ? 0 : 1
}

function size({ fuzzCase }) {
  return JSON.stringify(fuzzCase).length
}

function print({ signature, times, path, base, fuzzCase, stack }) {
  console.log(`\n✖ ${signature} (${times} times)\n  npm run fuzz -- --seed ${seed} --path ${path}`)
  console.log(`  base: ${base}\n  case: ${JSON.stringify(fuzzCase).slice(0, 3000)}`)
  console.log(
    stack
      .split('\n')
      .slice(0, 12)
      .map((line) => `  ${line}`)
      .join('\n'),
  )
}

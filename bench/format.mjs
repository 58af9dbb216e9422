// How fast, and in how much memory, solution files are unpacked and packed, as whole processes:
//   npm run bench:format [-- --rounds 11] [--growth none|1,4,16] [--zip solution.zip] [--assert]
// The times are compared with those of programs that do only what must be done (format-baseline.mjs), measured in turn with ours in the
// same run: what disturbs the machine disturbs both. Memory and processor time (of all threads) are taken
// in a run of its own. The solution is the largest of the corpus of
// real ones (DROVER_CORPUS) where there is one, else one of our own making of that shape. --assert: exit code 1 when a claim fails.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeGeneratedSolution } from './generated-format.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '11' },
    growth: { type: 'string', default: '1,4,16' },
    zip: { type: 'string' },
    assert: { type: 'boolean', default: false },
  },
})
const here = fileURLToPath(new URL('..', import.meta.url))
const drover = join(here, 'bin/drover.cjs')
const baseline = join(here, 'bench/format-baseline.mjs')
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'))
const claims = []
try {
  await compareWithBaselines()
  await startSmall()
  if (values.growth !== 'none') await grow(values.growth.split(',').map(Number))
  for (const { text, holds } of claims) console.log(`${holds ? 'PASS' : 'FAIL'}  ${text}`)
  if (values.assert && claims.some(({ holds }) => !holds)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compareWithBaselines() {
  const zip = values.zip ?? largestOfCorpus() ?? (await generated(1))
  const source = path('source')
  const unpack = (target) => [drover, 'solution', 'unpack', zip, '--out', target]
  const pack = (target) => [drover, 'solution', 'pack', source, '--out', target]
  run(unpack(source))
  const list = path('files.json')
  const files = filesUnder(source)
  writeFileSync(list, JSON.stringify(files))
  const programs = [
    { name: 'unpack, baseline', args: (target) => [baseline, 'unpack', zip, target, list] },
    { name: 'unpack, drover', args: unpack },
    { name: 'pack, baseline', args: (target) => [baseline, 'pack', source, target] },
    { name: 'pack, drover', args: pack },
  ]
  const xml = files.filter(([file]) => file.endsWith('.xml')).reduce((sum, [, size]) => sum + size, 0)
  console.log(`${basename(zip)}: ${megabytes(statSync(zip).size)} MB, ${files.length} source files with ${megabytes(xml)} MB of XML`)
  const [unpackBase, unpackOurs, packBase, packOurs] = measure(programs, Number(values.rounds))
  print([unpackBase, { ...unpackOurs, ratio: ratio(unpackOurs, unpackBase) }, packBase, { ...packOurs, ratio: ratio(packOurs, packBase) }])
  claim(`unpack takes ${ratio(unpackOurs, unpackBase).toFixed(2)} × its baseline (at most 1.5)`, ratio(unpackOurs, unpackBase) <= 1.5)
  claim(`pack takes ${ratio(packOurs, packBase).toFixed(2)} × its baseline (at most 1.5)`, ratio(packOurs, packBase) <= 1.5)
  for (const { name, memory } of [unpackOurs, packOurs]) {
    claim(`${name} holds ${megabytes(memory)} MB at most (at most 250)`, memory <= 250e6)
  }
}

async function startSmall() {
  const zip = await generated(0.01)
  const source = path('small')
  run([drover, 'solution', 'unpack', zip, '--out', source])
  const [node, ...ours] = measure(
    [
      { name: 'node -e 0', args: () => ['-e', '0'] },
      { name: 'unpack, small', args: (target) => [drover, 'solution', 'unpack', zip, '--out', target] },
      { name: 'pack, small', args: (target) => [drover, 'solution', 'pack', source, '--out', target] },
    ],
    Number(values.rounds),
  )
  console.log(`\n${basename(zip)}: ${megabytes(statSync(zip).size)} MB, ${filesUnder(source).length} source files`)
  print([node, ...ours])
  for (const { name, median } of ours) {
    const above = Math.round(median - node.median)
    claim(`${name}: ${above} ms above Node's own start (at most 150)`, above <= 150)
  }
}

/** Time and memory by size, in a heap of 1 GB. */
async function grow(scales) {
  const rows = []
  for (const scale of scales) {
    const zip = await generated(scale)
    const source = path('grown')
    run(inSmallHeap([drover, 'solution', 'unpack', zip, '--out', source]))
    const xml = filesUnder(source).reduce((sum, [file, size]) => sum + (file.endsWith('.xml') ? size : 0), 0)
    const measured = measure(
      [
        {
          name: `unpack, ${scale} ×, ${megabytes(xml)} MB of XML`,
          args: (target) => inSmallHeap([drover, 'solution', 'unpack', zip, '--out', target]),
        },
        { name: `pack, ${scale} ×`, args: (target) => inSmallHeap([drover, 'solution', 'pack', source, '--out', target]) },
      ],
      3,
    )
    const [first = measured] = rows
    const linear = measured.map((row, at) => ({ ...row, ratio: row.median / first[at].median / (scale / scales[0]) }))
    rows.push(linear)
    rmSync(source, { recursive: true })
  }
  console.log('\nGrowth, under --max-old-space-size=1024; the ratio is to growth in proportion to the size')
  print(rows.flat())
  for (const row of rows.slice(1).flat()) claim(`${row.name}: ${row.ratio.toFixed(2)} of linear time (at most 1.25)`, row.ratio <= 1.25)
}

/** Medians of whole processes; the programs take turns, so that noise hits all alike. */
function measure(programs, rounds) {
  const times = programs.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, { args }] of programs.entries()) {
      const target = path('target')
      const given = args(target)
      const startedAt = performance.now()
      run(given)
      times[at].push(performance.now() - startedAt)
      rmSync(target, { recursive: true, force: true })
    }
  }
  return programs.map(({ name, args }, at) => {
    const sorted = times[at].sort((a, b) => a - b)
    return { name, median: sorted[sorted.length >> 1], min: sorted[0], ...usageOf(args) }
  })
}

function usageOf(args) {
  const target = path('target')
  const report = path('usage')
  const preload = new URL('report-usage.mjs', import.meta.url).href
  run(['--import', preload, ...args(target)], { ...process.env, DROVER_BENCH_USAGE: report })
  rmSync(target, { recursive: true, force: true })
  return JSON.parse(readFileSync(report, 'utf8'))
}

function run(args, env = process.env) {
  const { status, signal, stderr, error } = spawnSync(process.execPath, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${signal ?? status}:\n${stderr.slice(-2000)}`)
}

function inSmallHeap(args) {
  return ['--max-old-space-size=1024', ...args]
}

async function generated(scale) {
  const zip = path(`generated-${scale}.zip`)
  if (!existsSync(zip)) await writeGeneratedSolution(zip, scale)
  return zip
}

function largestOfCorpus() {
  const corpus = process.env.DROVER_CORPUS ?? join(here, '../shared/corpus')
  if (!existsSync(join(corpus, 'INDEX.tsv'))) {
    console.log(`No corpus at ${corpus} (set DROVER_CORPUS): a generated solution of the same shape stands in.`)
    return undefined
  }
  const lines = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  const line = lines.map((one) => one.split('\t')).find((columns) => columns[0].includes('Dynamics365ElectronicMedicalRecords_1_8_1.zip'))
  return line === undefined ? undefined : join(corpus, line[0])
}

function filesUnder(root) {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => {
    const file = join(entry.parentPath, entry.name)
    return [file.slice(root.length + 1), statSync(file).size]
  })
}

function print(rows) {
  console.log(['', 'median', 'min', 'ratio', 'cpu', 'memory'].map(column).join(''))
  for (const { name, median, min, ratio: of, cpu, memory } of rows) {
    const cells = [
      name,
      `${Math.round(median)} ms`,
      `${Math.round(min)} ms`,
      of === undefined ? '' : `${of.toFixed(2)} ×`,
      `${Math.round(cpu)} ms`,
      `${megabytes(memory)} MB`,
    ]
    console.log(cells.map(column).join(''))
  }
}

function column(text, at) {
  return at === 0 ? text.padEnd(36) : text.padStart(11)
}

function ratio(ours, base) {
  return ours.median / base.median
}

function claim(text, holds) {
  claims.push({ text, holds })
}

function path(name) {
  return join(folder, name)
}

function megabytes(bytes) {
  const value = bytes / 1e6
  return value < 10 ? value.toFixed(1) : String(Math.round(value))
}

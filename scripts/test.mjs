import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './browser.mjs'
import { root, setUp } from './setup.mjs'

const memoryDisk = '/dev/shm'
setUp()
const { check } = await import('./check.mjs')
const failedChecks = await check()
const browser = findBrowser()
// In CI a missing part is a failure, not a skip.
if (browser === undefined && process.env.CI === 'true') failedChecks.push('Chromium for the tests of the page')
const folder = mkdtempSync(join(inMemory() ? memoryDisk : tmpdir(), `drover-test-${process.pid}-`))
// What a test starts may run as another user, for whom it is the temporary folder, too.
chmodSync(folder, 0o1777)
const report = join(folder, 'report.json')
const corpus = process.env.DROVER_CORPUS ?? join(root, '..', 'shared', 'corpus')
const vitest = [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=./scripts/collect-results.mjs',
  ...process.argv.slice(2),
]
spawnSync(process.execPath, vitest, {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    DROVER_CORPUS: corpus,
    DROVER_TEST_RESULTS: report,
    TMPDIR: folder,
    ...(browser === undefined ? {} : { DROVER_CHROMIUM: browser }),
  },
})
process.exitCode = conclude()
remove(folder)

/** Prints skips with their reason, the corpus line and the closing count; returns the exit code. */
function conclude() {
  if (!existsSync(report)) {
    console.error('The test runner left no report.')
    return 1
  }
  const { tests, broken } = JSON.parse(readFileSync(report, 'utf8'))
  const count = (state) => tests.filter((test) => test.state === state).length
  for (const file of broken) console.log(`failed to run: ${file.file}: ${file.message}`)
  for (const test of tests.filter((each) => each.state === 'skipped'))
    console.log(`skipped: ${test.file}: ${test.name}${test.note ? `: ${test.note}` : ''}`)
  const failed = count('failed') + broken.length + failedChecks.length
  if (failedChecks.length > 0) console.log(`failed checks: ${failedChecks.join(', ')}`)
  console.log(corpusLine(tests))
  console.log(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`)
  return failed === 0 && count('passed') > 0 ? 0 : 1
}

function corpusLine(tests) {
  if (!existsSync(join(corpus, 'INDEX.tsv')))
    return `corpus: 0 of 95 (no corpus at ${corpus}; set DROVER_CORPUS to a folder that has INDEX.tsv)`
  const total = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').length - 1
  const read = tests.filter((test) => test.title.endsWith('loses nothing and gains nothing') && test.state === 'passed')
  return `corpus: ${read.length} of ${total}`
}

/**
 * Whether the tests keep what they write in memory: databases and local environments make sure of each write, and what is tested is that
 * a process may die, not a disk. They need less than a quarter of this.
 */
function inMemory() {
  if (process.env.TMPDIR !== undefined || !existsSync(memoryDisk)) return false
  removeInterrupted()
  const { bavail, bsize } = statfsSync(memoryDisk)
  return bavail * bsize > 8e9 && freemem() > 8e9
}

/** What a run left in memory that was interrupted, and whose process has ended since. */
function removeInterrupted() {
  for (const name of readdirSync(memoryDisk)) {
    const pid = /^drover-test-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(join(memoryDisk, name))
  }
}

/** A disk that an interrupted test mounted there cannot be removed; that fails no other run. */
function remove(path) {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    console.error(`left behind: ${error.message}`)
  }
}

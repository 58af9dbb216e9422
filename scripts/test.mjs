import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './browser.mjs'
import { root, setUp } from './setup.mjs'

setUp()
const { check } = await import('./check.mjs')
const failedChecks = await check()
const browser = findBrowser()
// In CI a missing part is a failure, not a skip.
if (browser === undefined && process.env.CI === 'true') failedChecks.push('Chromium for the tests of the page')
const folder = mkdtempSync(join(tmpdir(), 'drover-test-'))
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
    ...(browser === undefined ? {} : { DROVER_CHROMIUM: browser }),
  },
})
process.exitCode = conclude()
rmSync(folder, { recursive: true, force: true })

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
